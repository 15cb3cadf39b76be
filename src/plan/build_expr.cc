#include "plan/build_expr.h"

#include <span>

#include "plan/coercion.h"
#include "plan/fold_literal.h"
#include "plan/known_functions.h"
#include "values/interval.h"

namespace tarn::plan {
namespace {

void AddConjuncts(const ExprPtr& predicate, std::vector<ExprPtr>* conjuncts) {
  if (IsCall(*predicate, kAnd)) {
    for (const ExprPtr& arg : predicate->args) AddConjuncts(arg, conjuncts);
    return;
  }
  if (IsLiteral(*predicate) && predicate->literal->is_valid &&
      static_cast<const arrow::BooleanScalar&>(*predicate->literal).value) {
    return;
  }
  conjuncts->push_back(predicate);
}

// A balanced tree, so that many parts do not make deep recursion.
ExprPtr JoinAll(const Function& function, std::span<const ExprPtr> parts) {
  if (parts.empty()) return nullptr;
  if (parts.size() == 1) return parts[0];
  size_t middle = (parts.size() + 1) / 2;
  return MakePredicate(
      function, {JoinAll(function, parts.first(middle)), JoinAll(function, parts.subspan(middle))});
}

int NumericRank(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT8:
      return 1;
    case arrow::Type::INT16:
      return 2;
    case arrow::Type::INT32:
      return 3;
    case arrow::Type::INT64:
      return 4;
    case arrow::Type::FLOAT:
      return 5;
    case arrow::Type::DOUBLE:
      return 6;
    default:
      return 0;
  }
}

bool CastMayFail(const arrow::DataType& from, const arrow::DataType& to) {
  if (from.id() == arrow::Type::NA || to.id() == arrow::Type::STRING) return false;
  if (IsInterval(from) && from.id() == to.id()) return false;
  return NumericRank(from) == 0 || NumericRank(from) > NumericRank(to);
}

}  // namespace

ExprPtr MakeColumn(int column, std::shared_ptr<arrow::DataType> type, bool nullable,
                   sql::Location at) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kColumn;
  expr->column = column;
  expr->type = std::move(type);
  expr->nullable = nullable;
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakeColumn(const arrow::Schema& schema, int column) {
  return MakeColumn(column, schema.field(column)->type(), schema.field(column)->nullable());
}

ExprPtr MakeField(const ExprPtr& value, int field, sql::Location at) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kField;
  expr->field = field;
  if (value->type->id() == arrow::Type::LIST) {
    expr->type = arrow::list(value->type->field(0)->type()->field(field)->type());
    expr->nullable = value->nullable;
  } else {
    expr->type = value->type->field(field)->type();
    expr->nullable = value->nullable || value->type->field(field)->nullable();
  }
  expr->args = {value};
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakeLambda(ExprPtr body, int num_parameters, sql::Location at) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kLambda;
  expr->parameter = num_parameters;
  expr->type = body->type;
  expr->nullable = body->nullable;
  expr->args = {std::move(body)};
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakeParameter(int level, int parameter, std::shared_ptr<arrow::DataType> type,
                      bool nullable, sql::Location at) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kParameter;
  expr->level = level;
  expr->parameter = parameter;
  expr->type = std::move(type);
  expr->nullable = nullable;
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakeLiteral(std::shared_ptr<arrow::Scalar> literal, sql::Location at,
                    const TimeZone* zone) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kLiteral;
  expr->type = literal->type;
  expr->nullable = !literal->is_valid;
  expr->literal = std::move(literal);
  expr->zone = zone;
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakeCall(const Function& function, std::shared_ptr<arrow::DataType> type, bool nullable,
                 std::vector<ExprPtr> args, sql::Location at) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kCall;
  expr->function = &function;
  expr->type = std::move(type);
  expr->nullable = nullable;
  expr->args = std::move(args);
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakeCase(const std::vector<ExprPtr>& conditions, const std::vector<ExprPtr>& values,
                 std::shared_ptr<arrow::DataType> type, sql::Location at) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kCase;
  expr->nullable = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i < conditions.size()) expr->args.push_back(conditions[i]);
    expr->args.push_back(CastTo(values[i], type));
    expr->nullable = expr->nullable || values[i]->nullable;
  }
  expr->type = std::move(type);
  expr->at = std::move(at);
  return expr;
}

