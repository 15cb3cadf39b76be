#include "plan/optimize.h"

namespace tarn::plan {

void Optimize(Plan* plan) {
  for (TablePlan& table : plan->tables) {
    table.root = UseTopRow(AvoidCrossJoins(PushFilters(table.root), &table.join_orders));
  }
  std::vector<ExprPtr> filters = PushIntoScans(plan);
  for (TablePlan& table : plan->tables) table.root = PruneColumns(table.root);
  PlanSources(filters, plan);
}

void PlanUnoptimized(Plan* plan) {
  PlanSources(std::vector<ExprPtr>(plan->pipeline->sources.size()), plan);
}

}  // namespace tarn::plan
