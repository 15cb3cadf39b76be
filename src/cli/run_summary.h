#pragma once

#include <string>

#include "cli/terminal.h"
#include "run/record.h"

namespace tarn::cli {

/// \brief What was found wrong in a source, a line each.
std::string FindingsText(const run::SourceRecord& source, const Terminal& terminal);

/// \brief What a run wrote, table by table, and what it read; what was new since the run before,
/// and why tables were rebuilt.
std::string SummaryText(const run::RunRecord& record, const std::string& lake_root,
                        const Terminal& terminal);

/// \brief The same of a run that is done, in one line without tables that are as before, for the
/// log of --watch: "20261129T232957Z-e2240a: orders 5 → 6; +1 file, 41 ms".
std::string SummaryLine(const run::RunRecord& record);

}  // namespace tarn::cli