ExprPtr MakePredicate(const Function& function, std::vector<ExprPtr> args) {
  const bool nullable = IsNullable(
      function.traits.nullability,
      std::any_of(args.begin(), args.end(), [](const ExprPtr& arg) { return arg->nullable; }));
  sql::Location at = args[0]->at;
  return MakeCall(function, arrow::boolean(), nullable, std::move(args), std::move(at));
}

ExprPtr CastTo(const ExprPtr& expr, const std::shared_ptr<arrow::DataType>& type,
               sql::Location at) {
  if (SameType(*expr->type, *type)) return expr;
  if (expr->kind == Expr::Kind::kLambda) {
    return MakeLambda(CastTo(expr->args[0], type), expr->parameter, expr->at);
  }
  if (at.text == nullptr) at = expr->at;
  if (IsLiteral(*expr)) {
    if (std::shared_ptr<arrow::Scalar> folded = FoldCast(*expr->literal, type, expr->zone)) {
      return MakeLiteral(std::move(folded), std::move(at), expr->zone);
    }
  }
  auto cast = std::make_shared<Expr>();
  cast->kind = Expr::Kind::kCast;
  cast->type = type;
  // NaN and the infinities have no DECIMAL.
  cast->nullable = expr->nullable || (IsFloating(*expr->type) && IsDecimal(*type));
  cast->args = {expr};
  cast->at = std::move(at);
  return cast;
}

std::vector<ExprPtr> SplitConjuncts(const ExprPtr& predicate) {
  std::vector<ExprPtr> conjuncts;
  if (predicate != nullptr) AddConjuncts(predicate, &conjuncts);
  return conjuncts;
}

ExprPtr JoinConjuncts(const std::vector<ExprPtr>& conjuncts) { return JoinAll(kAnd, conjuncts); }

ExprPtr JoinDisjuncts(const std::vector<ExprPtr>& disjuncts) { return JoinAll(kOr, disjuncts); }

ExprPtr ReplaceColumns(const ExprPtr& expr, const std::function<ExprPtr(const ExprPtr&)>& replace) {
  if (IsColumn(*expr)) return replace(expr);
  if (expr->args.empty()) return expr;
  std::vector<ExprPtr> args;
  for (const ExprPtr& arg : expr->args) args.push_back(ReplaceColumns(arg, replace));
  return WithArgs(expr, std::move(args));
}

ExprPtr ShiftColumns(const ExprPtr& expr, int offset) {
  return ReplaceColumns(expr, [&](const ExprPtr& column) {
    return MakeColumn(column->column + offset, column->type, column->nullable, column->at);
  });
}

ExprPtr WithArgs(const ExprPtr& expr, std::vector<ExprPtr> args) {
  auto copy = std::make_shared<Expr>(*expr);
  copy->args = std::move(args);
  return copy;
}

bool IsCall(const Expr& expr, const Function& function) {
  return expr.kind == Expr::Kind::kCall && expr.function == &function;
}

bool IsColumn(const Expr& expr) { return expr.kind == Expr::Kind::kColumn; }

bool IsLiteral(const Expr& expr) { return expr.kind == Expr::Kind::kLiteral; }

bool MayFailItself(const Expr& expr) {
  if (expr.kind == Expr::Kind::kCall) return expr.function->traits.may_fail;
  return expr.kind == Expr::Kind::kCast && !expr.is_try &&
         CastMayFail(*expr.args[0]->type, *expr.type);
}

bool MayFail(const Expr& expr) {
  return MayFailItself(expr) || std::any_of(expr.args.begin(), expr.args.end(),
                                            [](const ExprPtr& arg) { return MayFail(*arg); });
}

bool IsRandomItself(const Expr& expr) {
  const auto is_random = expr.kind == Expr::Kind::kCall ? expr.function->traits.is_random : nullptr;
  return is_random != nullptr && is_random(expr);
}

bool IsRandom(const Expr& expr) {
  return IsRandomItself(expr) || std::any_of(expr.args.begin(), expr.args.end(),
                                             [](const ExprPtr& arg) { return IsRandom(*arg); });
}

bool ReadsClockItself(const Expr& expr) {
  if (expr.kind == Expr::Kind::kCast) return CastReadsClock(*expr.args[0]->type, *expr.type);
  const auto reads = expr.kind == Expr::Kind::kCall ? expr.function->traits.reads_clock : nullptr;
  return reads != nullptr && reads(expr);
}

bool ReadsClock(const Expr& expr) {
  return ReadsClockItself(expr) || std::any_of(expr.args.begin(), expr.args.end(),
                                               [](const ExprPtr& arg) { return ReadsClock(*arg); });
}

}  // namespace tarn::plan
