#include "plan/merged_keys.h"

#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

// `expr` with `key` in the place of coalesce(left, right).
ExprPtr WithKey(const ExprPtr& expr, const Expr& left, const Expr& right, const ExprPtr& key) {
  const bool is_merged = IsCall(*expr, kCoalesce) && expr->args.size() == 2 &&
                         Equal(*expr->args[0], left) && Equal(*expr->args[1], right);
  if (is_merged) return key;
  if (expr->args.empty()) return expr;
  std::vector<ExprPtr> args;
  for (const ExprPtr& arg : expr->args) args.push_back(WithKey(arg, left, right, key));
  return WithArgs(expr, std::move(args));
}

}  // namespace

std::optional<UnmergedCondition> Unmerge(const ExprPtr& condition, const Expr& equality,
                                         int left_width) {
  if (!IsCall(equality, kEq)) return std::nullopt;
  const ExprPtr &left = equality.args[0], &right = equality.args[1];
  const bool are_keys = IsColumn(*left) && left->column < left_width && IsColumn(*right) &&
                        right->column >= left_width && HasOneForm(*left->type);
  if (!are_keys) return std::nullopt;
  UnmergedCondition unmerged{WithKey(condition, *left, *right, left),
                             WithKey(condition, *left, *right, right)};
  // Else it reads one of them, or another column, by itself as well.
  const bool is_of_merged_key =
      OnlyColumn(*unmerged.left) == left->column && OnlyColumn(*unmerged.right) == right->column;
  if (!is_of_merged_key) return std::nullopt;
  return unmerged;
}

}  // namespace tarn::plan
