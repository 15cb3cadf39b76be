#include "plan/visit_exprs.h"

namespace tarn::plan {

void VisitExpr(const Expr& expr, const std::function<void(const Expr&)>& visit) {
  visit(expr);
  for (const ExprPtr& arg : expr.args) VisitExpr(*arg, visit);
}

void VisitExprs(const Node& node, const std::function<void(const Expr&)>& visit) {
  std::visit(
      [&](const auto& op) {
        ForEachExpr(op, [&](const ExprPtr& expr) { VisitExpr(*expr, visit); });
      },
      node.op);
  for (const NodePtr& input : node.inputs) VisitExprs(*input, visit);
}

}  // namespace tarn::plan
