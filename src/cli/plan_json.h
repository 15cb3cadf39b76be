#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/estimate.h"
#include "local/run_plan.h"
#include "plan/plan.h"
#include "system/machine.h"

namespace tarn::cli {

/// \brief What `tarn plan` shows. Borrows all.
struct ShownPlan {
  const plan::Plan& plan;
  std::string engine;                          ///< "local" or "spark"
  const local::RunMetrics* metrics = nullptr;  ///< of --analyze
  std::string spark_plan{};                    ///< as Spark explains it; "" on this machine
  std::optional<std::vector<engine::InputSize>> sizes{};  ///< of the sources; none: not listed
  engine::Range num_partitions{};  ///< that are written, where sizes are known
};

/// \brief {"command", "error", "engine", "sources": […], "tables": [{…, "steps": {"step", "inputs":
/// […]}}], "spark_plan", "estimate"} (docs/json/plan.schema.json).
std::string PlanJson(const ShownPlan& shown, const Machine& here);

}  // namespace tarn::cli
