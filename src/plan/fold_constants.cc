#include "plan/fold_constants.h"

#include <algorithm>
#include <optional>

#include "plan/build_expr.h"
#include "plan/fold_literal.h"
#include "values/calendar.h"

namespace tarn::plan {
namespace {

using ScalarPtr = std::shared_ptr<arrow::Scalar>;

// None where it does not fit, or for other functions.
std::optional<int64_t> Compute(std::string_view name, const std::vector<ExprPtr>& args) {
  std::vector<int64_t> values;
  for (const ExprPtr& arg : args) {
    const std::optional<int64_t> value = IntegerOf(*arg->literal);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  int64_t result = 0;
  bool overflows = true;
  if (name == "negate") overflows = __builtin_sub_overflow(int64_t{0}, values[0], &result);
  if (name == "add") overflows = __builtin_add_overflow(values[0], values[1], &result);
  if (name == "subtract") overflows = __builtin_sub_overflow(values[0], values[1], &result);
  if (name == "multiply") overflows = __builtin_mul_overflow(values[0], values[1], &result);
  return overflows ? std::nullopt : std::optional(result);
}

// So many days or months after a date, or, with -1 as `sign`, before it; null where it is no date.
ScalarPtr ShiftDate(const arrow::Scalar& date, int sign, const arrow::Scalar& shift) {
  const int32_t days = static_cast<const arrow::Date32Scalar&>(date).value;
  int64_t shifted = 0;
  if (const std::optional<int64_t> more = IntegerOf(shift)) {
    shifted = days + sign * *more;
  } else if (shift.type->id() == arrow::Type::DURATION) {
    const int64_t micros = static_cast<const arrow::DurationScalar&>(shift).value;
    shifted = days + sign * (micros / kMicrosPerDay);
  } else if (shift.type->id() == arrow::Type::INTERVAL_MONTHS) {
    const int64_t months = static_cast<const arrow::MonthIntervalScalar&>(shift).value;
    shifted = DaysAfterMonths(days, sign * months);
  } else {
    return nullptr;
  }
  if (shifted != static_cast<int32_t>(shifted)) return nullptr;
  return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(shifted));
}

bool IsDate(const Expr& expr) { return expr.type->id() == arrow::Type::DATE32; }

// Null: left to run time.
ScalarPtr ValueOfCall(const Expr& call) {
  const std::string_view name = call.function->name;
  if (arrow::is_signed_integer(call.type->id())) {
    const std::optional<int64_t> result = Compute(name, call.args);
    return result ? FoldCast(arrow::Int64Scalar(*result), call.type, nullptr) : nullptr;
  }
  if (!IsDate(call) || call.args.size() != 2) return nullptr;
  const bool is_sum = name == "add" || name == "date_add";
  if (!is_sum && name != "subtract" && name != "date_sub") return nullptr;
  const size_t date = IsDate(*call.args[0]) ? 0 : 1;
  if (!IsDate(*call.args[date])) return nullptr;
  return ShiftDate(*call.args[date]->literal, is_sum ? 1 : -1, *call.args[1 - date]->literal);
}

// Of an expression whose arguments are literals, none of them NULL.
ScalarPtr ValueOf(const Expr& expr) {
  if (expr.kind == Expr::Kind::kCall) return ValueOfCall(expr);
  if (expr.kind != Expr::Kind::kCast || expr.is_try) return nullptr;
  return FoldCast(*expr.args[0]->literal, expr.type, expr.args[0]->zone);
}

}  // namespace

ExprPtr FoldConstants(const ExprPtr& expr) {
  if (expr->args.empty()) return expr;
  std::vector<ExprPtr> args;
  for (const ExprPtr& arg : expr->args) args.push_back(FoldConstants(arg));
  const ExprPtr folded = args == expr->args ? expr : WithArgs(expr, args);
  const bool is_constant = std::all_of(args.begin(), args.end(), [](const ExprPtr& arg) {
    return IsLiteral(*arg) && arg->literal->is_valid;
  });
  if (!is_constant || folded->nullable) return folded;
  ScalarPtr value = ValueOf(*folded);
  return value == nullptr ? folded : MakeLiteral(std::move(value), expr->at, args[0]->zone);
}

}  // namespace tarn::plan
