#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/engine.h"
#include "plan/plan.h"
#include "run/events.h"
#include "session/run_decision.h"
#include "storage/storages.h"

namespace tarn::session {

/// \brief A pipeline whose sources have more fields than when it was opened, and its plan.
struct SettledPlan {
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::unique_ptr<plan::Plan> plan;  ///< of `pipeline`; its sources are in the order of the first
};

/// \brief What fields are settled by. All pointers are borrowed.
struct SettleInput {
  const plan::Plan* plan = nullptr;
  std::vector<std::string> select{};  ///< tables; empty: all
  const engine::Engine* engine = nullptr;
  storage::Storages* storages = nullptr;
  run::Observer* observer = nullptr;  ///< hears of FieldsAdded; not null
};

/// \brief The plan with the fields that runs have added since its pipeline was opened.
/// \return null where there are none
Result<std::unique_ptr<SettledPlan>> PlanOfLock(const plan::Plan& plan,
                                                const std::vector<std::string>& select,
                                                const engine::Engine& engine,
                                                storage::Storages* storages);

/// \brief Look for the fields that files have beside the schemas of the sources that add them, and
/// write them to the pipeline's schema.lock.toml. Only files are read that no run has read with the
/// same schema and settings.
/// \param[in] decision with its sources: the files that the run is going to read
/// \return null where the plan stays as it is; kBadInput with what the SQL makes of new fields that
///   it cannot take
Result<std::unique_ptr<SettledPlan>> SettleFields(const SettleInput& input,
                                                  const RunDecision& decision);

}  // namespace tarn::session
