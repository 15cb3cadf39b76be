#include "plan/optimize.h"

namespace tarn::plan {

void Optimize(Plan* plan) {
  for (TablePlan& table : plan->tables) {
    table.root = UseTopRow(PushFilters(table.root));
  }
  std::vector<ExprPtr> filters = PushIntoScans(plan);
  for (TablePlan& table : plan->tables) table.root = PruneColumns(table.root);
  PlanSources(filters, plan);
}

}  // namespace tarn::plan
