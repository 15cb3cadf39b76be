#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

bool ReadsPlainColumns(const Expr& condition, const std::vector<ExprPtr>& exprs) {
  std::vector<int> columns;
  CollectColumns(condition, &columns);
  return std::all_of(columns.begin(), columns.end(), [&](int column) {
    return column < static_cast<int>(exprs.size()) && IsColumn(*exprs[column]);
  });
}

// Whether one value stands for each group of equal ones, and the condition reads nothing else.
bool ReadsGroupsOf(const std::vector<ExprPtr>& keys, const Expr& condition) {
  std::vector<int> columns;
  CollectColumns(condition, &columns);
  return !columns.empty() && std::all_of(columns.begin(), columns.end(), [&](int column) {
    return std::any_of(keys.begin(), keys.end(), [&](const ExprPtr& key) {
      return IsColumn(*key) && key->column == column && HasOneForm(*key->type);
    });
  });
}

// Below an operator a condition meets the same values as above it, though maybe more often. Null
// where it would meet others; else the condition over the operator's input.
ExprPtr Below(const Sort&, const ExprPtr& condition) { return condition; }
ExprPtr Below(const UnionAll&, const ExprPtr& condition) { return condition; }

ExprPtr Below(const Project& project, const ExprPtr& condition) {
  if (!ReadsPlainColumns(*condition, project.exprs)) return nullptr;
  return ReplaceColumns(condition,
                        [&](const ExprPtr& column) { return project.exprs[column->column]; });
}

ExprPtr Below(const Aggregate& aggregate, const ExprPtr& condition) {
  if (!ReadsPlainColumns(*condition, aggregate.keys)) return nullptr;
  ExprPtr below = ReplaceColumns(
      condition, [&](const ExprPtr& column) { return aggregate.keys[column->column]; });
  return ReadsGroupsOf(aggregate.keys, *below) ? below : nullptr;
}

ExprPtr Below(const RowNumber& numbered, const ExprPtr& condition) {
  return ReadsGroupsOf(numbered.partition_by, *condition) ? condition : nullptr;
}

ExprPtr Below(const TopRow& top, const ExprPtr& condition) {
  return ReadsGroupsOf(top.partition_by, *condition) ? condition : nullptr;
}

ExprPtr Below(const Window& window, const ExprPtr& condition) {
  return ReadsGroupsOf(window.partition_by, *condition) ? condition : nullptr;
}

// Conditions that came first keep failing rows from this one; a join, a limit, a row that nothing
// is generated of and the sources' filters have other rows below.
ExprPtr Below(const Filter&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const Join&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const Limit&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const Scan&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const TableInput&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const OneRow&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const Range&, const ExprPtr&) { return nullptr; }
ExprPtr Below(const Generate&, const ExprPtr&) { return nullptr; }

NodePtr PushFailing(const NodePtr& node) {
  const auto* filter = As<Filter>(*node);
  if (filter == nullptr) return node;
  const NodePtr& input = node->inputs[0];
  std::vector<ExprPtr> below, above;
  for (const ExprPtr& condition : SplitConjuncts(filter->predicate)) {
    // One that stays keeps those after it where they are, too.
    ExprPtr moved;
    if (above.empty()) {
      moved = std::visit([&](const auto& op) { return Below(op, condition); }, input->op);
    }
    moved != nullptr ? below.push_back(std::move(moved)) : above.push_back(condition);
  }
  if (below.empty()) return node;
  std::vector<NodePtr> inputs;
  for (const NodePtr& lower : input->inputs) {
    inputs.push_back(PushFailing(MakeFilter(lower, below)));
  }
  return MakeFilter(WithInputs(*input, std::move(inputs)), above);
}

}  // namespace

NodePtr PushFailingFilters(const NodePtr& root) { return RewriteBottomUp(root, PushFailing); }

}  // namespace tarn::plan
