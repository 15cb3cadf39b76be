#pragma once

#include <concepts>
#include <functional>
#include <type_traits>

#include "plan/plan.h"

namespace tarn::plan {

/// \brief Visit `expr` and every expression inside it.
void VisitExpr(const Expr& expr, const std::function<void(const Expr&)>& visit);

/// \brief Visit every expression of the tree below `node`, and those inside them.
void VisitExprs(const Node& node, const std::function<void(const Expr&)>& visit);

/// One of these operators, constant or not.
template <typename T, typename... Ops>
concept SameAsAny = (std::same_as<std::remove_const_t<T>, Ops> || ...);

/// \brief Call `visit` with each expression of an operator or a call, but not with those inside it.
/// It may put another one in its place.
template <SameAsAny<Scan, TableInput, OneRow, Range, Limit, UnionAll> Op>
void ForEachExpr(Op&, const auto&) {}

template <SameAsAny<Filter> Op>
void ForEachExpr(Op& filter, const auto& visit) {
  visit(filter.predicate);
}

template <SameAsAny<Project> Op>
void ForEachExpr(Op& project, const auto& visit) {
  for (auto& expr : project.exprs) visit(expr);
}

template <SameAsAny<Generate> Op>
void ForEachExpr(Op& generate, const auto& visit) {
  visit(generate.collection);
}

template <SameAsAny<Join> Op>
void ForEachExpr(Op& join, const auto& visit) {
  for (auto& key : join.left_keys) visit(key);
  for (auto& key : join.right_keys) visit(key);
  if (join.residual != nullptr) visit(join.residual);
}

template <SameAsAny<AggregateCall> Call>
void ForEachExpr(Call& call, const auto& visit) {
  for (auto& arg : call.args) visit(arg);
  if (call.filter != nullptr) visit(call.filter);
}

template <SameAsAny<Aggregate> Op>
void ForEachExpr(Op& aggregate, const auto& visit) {
  for (auto& key : aggregate.keys) visit(key);
  for (auto& call : aggregate.calls) ForEachExpr(call, visit);
}

template <SameAsAny<RowNumber, TopRow> Op>
void ForEachExpr(Op& numbered, const auto& visit) {
  for (auto& key : numbered.partition_by) visit(key);
  for (auto& key : numbered.order_by) visit(key.expr);
}

template <SameAsAny<WindowCall> Call>
void ForEachExpr(Call& call, const auto& visit) {
  ForEachExpr(call.call, visit);
  for (auto* bound : {&call.frame.start, &call.frame.end}) {
    if (bound->value != nullptr) visit(bound->value);
  }
}

template <SameAsAny<Window> Op>
void ForEachExpr(Op& window, const auto& visit) {
  for (auto& key : window.partition_by) visit(key);
  for (auto& key : window.order_by) visit(key.expr);
  for (auto& call : window.calls) ForEachExpr(call, visit);
}

template <SameAsAny<Sort> Op>
void ForEachExpr(Op& sort, const auto& visit) {
  for (auto& key : sort.keys) visit(key.expr);
}

}  // namespace tarn::plan
