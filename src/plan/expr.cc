#include "plan/expr.h"

#include <algorithm>
#include <set>

#include "plan/build_expr.h"
#include "plan/subquery.h"
#include "sql/written_text.h"
#include "values/interval.h"

namespace tarn::plan {
namespace {

// Those of one select that are written alike are the same.
bool SameSubquery(const BoundSubquery& left, const BoundSubquery& right) {
  if (&left == &right) return true;
  return left.kind == right.kind && left.num_values == right.num_values &&
         !sql::WrittenText(left.at).empty() &&
         sql::WrittenText(left.at) == sql::WrittenText(right.at);
}

}  // namespace

bool Equal(const Expr& left, const Expr& right) {
  if (left.kind != right.kind || !SameType(*left.type, *right.type) ||
      left.args.size() != right.args.size()) {
    return false;
  }
  switch (left.kind) {
    case Expr::Kind::kColumn:
    case Expr::Kind::kOuter:
      return left.column == right.column;
    case Expr::Kind::kLiteral:
      // 0.0 and -0.0 are equal in SQL, but not the same: their texts differ.
      return left.literal->Equals(
          *right.literal,
          arrow::EqualOptions::Defaults().signed_zeros_equal(false).nans_equal(true));
    case Expr::Kind::kCall:
      if (left.function != right.function) return false;
      break;
    case Expr::Kind::kField:
      if (left.field != right.field) return false;
      break;
    case Expr::Kind::kLambda:
    case Expr::Kind::kParameter:
      if (left.parameter != right.parameter || left.level != right.level) return false;
      break;
    case Expr::Kind::kSubquery:
      if (!SameSubquery(*left.subquery, *right.subquery)) return false;
      break;
    case Expr::Kind::kCast:
      if (left.is_try != right.is_try) return false;
      break;
    case Expr::Kind::kCase:
      break;
  }
  return std::equal(left.args.begin(), left.args.end(), right.args.begin(),
                    [](const ExprPtr& a, const ExprPtr& b) { return Equal(*a, *b); });
}

void CollectColumns(const Expr& expr, std::vector<int>* columns) {
  if (IsColumn(expr)) columns->push_back(expr.column);
  for (const ExprPtr& arg : expr.args) CollectColumns(*arg, columns);
}

bool HasOneForm(const arrow::DataType& type) {
  return !arrow::is_floating(type.id()) && !arrow::is_nested(type.id());
}

int OnlyColumn(const Expr& expr) {
  std::vector<int> columns;
  CollectColumns(expr, &columns);
  const std::set<int> different(columns.begin(), columns.end());
  return different.size() == 1 ? *different.begin() : -1;
}

bool ContainsEqual(const std::vector<ExprPtr>& exprs, const Expr& expr) {
  return std::any_of(exprs.begin(), exprs.end(),
                     [&](const ExprPtr& other) { return Equal(*other, expr); });
}

ExprPtr RemapColumns(const ExprPtr& expr, const std::vector<int>& mapping) {
  return ReplaceColumns(expr, [&](const ExprPtr& column) {
    return MakeColumn(mapping[column->column], column->type, column->nullable, column->at);
  });
}

}  // namespace tarn::plan
