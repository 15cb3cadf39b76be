#pragma once

#include <string>

#include "cli/terminal.h"
#include "local/run_plan.h"

namespace tarn::cli {

/// \brief What each step of an analysed run took, as text: a table of the sources, the tables with
/// their steps, and their sum; how the tables' columns are encoded; and what the numbers mean.
///
/// It is as wide as `terminal`, or 100 columns.
std::string AnalysisText(const local::RunMetrics& metrics, const Terminal& terminal);

}  // namespace tarn::cli
