#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "local/run_plan.h"
#include "plan/plan.h"
#include "plan/refresh.h"
#include "session/plan_size.h"
#include "system/machine.h"

namespace tarn::cli {

/// \brief What `tarn plan` shows. Borrows all.
struct ShownPlan {
  const plan::Plan& plan;
  std::string engine;                          ///< "local" or "spark"
  const local::RunMetrics* metrics = nullptr;  ///< of --analyze
  std::string spark_plan{};                    ///< as ExplainOnSpark has it; "" on this machine
  std::optional<session::PlanSize> size{};     ///< none: its sources could not be listed
  std::vector<std::vector<plan::SourceRefresh>> refreshes{};  ///< as session::RefreshesOfRun
};

/// \brief {"command", "error", "engine", "sources": […], "tables": [{…, "steps": {"step", "inputs":
/// […]}}], "spark_plan", "estimate"} (docs/json/plan.schema.json).
std::string PlanJson(const ShownPlan& shown, const Machine& here);

}  // namespace tarn::cli
