#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "lake/lake.h"
#include "ledger/lake_state.h"
#include "plan/plan.h"
#include "run/events.h"

/// What is kept beside tables that merge, `_tarn/state/` (docs/adr/0026).
namespace tarn::session {

/// \brief The tables of `plan` that keep a state when they are made; by name, what it means.
std::map<std::string, std::string> TablesThatKeepState(const plan::Plan& plan,
                                                       const engine::Engine& engine);

/// \brief The files of a table's state.
Result<std::vector<storage::ObjectInfo>> StateFiles(lake::Lake* lake, const std::string& table);

/// \brief The tables that something is kept beside.
Result<std::set<std::string>> TablesWithState(lake::Lake* lake);

/// \brief Whether rows of new files can be merged into the state of a table.
/// \param[in] kept as the ledger has it; may be none
/// \param[in] meaning as TablesThatKeepState
/// \param[in] files StateFiles
/// \return why not, where the table has to be rebuilt; "": they can. kFailed, with the way out, for
///   one that is not as the last run left it, or that a newer tarn wrote
Result<std::string> WhyNotMergeable(const std::optional<ledger::KeptState>& kept,
                                    const std::string& meaning,
                                    const std::vector<storage::ObjectInfo>& files,
                                    const std::string& table);

/// \brief What the ledger says of a state to which a run has added files.
/// \param[in] before none: the run has replaced it
ledger::KeptState KeptStateAfter(const std::optional<ledger::KeptState>& before,
                                 const std::string& meaning, const run::TableWritten& written);

/// \brief `status` of a run; where a file of a state could not be read, with the way out.
Status AtState(const Status& status);

}  // namespace tarn::session
