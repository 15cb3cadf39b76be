#include "plan/functions/family_internal.h"

// Functions of TIMEs: made of parts and numbers, and as numbers. Those that read and write them by
// a pattern are in date_formats.cc, their arithmetic in temporal_arithmetic.cc.
namespace tarn::plan {
namespace {

struct SecondsOfTime {
  static TypePtr Get() { return arrow::decimal128(16, 6); }
};
struct SecondsSinceMidnight {
  static TypePtr Get() { return arrow::decimal128(14, 6); }
};

Result<ResolvedFunction> TimeOfSeconds(const Arguments& args) {
  const TypePtr& type = args[0].type;
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsNumeric, "a number"));
  const TypePtr exact = IsDecimal(*type) ? type : TypePtr(arrow::int64());
  return TakeTypes(args, {IsFloating(*type) ? arrow::float64() : exact}, TimeType());
}

Result<ResolvedFunction> TimeOfUnits(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number"));
  return Takes<TimeOfDay(BigInt)>(args);
}

template <typename Units>
Result<ResolvedFunction> UnitsOfTime(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsTime, "a TIME"));
  return Takes<Units(TimeOfDay)>(args);
}

// The TIME keeps its digits; text becomes one of all digits.
Result<ResolvedFunction> TimeTrunc(const Arguments& args) {
  const TypePtr type = IsTime(*args[1].type) ? args[1].type : TimeType();
  return TakeTypes(args, {arrow::utf8(), type}, type);
}

// The number of digits is a constant of the type.
Result<ResolvedFunction> CurrentTime(const Arguments& args) {
  if (args.empty()) return TakeTypes(args, {}, TimeType());
  const int64_t digits = args[0].integer.value_or(-1);
  if (digits < 0 || digits > kTimeDigitsMax) {
    return Status::Invalid("the digits of a TIME are a whole number from 0 to ", kTimeDigitsMax);
  }
  return TakeTypes(args, {arrow::int32()}, TimeType(static_cast<int>(digits)));
}

constexpr Function kTimeFunctions[] = {
    {.name = "make_time",
     .signature = "make_time(hour INT, minute INT, seconds DECIMAL)",
     .help = "the TIME; an error when there is none",
     .example = "make_time(12, 30, 15.25)",
     .num_args = {3, 3},
     .resolve = Takes<TimeOfDay(Int, Int, SecondsOfTime)>},
    {.name = "time_trunc",
     .signature = "time_trunc(unit STRING, TIME)",
     .help = "start of the hour, minute, second, millisecond or microsecond",
     .example = "time_trunc('HOUR', TIME '12:30:15')",
     .num_args = {2, 2},
     .resolve = TimeTrunc},
    {.name = "time_diff",
     .signature = "time_diff(unit STRING, start TIME, end TIME)",
     .help = "whole hours, minutes, seconds, milliseconds or microseconds between",
     .example = "time_diff('MINUTE', TIME '12:30:15', TIME '14:00:00')",
     .num_args = {3, 3},
     .resolve = Takes<BigInt(String, TimeOfDay, TimeOfDay)>},
    {.name = "time_from_seconds",
     .signature = "time_from_seconds(number)",
     .help = "the TIME so many seconds after midnight",
     .example = "time_from_seconds(45015.25)",
     .num_args = {1, 1},
     .resolve = TimeOfSeconds},
    {.name = "time_from_millis",
     .signature = "time_from_millis(BIGINT)",
     .help = "the TIME so many milliseconds after midnight",
     .example = "time_from_millis(45015250)",
     .num_args = {1, 1},
     .resolve = TimeOfUnits},
    {.name = "time_from_micros",
     .signature = "time_from_micros(BIGINT)",
     .help = "the TIME so many microseconds after midnight",
     .example = "time_from_micros(45015250125)",
     .num_args = {1, 1},
     .resolve = TimeOfUnits},
    {.name = "time_to_seconds",
     .signature = "time_to_seconds(TIME)",
     .help = "seconds since midnight, a DECIMAL(14,6)",
     .example = "time_to_seconds(TIME '12:30:15.25')",
     .num_args = {1, 1},
     .resolve = UnitsOfTime<SecondsSinceMidnight>,
     .traits = kTotal},
    {.name = "time_to_millis",
     .signature = "time_to_millis(TIME)",
     .help = "milliseconds since midnight",
     .example = "time_to_millis(TIME '12:30:15.25')",
     .num_args = {1, 1},
     .resolve = UnitsOfTime<BigInt>,
     .traits = kTotal},
    {.name = "time_to_micros",
     .signature = "time_to_micros(TIME)",
     .help = "microseconds since midnight",
     .example = "time_to_micros(TIME '12:30:15.25')",
     .num_args = {1, 1},
     .resolve = UnitsOfTime<BigInt>,
     .traits = kTotal},
    {.name = "current_time",
     .aliases = {"localtime"},
     .signature = "current_time([digits INT])",
     .help = "what the session's clocks showed at the run's start, a TIME",
     .example = "current_time()",
     .num_args = {0, 1},
     .resolve = CurrentTime,
     .traits = {.reads_clock = AlwaysReadsClock}},
};

}  // namespace

std::span<const Function> TimeFunctions() { return kTimeFunctions; }

}  // namespace tarn::plan
