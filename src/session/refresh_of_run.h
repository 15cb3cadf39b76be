#pragma once

#include "engine/engine.h"
#include "plan/refresh.h"

namespace tarn::session {

/// \brief How a run carries out what new files mean for a table: what it cannot do exactly from
/// them is a rebuild.
/// \param[in] refresh by the table's SQL alone
/// \param[in] table of `plan`
plan::TableRefresh RefreshOfRun(const plan::TableRefresh& refresh, const plan::Plan& plan,
                                const plan::TablePlan& table, const engine::Engine& engine);

/// \brief plan::RefreshesBySource, as a run of `engine` carries it out.
std::vector<std::vector<plan::SourceRefresh>> RefreshesOfRun(const plan::Plan& plan,
                                                             const engine::Engine& engine);

}  // namespace tarn::session
