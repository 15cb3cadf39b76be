#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

// The conditions of an aggregate's calls, each once; none where some call takes every row.
std::vector<ExprPtr> FiltersOf(const Aggregate& aggregate) {
  std::vector<ExprPtr> filters;
  for (const AggregateCall& call : aggregate.calls) {
    if (call.filter == nullptr || MayFail(*call.filter)) return {};
    if (!ContainsEqual(filters, *call.filter)) filters.push_back(call.filter);
  }
  return filters;
}

NodePtr FilterAggregate(const NodePtr& node) {
  const auto* aggregate = As<Aggregate>(*node);
  // A group of which no row counts is a row of the output all the same.
  if (aggregate == nullptr || !aggregate->keys.empty()) return node;
  const std::vector<ExprPtr> filters = FiltersOf(*aggregate);
  if (filters.empty()) return node;
  Aggregate filtered = *aggregate;
  if (filters.size() == 1) {
    for (AggregateCall& call : filtered.calls) call.filter = nullptr;
  }
  return MakeAggregate(MakeFilter(node->inputs[0], {JoinDisjuncts(filters)}), std::move(filtered),
                       node->schema->field_names());
}

}  // namespace

NodePtr FilterAggregates(const NodePtr& root) { return RewriteBottomUp(root, FilterAggregate); }

}  // namespace tarn::plan
