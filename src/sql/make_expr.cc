#include <algorithm>

#include "sql/children.h"
#include "sql/parser_internal.h"

namespace tarn::sql {
namespace {

void AddChild(const Expr& child, Expr* expr) {
  expr->depth = std::max(expr->depth, child.depth + 1);
  expr->num_exprs += child.num_exprs;
}

}  // namespace

Result<ExprPtr> Parser::Make(decltype(Expr::node) node, const Location& at) const {
  auto expr = std::make_shared<Expr>();
  expr->node = std::move(node);
  expr->at = at;
  ForEachChild(*expr, [&](const ExprPtr& child) { AddChild(*child, expr.get()); });
  if (const QueryPtr query = QueryBelow(*expr)) {
    expr->depth = std::max(expr->depth, query->depth + 1);
  }
  // A value that its operator evaluates twice counts twice, and so does what is in it.
  const auto* call = std::get_if<Call>(&expr->node);
  if (call != nullptr && call->name == "between") AddChild(*call->args[0], expr.get());
  if (expr->depth > kMaxDepth) return TooDeep(at);
  if (expr->num_exprs > kMaxExpressions) {
    is_too_large_ = true;
    return Fail(at, "too many expressions: more than " + std::to_string(kMaxExpressions),
                "CASE x and BETWEEN repeat their operand, and those within it again: compute it in "
                "a subquery or in a table of its own");
  }
  return expr;
}

Result<ExprPtr> Parser::MakeCall(std::string name, std::vector<ExprPtr> args,
                                 const Location& at) const {
  Call call;
  call.name = std::move(name);
  call.args = std::move(args);
  return Make(std::move(call), at);
}

Result<ExprPtr> Parser::MakeNot(Result<ExprPtr> arg, const Location& at, bool negated) const {
  if (!negated) return arg;
  ARROW_ASSIGN_OR_RAISE(ExprPtr value, std::move(arg));
  return MakeCall("not", {std::move(value)}, at);
}

Result<ExprPtr> Parser::MakeString(std::string text, const Location& at) const {
  return Make(Literal{Literal::Kind::kString, std::move(text)}, at);
}

}  // namespace tarn::sql
