#include "plan/optimize.h"

namespace tarn::plan {
namespace {

NodePtr PushConditions(const NodePtr& root) {
  const NodePtr pushed = PushFilters(FilterAggregates(root));
  const NodePtr inferred = InferConditions(pushed);
  return inferred == pushed ? pushed : PushFilters(inferred);
}

}  // namespace

void Optimize(Plan* plan) {
  for (TablePlan& table : plan->tables) {
    const NodePtr joined = AvoidCrossJoins(PushConditions(table.root), &table.join_orders);
    table.root = PushLimits(DropDistincts(PushFailingFilters(LimitRowNumbers(joined)), *plan));
  }
  std::vector<ExprPtr> filters = PushIntoScans(plan);
  for (TablePlan& table : plan->tables) table.root = PruneColumns(table.root);
  PlanSources(filters, plan);
}

void PlanUnoptimized(Plan* plan) {
  PlanSources(std::vector<ExprPtr>(plan->pipeline->sources.size()), plan);
}

}  // namespace tarn::plan
