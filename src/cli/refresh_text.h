#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"
#include "plan/plan.h"
#include "plan/refresh.h"

namespace tarn::cli {

/// \brief "none", "append", "merge" or "rebuild".
std::string_view WordOf(plan::Refresh refresh);

/// \brief What new files of each source would change in the tables that are asked for, as a table.
/// \param[in] refreshes as session::RefreshesOfRun
/// \return "" where no table reads a source
std::string RefreshText(const plan::Plan& plan,
                        const std::vector<std::vector<plan::SourceRefresh>>& refreshes,
                        const Terminal& terminal);

}  // namespace tarn::cli
