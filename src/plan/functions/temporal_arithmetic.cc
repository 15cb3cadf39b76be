#include <algorithm>

#include "pipeline/ddl.h"
#include "plan/functions/temporal_arithmetic_internal.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn::plan {
namespace {

bool IsNull(const Argument& arg) { return arg.type->id() == arrow::Type::NA; }
bool IsTextArgument(const Argument& arg) { return arg.type->id() == arrow::Type::STRING; }
bool IsDate(const Argument& arg) { return arg.type->id() == arrow::Type::DATE32; }
bool IsMoment(const Argument& arg) { return arg.type->id() == arrow::Type::TIMESTAMP; }
bool IsTimeOfDay(const Argument& arg) { return IsTime(*arg.type); }
bool IsAnyInterval(const Argument& arg) {
  return IsInterval(*arg.type) || IsCalendarInterval(*arg.type);
}
bool IsDays(const Argument& arg) {
  return IsInteger(*arg.type) && arg.type->id() != arrow::Type::INT64;
}
bool IsWholeDays(const Argument& arg) {
  return IsDayTimeInterval(*arg.type) &&
         IntervalRangeOf(*arg.type) == IntervalRange{IntervalField::kDay, IntervalField::kDay};
}

ResolvedFunction Take(TypePtr left, TypePtr right, TypePtr result) {
  ResolvedFunction function;
  function.arg_types = {std::move(left), std::move(right)};
  function.type = std::move(result);
  return function;
}

Status NoSuchOperation(char op, const Arguments& args) {
  return Status::Invalid("there is no ", pipeline::DdlOf(*args[0].type), " ", std::string(1, op),
                         " ", pipeline::DdlOf(*args[1].type));
}

// What a moment and an interval make, `interval` after `moment`.
Result<ResolvedFunction> Shift(char op, const Argument& moment, const Argument& interval) {
  const TypePtr& shift = interval.type;
  if (IsMoment(moment)) return Take(moment.type, shift, moment.type);
  const bool is_calendar = IsCalendarInterval(*shift);
  if (IsTextArgument(moment) && (is_calendar || IsDayTimeInterval(*shift))) {
    return Take(TimestampType(), shift, arrow::utf8());
  }
  if (IsDate(moment) && (is_calendar || IsYearMonthInterval(*shift) || IsWholeDays(interval))) {
    return Take(arrow::date32(), shift, arrow::date32());
  }
  if (IsDate(moment)) return Take(TimestampType(), shift, TimestampType());
  return NoSuchOperation(op, {moment, interval});
}

Result<ResolvedFunction> Swapped(Result<ResolvedFunction> function) {
  if (function.ok()) std::swap(function->arg_types[0], function->arg_types[1]);
  return function;
}

// Intervals, or one and NULL.
Result<ResolvedFunction> SumOfIntervals(char op, const Arguments& args) {
  const TypePtr common = CommonType(args[0].type, args[1].type);
  if (common == nullptr) return NoSuchOperation(op, args);
  // Beside NULL, Spark has no rule for one without fields.
  const bool has_null = IsNull(args[0]) || IsNull(args[1]);
  if (has_null && IsCalendarInterval(*common)) return NoSuchOperation(op, args);
  return Take(common, common, common);
}

Result<ResolvedFunction> DifferenceOfMoments(const Arguments& args) {
  const bool has_moment = IsMoment(args[0]) || IsMoment(args[1]);
  if (!has_moment) {
    const IntervalRange days = {IntervalField::kDay, IntervalField::kDay};
    return Take(arrow::date32(), arrow::date32(), IntervalType(days));
  }
  TypePtr common = IsMoment(args[0]) ? args[0].type : args[1].type;
  if (IsMoment(args[0]) && IsMoment(args[1])) common = CommonType(args[0].type, args[1].type);
  return Take(common, common, IntervalType(kDayToSecond));
}

// Of a TIME and an interval, or the difference of TIMEs.
Result<ResolvedFunction> SumWithTime(char op, const Arguments& args) {
  const auto is_time = [](const Argument& arg) {
    return IsTimeOfDay(arg) || IsTextArgument(arg) || IsNull(arg);
  };
  if (op == '-' && is_time(args[0]) && is_time(args[1])) {
    const auto taken = [](const Argument& arg) { return IsTimeOfDay(arg) ? arg.type : TimeType(); };
    const IntervalRange hours = {IntervalField::kHour, IntervalField::kSecond};
    return Take(taken(args[0]), taken(args[1]), IntervalType(hours));
  }
  const bool time_first = IsTimeOfDay(args[0]);
  const Argument& time = args[time_first ? 0 : 1];
  const Argument& other = args[time_first ? 1 : 0];
  const TypePtr shift = IsNull(other) ? IntervalType(kDayToSecond) : other.type;
  const bool is_sum = op == '+' || time_first;
  if (!is_sum || !IsDayTimeInterval(*shift)) return NoSuchOperation(op, args);
  const bool has_seconds = IntervalRangeOf(*shift).end == IntervalField::kSecond;
  const Result<ResolvedFunction> sum = Take(time.type, shift, has_seconds ? TimeType() : time.type);
  return time_first ? sum : Swapped(sum);
}

Result<ResolvedFunction> Sum(char op, const Arguments& args) {
  if (IsTimeOfDay(args[0]) || IsTimeOfDay(args[1])) return SumWithTime(op, args);
  const bool left_is_interval = IsAnyInterval(args[0]);
  const bool right_is_interval = IsAnyInterval(args[1]);
  if ((left_is_interval || IsNull(args[0])) && (right_is_interval || IsNull(args[1]))) {
    return SumOfIntervals(op, args);
  }
  if (right_is_interval) return Shift(op, args[0], args[1]);
  if (left_is_interval && op == '+') return Swapped(Shift(op, args[1], args[0]));
  if (IsDate(args[0]) && IsDays(args[1])) {
    return Take(arrow::date32(), arrow::int32(), arrow::date32());
  }
  if (op == '+' && IsDays(args[0]) && IsDate(args[1])) {
    return Take(arrow::int32(), arrow::date32(), arrow::date32());
  }
  const auto is_moment = [](const Argument& arg) {
    return IsTemporal(*arg.type) || IsTextArgument(arg) || IsNull(arg);
  };
  if (op == '-' && is_moment(args[0]) && is_moment(args[1])) return DifferenceOfMoments(args);
  // Beside NULL, Spark takes it for an interval.
  const TypePtr any_interval = IntervalType(kDayToSecond);
  if (op == '+' && IsNull(args[1])) return Shift(op, args[0], {any_interval});
  if (op == '+' && IsNull(args[0])) return Swapped(Shift(op, args[1], {any_interval}));
  return NoSuchOperation(op, args);
}

// What an interval is multiplied by or divided by.
TypePtr FactorType(const arrow::DataType& type) {
  if (IsInteger(type)) return arrow::int64();
  const bool is_double =
      IsFloating(type) || type.id() == arrow::Type::STRING || type.id() == arrow::Type::NA;
  return is_double ? arrow::float64() : nullptr;
}

Result<ResolvedFunction> Scaled(char op, const Arguments& args) {
  const bool interval_first = IsAnyInterval(args[0]);
  if (!interval_first && op == '/') return NoSuchOperation(op, args);
  const Argument& interval = args[interval_first ? 0 : 1];
  const Argument& factor = args[interval_first ? 1 : 0];
  TypePtr type = IsDecimal(*factor.type) ? factor.type : FactorType(*factor.type);
  if (type == nullptr || !IsAnyInterval(interval)) return NoSuchOperation(op, args);
  const bool is_calendar = IsCalendarInterval(*interval.type);
  if (is_calendar) type = arrow::float64();
  const TypePtr result = is_calendar ? interval.type : IntervalTypeOfAllFields(*interval.type);
  if (interval_first) return Take(interval.type, type, result);
  return Take(type, interval.type, result);
}

}  // namespace

bool IsTemporalArithmetic(const Arguments& args) {
  return std::any_of(args.begin(), args.end(), [](const Argument& arg) {
    return IsTemporal(*arg.type) || IsTimeOfDay(arg) || IsAnyInterval(arg);
  });
}

Result<ResolvedFunction> TemporalArithmetic(char op, const Arguments& args) {
  if (op == '+' || op == '-') return Sum(op, args);
  if (op == '*' || op == '/') return Scaled(op, args);
  return NoSuchOperation(op, args);
}

Result<ResolvedFunction> QuotientOfIntervals(const Arguments& args) {
  const TypePtr common = CommonType(args[0].type, args[1].type);
  if (common == nullptr || !IsInterval(*common)) {
    return Status::Invalid("there is no ", pipeline::DdlOf(*args[0].type), " DIV ",
                           pipeline::DdlOf(*args[1].type));
  }
  return Take(common, common, arrow::int64());
}

}  // namespace tarn::plan
