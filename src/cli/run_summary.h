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

}  // namespace tarn::cli
