#include "plan/visit_exprs.h"

namespace tarn::plan {
namespace {

using Visit = std::function<void(const Expr&)>;

void VisitAll(const std::vector<ExprPtr>& exprs, const Visit& visit) {
  for (const ExprPtr& expr : exprs) VisitExpr(*expr, visit);
}

void VisitAll(const std::vector<SortKey>& keys, const Visit& visit) {
  for (const SortKey& key : keys) VisitExpr(*key.expr, visit);
}

void VisitOp(const Filter& filter, const Visit& visit) { VisitExpr(*filter.predicate, visit); }

void VisitOp(const Project& project, const Visit& visit) { VisitAll(project.exprs, visit); }

void VisitOp(const Generate& generate, const Visit& visit) {
  VisitExpr(*generate.collection, visit);
}

void VisitOp(const Join& join, const Visit& visit) {
  VisitAll(join.left_keys, visit);
  VisitAll(join.right_keys, visit);
  if (join.residual != nullptr) VisitExpr(*join.residual, visit);
}

void VisitCall(const AggregateCall& call, const Visit& visit) {
  VisitAll(call.args, visit);
  if (call.filter != nullptr) VisitExpr(*call.filter, visit);
}

void VisitOp(const Aggregate& aggregate, const Visit& visit) {
  VisitAll(aggregate.keys, visit);
  for (const AggregateCall& call : aggregate.calls) VisitCall(call, visit);
}

void VisitOp(const RowNumber& row_number, const Visit& visit) {
  VisitAll(row_number.partition_by, visit);
  VisitAll(row_number.order_by, visit);
}

void VisitOp(const TopRow& top_row, const Visit& visit) {
  VisitAll(top_row.partition_by, visit);
  VisitAll(top_row.order_by, visit);
}

void VisitOp(const Window& window, const Visit& visit) {
  VisitAll(window.partition_by, visit);
  VisitAll(window.order_by, visit);
  for (const WindowCall& call : window.calls) {
    VisitCall(call.call, visit);
    for (const FrameBound* bound : {&call.frame.start, &call.frame.end}) {
      if (bound->value != nullptr) VisitExpr(*bound->value, visit);
    }
  }
}

void VisitOp(const Sort& sort, const Visit& visit) { VisitAll(sort.keys, visit); }

void VisitOp(const Scan&, const Visit&) {}
void VisitOp(const TableInput&, const Visit&) {}
void VisitOp(const OneRow&, const Visit&) {}
void VisitOp(const Range&, const Visit&) {}
void VisitOp(const Limit&, const Visit&) {}
void VisitOp(const UnionAll&, const Visit&) {}

}  // namespace

void VisitExpr(const Expr& expr, const Visit& visit) {
  visit(expr);
  VisitAll(expr.args, visit);
}

void VisitExprs(const Node& node, const Visit& visit) {
  std::visit([&](const auto& op) { VisitOp(op, visit); }, node.op);
  for (const NodePtr& input : node.inputs) VisitExprs(*input, visit);
}

}  // namespace tarn::plan
