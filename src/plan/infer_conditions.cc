#include "plan/build_expr.h"
#include "plan/implied_conditions.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

using Conditions = std::vector<ExprPtr>;

// More than these are not carried upwards: each is compared with the others at every operator.
constexpr size_t kHeldConditionsMax = 32;

// A node, and what is true of each of its rows: over its output, each of one column.
struct Inferred {
  NodePtr node;
  Conditions holds;
};

Inferred Infer(const NodePtr& node);

void AddUpToMax(const Conditions& more, Conditions* conditions) {
  for (const ExprPtr& expr : more) {
    if (conditions->size() < kHeldConditionsMax && !ContainsEqual(*conditions, *expr)) {
      conditions->push_back(expr);
    }
  }
}

// What holds of the columns among `exprs`, which are over an input of which `holds` holds; column i
// of the output is exprs[i].
Conditions HoldsOf(const std::vector<ExprPtr>& exprs, const arrow::Schema& output,
                   const Conditions& holds) {
  Conditions kept;
  for (size_t i = 0; i < exprs.size(); ++i) {
    if (!IsColumn(*exprs[i])) continue;
    const ExprPtr column = MakeColumn(output, static_cast<int>(i));
    for (const ExprPtr& condition : holds) {
      if (OnlyColumn(*condition) != exprs[i]->column) continue;
      AddUpToMax({ReplaceColumns(condition, [&](const ExprPtr&) { return column; })}, &kept);
    }
  }
  return kept;
}

Conditions InferOp(const Filter& filter, const Node&, std::vector<Inferred>* inputs) {
  Conditions holds = std::move(inputs->front().holds);
  for (const ExprPtr& condition : SplitConjuncts(filter.predicate)) {
    if (!MayFail(*condition) && OnlyColumn(*condition) >= 0) AddUpToMax({condition}, &holds);
  }
  return holds;
}

Conditions InferOp(const Project& project, const Node& node, std::vector<Inferred>* inputs) {
  Conditions holds = HoldsOf(project.exprs, *node.schema, inputs->front().holds);
  for (size_t i = 0; i < project.exprs.size(); ++i) {
    const ExprPtr& expr = project.exprs[i];
    if (!IsLiteral(*expr) || !expr->literal->is_valid) continue;
    AddUpToMax({MakePredicate(kEq, {MakeColumn(*node.schema, static_cast<int>(i)), expr})}, &holds);
  }
  return holds;
}

Conditions InferOp(const Aggregate& aggregate, const Node& node, std::vector<Inferred>* inputs) {
  return HoldsOf(aggregate.keys, *node.schema, inputs->front().holds);
}

Conditions InferOp(const RowNumber&, const Node&, std::vector<Inferred>* inputs) {
  return std::move(inputs->front().holds);
}

Conditions InferOp(const Generate&, const Node&, std::vector<Inferred>* inputs) {
  return std::move(inputs->front().holds);
}

Conditions InferOp(const Window&, const Node&, std::vector<Inferred>* inputs) {
  return std::move(inputs->front().holds);
}

Conditions InferOp(const TopRow&, const Node&, std::vector<Inferred>* inputs) {
  return std::move(inputs->front().holds);
}

Conditions InferOp(const Sort&, const Node&, std::vector<Inferred>* inputs) {
  return std::move(inputs->front().holds);
}

Conditions InferOp(const Limit&, const Node&, std::vector<Inferred>* inputs) {
  return std::move(inputs->front().holds);
}

Conditions InferOp(const UnionAll&, const Node&, std::vector<Inferred>* inputs) {
  Conditions holds = inputs->front().holds;
  for (const Inferred& input : *inputs) {
    std::erase_if(holds, [&](const ExprPtr& expr) { return !ContainsEqual(input.holds, *expr); });
  }
  return holds;
}

Conditions InferOp(const Scan&, const Node&, std::vector<Inferred>*) { return {}; }
Conditions InferOp(const TableInput&, const Node&, std::vector<Inferred>*) { return {}; }
Conditions InferOp(const OneRow&, const Node&, std::vector<Inferred>*) { return {}; }
Conditions InferOp(const Range&, const Node&, std::vector<Inferred>*) { return {}; }

// Filters the inputs of a join by what equal keys say of them.
Conditions InferOp(const Join& join, const Node&, std::vector<Inferred>* inputs) {
  Inferred &left = inputs->front(), &right = inputs->back();
  const int left_width = left.node->schema->num_fields();
  // A NULL that a condition drops would count.
  if (join.null_aware) return std::move(left.holds);
  Conditions equalities;
  for (size_t i = 0; i < join.left_keys.size(); ++i) {
    if (join.null_safe[i]) continue;
    equalities.push_back(
        MakePredicate(kEq, {join.left_keys[i], ShiftColumns(join.right_keys[i], left_width)}));
  }
  Conditions holds = left.holds;
  for (const ExprPtr& condition : right.holds) holds.push_back(ShiftColumns(condition, left_width));
  Conditions for_left, for_right;
  for (const ExprPtr& condition : ImpliedByEqualities(equalities, holds)) {
    const bool is_left = OnlyColumn(*condition) < left_width;
    if (is_left ? join.keeps_unmatched_left() : join.keeps_right()) continue;
    (is_left ? for_left : for_right)
        .push_back(is_left ? condition : ShiftColumns(condition, -left_width));
  }
  left.node = MakeFilter(left.node, for_left);
  right.node = MakeFilter(right.node, for_right);
  AddUpToMax(for_left, &left.holds);
  AddUpToMax(for_right, &right.holds);
  Conditions joined;
  if (!join.keeps_right()) joined = left.holds;
  if (join.keeps_left() || join.is_existence()) return joined;
  for (const ExprPtr& condition : right.holds)
    AddUpToMax({ShiftColumns(condition, left_width)}, &joined);
  return joined;
}

Inferred Infer(const NodePtr& node) {
  std::vector<Inferred> inferred;
  for (const NodePtr& input : node->inputs) inferred.push_back(Infer(input));
  Conditions holds =
      std::visit([&](const auto& op) { return InferOp(op, *node, &inferred); }, node->op);
  std::vector<NodePtr> inputs;
  for (const Inferred& input : inferred) inputs.push_back(input.node);
  return {WithInputs(node, std::move(inputs)), std::move(holds)};
}

}  // namespace

NodePtr InferConditions(const NodePtr& root) { return Infer(root).node; }

}  // namespace tarn::plan
