#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/optimize.h"
#include "plan/unique_rows.h"

namespace tarn::plan {
namespace {

bool AreColumns(const std::vector<ExprPtr>& exprs) {
  return std::all_of(exprs.begin(), exprs.end(),
                     [](const ExprPtr& expr) { return IsColumn(*expr); });
}

bool HaveOneForm(const std::vector<ExprPtr>& exprs) {
  return std::all_of(exprs.begin(), exprs.end(),
                     [](const ExprPtr& expr) { return HasOneForm(*expr->type); });
}

void AddPlainColumns(const std::vector<ExprPtr>& exprs, std::set<int>* columns) {
  for (const ExprPtr& expr : exprs) {
    if (IsColumn(*expr)) columns->insert(expr->column);
  }
}

std::vector<NodePtr> WithoutDistincts(const std::vector<NodePtr>& nodes, bool are_compared_only);

// `node` without DISTINCTs of which the rows go where repeated ones do not count.
// `are_compared_only`: values that are equal need not be the same there.
NodePtr WithoutDistinct(const NodePtr& node, bool are_compared_only) {
  if (const auto* aggregate = As<Aggregate>(*node)) {
    const bool is_dropped =
        aggregate->calls.empty() && (are_compared_only || HaveOneForm(aggregate->keys));
    if (!is_dropped) return node;
    return MakeProject(node->inputs[0], aggregate->keys, node->schema->field_names());
  }
  if (const auto* project = As<Project>(*node)) {
    are_compared_only = are_compared_only && AreColumns(project->exprs);
  } else if (As<Filter>(*node) != nullptr) {
    are_compared_only = false;
  } else if (As<UnionAll>(*node) == nullptr) {
    return node;
  }
  return WithInputs(*node, WithoutDistincts(node->inputs, are_compared_only));
}

std::vector<NodePtr> WithoutDistincts(const std::vector<NodePtr>& nodes, bool are_compared_only) {
  std::vector<NodePtr> without;
  for (const NodePtr& node : nodes) without.push_back(WithoutDistinct(node, are_compared_only));
  return without;
}

// Values that are not repeated within a group need no DISTINCT.
void DropDistinctCalls(const Node& input, const Plan& plan, Aggregate* aggregate) {
  for (AggregateCall& call : aggregate->calls) {
    // A DISTINCT also makes -0.0 and NaN uniform.
    if (!call.distinct || !HaveOneForm(call.args)) continue;
    std::set<int> columns;
    AddPlainColumns(aggregate->keys, &columns);
    AddPlainColumns(call.args, &columns);
    call.distinct = !IsUnique(input, columns, &plan);
  }
}

NodePtr DropDistinct(const NodePtr& node, const Plan& plan) {
  const auto* aggregate = As<Aggregate>(*node);
  if (aggregate == nullptr) return node;
  const NodePtr& input = node->inputs[0];
  if (aggregate->calls.empty()) {
    std::set<int> columns;
    AddPlainColumns(aggregate->keys, &columns);
    // The same here.
    if (HaveOneForm(aggregate->keys) && IsUnique(*input, columns, &plan)) {
      return MakeProject(input, aggregate->keys, node->schema->field_names());
    }
  }
  Aggregate dropped = *aggregate;
  DropDistinctCalls(*input, plan, &dropped);
  if (!IgnoresRepeats(dropped)) {
    return MakeAggregate(input, std::move(dropped), node->schema->field_names());
  }
  const bool are_compared_only = dropped.calls.empty() && AreColumns(dropped.keys);
  return MakeAggregate(WithoutDistinct(input, are_compared_only), std::move(dropped),
                       node->schema->field_names());
}

}  // namespace

NodePtr DropDistincts(const NodePtr& root, const Plan& plan) {
  return RewriteBottomUp(root, [&](const NodePtr& node) { return DropDistinct(node, plan); });
}

}  // namespace tarn::plan
