#include "plan/implied_conditions.h"

#include <algorithm>
#include <map>

#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

using Side = std::function<bool(int)>;

// Copies of larger conditions cost more than they save.
constexpr int kConditionSizeMax = 100;

int SizeOf(const Expr& expr) {
  int size = 1;
  for (const ExprPtr& arg : expr.args) size += SizeOf(*arg);
  return size;
}

bool IsColumnEquality(const Expr& expr) {
  return IsCall(expr, kEq) && IsColumn(*expr.args[0]) && IsColumn(*expr.args[1]) &&
         HasOneForm(*expr.args[0]->type);
}

// Columns that are equal to each other, by the equalities added.
class EqualColumns {
 public:
  void Add(const ExprPtr& left, const ExprPtr& right) {
    const int joined = NumberOf(left), other = NumberOf(right);
    for (auto& [column, number] : numbers_) {
      if (number == other) number = joined;
    }
  }

  // Those that `column` is equal to, without itself.
  std::vector<ExprPtr> Of(int column) const {
    std::vector<ExprPtr> equal;
    const auto found = numbers_.find(column);
    if (found == numbers_.end()) return equal;
    for (const auto& [other, number] : numbers_) {
      if (number == found->second && other != column) equal.push_back(exprs_.at(other));
    }
    return equal;
  }

 private:
  int NumberOf(const ExprPtr& column) {
    exprs_.emplace(column->column, column);
    return numbers_.emplace(column->column, column->column).first->second;
  }

  std::map<int, ExprPtr> exprs_;
  std::map<int, int> numbers_;  // by column, of its set
};

bool TestsForNull(const Expr& expr) {
  return IsCall(expr, kIsNull) || (IsCall(expr, kNot) && TestsForNull(*expr.args[0]));
}

// The one column that `condition` reads, when it is worth asking the same of others; else -1.
int ColumnOf(const Expr& condition) {
  // A join by `=` drops NULLs anyway.
  if (TestsForNull(condition) || SizeOf(condition) > kConditionSizeMax) return -1;
  return OnlyColumn(condition);
}

bool IsComparison(const Expr& expr) {
  const Function* const known[] = {&kEq, &kNe, &kLt, &kLe, &kGt, &kGe};
  return std::any_of(std::begin(known), std::end(known),
                     [&](const Function* function) { return IsCall(expr, *function); });
}

// Whether `expr` is NULL where every column of `side` is.
bool IsNullWith(const Expr& expr, const Side& side) {
  if (IsColumn(expr)) return side(expr.column);
  const auto is_null = [&](const ExprPtr& arg) { return IsNullWith(*arg, side); };
  if (IsComparison(expr)) return std::any_of(expr.args.begin(), expr.args.end(), is_null);
  const bool takes_null_on = expr.kind == Expr::Kind::kCast || expr.kind == Expr::Kind::kField ||
                             IsCall(expr, kIn) || IsCall(expr, kNot);
  return takes_null_on && is_null(expr.args[0]);
}

}  // namespace

std::vector<ExprPtr> ImpliedByEqualities(const std::vector<ExprPtr>& equalities,
                                         const std::vector<ExprPtr>& conditions) {
  EqualColumns equal;
  for (const ExprPtr& equality : equalities) {
    if (IsColumnEquality(*equality)) equal.Add(equality->args[0], equality->args[1]);
  }
  std::vector<ExprPtr> implied;
  for (const ExprPtr& condition : conditions) {
    const int column = ColumnOf(*condition);
    if (column < 0) continue;
    for (const ExprPtr& other : equal.Of(column)) {
      ExprPtr same = ReplaceColumns(condition, [&](const ExprPtr&) { return other; });
      if (ContainsEqual(conditions, *same) || ContainsEqual(implied, *same)) continue;
      implied.push_back(std::move(same));
    }
  }
  return implied;
}

bool RejectsNulls(const Expr& condition, const Side& side) {
  const auto rejects = [&](const ExprPtr& arg) { return RejectsNulls(*arg, side); };
  if (IsCall(condition, kAnd)) {
    return std::any_of(condition.args.begin(), condition.args.end(), rejects);
  }
  if (IsCall(condition, kOr)) {
    return std::all_of(condition.args.begin(), condition.args.end(), rejects);
  }
  if (IsCall(condition, kNot) && IsCall(*condition.args[0], kIsNull)) {
    return IsNullWith(*condition.args[0]->args[0], side);
  }
  return IsNullWith(condition, side);
}

}  // namespace tarn::plan
