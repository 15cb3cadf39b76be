#include "plan/functions/family_internal.h"

// Functions of dates and timestamps, in UTC.
namespace tarn::plan {
namespace {

// Calendar parts work on both types without loss: a TIMESTAMP stays one.
Result<ResolvedFunction> CalendarPart(const Arguments& args) {
  bool is_date = args[0].type->id() == arrow::Type::DATE32;
  return is_date ? Takes<Int(Date)>(args) : Takes<Int(Timestamp)>(args);
}

bool IsTimestamp(const arrow::DataType& type) { return type.id() == arrow::Type::TIMESTAMP; }

Result<ResolvedFunction> TimestampOfUnits(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number"));
  return Takes<Timestamp(BigInt)>(args);
}

Result<ResolvedFunction> UnitsOfTimestamp(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsTimestamp, "a TIMESTAMP"));
  return Takes<BigInt(Timestamp)>(args);
}

Result<ResolvedFunction> TimestampOfSeconds(const Arguments& args) {
  const TypePtr& type = args[0].type;
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsNumeric, "a number"));
  const bool is_exact = IsDecimal(*type), is_floating = IsFloating(*type);
  const TypePtr taken = is_exact ? type : is_floating ? arrow::float64() : arrow::int64();
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, TakeTypes(args, {taken}, TimestampType()));
  // NaN and the infinities are no moment.
  function.nullable = is_floating || args[0].nullable;
  return function;
}

// Whole days of no more than 32 bits.
Result<ResolvedFunction> DateAndDays(const Arguments& args) {
  auto fits = [](const arrow::DataType& type) {
    return !IsNumeric(type) || (IsInteger(type) && type.id() != arrow::Type::INT64);
  };
  ARROW_RETURN_NOT_OK(CheckArgument(args, 1, fits, "an INT"));
  return Takes<Date(Date, Int)>(args);
}

constexpr Function Part(std::string_view name, std::string_view signature, std::string_view help) {
  return {.name = name,
          .signature = signature,
          .help = help,
          .num_args = {1, 1},
          .resolve = CalendarPart,
          .traits = {.may_fail = false}};
}

constexpr Function kDateFunctions[] = {
    Part("year", "year(DATE or TIMESTAMP)", "the year"),
    Part("quarter", "quarter(DATE or TIMESTAMP)", "1 to 4"),
    Part("month", "month(DATE or TIMESTAMP)", "1 to 12"),
    {.name = "day",
     .aliases = {"dayofmonth"},
     .signature = "day(DATE or TIMESTAMP)",
     .help = "1 to 31",
     .num_args = {1, 1},
     .resolve = CalendarPart,
     .traits = {.may_fail = false}},
    Part("dayofyear", "dayofyear(DATE or TIMESTAMP)", "1 to 366"),
    Part("dayofweek", "dayofweek(DATE or TIMESTAMP)", "1 for Sunday to 7 for Saturday"),
    Part("weekday", "weekday(DATE or TIMESTAMP)", "0 for Monday to 6 for Sunday"),
    Part("weekofyear", "weekofyear(DATE or TIMESTAMP)", "ISO week, 1 to 53"),
    Part("hour", "hour(DATE or TIMESTAMP)", "0 to 23"),
    Part("minute", "minute(DATE or TIMESTAMP)", "0 to 59"),
    Part("second", "second(DATE or TIMESTAMP)", "0 to 59"),
    {.name = "timestamp_seconds",
     .signature = "timestamp_seconds(number)",
     .help = "moment of so many seconds since 1970",
     .num_args = {1, 1},
     .resolve = TimestampOfSeconds,
     .traits = {.nullability = Nullability::kResolved}},
    {.name = "timestamp_millis",
     .signature = "timestamp_millis(BIGINT)",
     .help = "moment of so many milliseconds since 1970",
     .num_args = {1, 1},
     .resolve = TimestampOfUnits},
    {.name = "timestamp_micros",
     .signature = "timestamp_micros(BIGINT)",
     .help = "moment of so many microseconds since 1970",
     .num_args = {1, 1},
     .resolve = TimestampOfUnits},
    {.name = "unix_seconds",
     .signature = "unix_seconds(TIMESTAMP)",
     .help = "seconds since 1970",
     .num_args = {1, 1},
     .resolve = UnitsOfTimestamp},
    {.name = "unix_millis",
     .signature = "unix_millis(TIMESTAMP)",
     .help = "milliseconds since 1970",
     .num_args = {1, 1},
     .resolve = UnitsOfTimestamp},
    {.name = "unix_micros",
     .signature = "unix_micros(TIMESTAMP)",
     .help = "microseconds since 1970",
     .num_args = {1, 1},
     .resolve = UnitsOfTimestamp},
    {.name = "date_trunc",
     .signature = "date_trunc(unit STRING, TIMESTAMP)",
     .help = "start of the year, quarter, month, week, day, hour, minute, second; NULL for another "
             "unit",
     .num_args = {2, 2},
     .resolve = Takes<Timestamp(String, Timestamp)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "trunc",
     .signature = "trunc(DATE, unit STRING)",
     .help = "start of the year, quarter, month or week; NULL for another unit",
     .num_args = {2, 2},
     .resolve = Takes<Date(Date, String)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "last_day",
     .signature = "last_day(DATE)",
     .help = "last day of the month",
     .num_args = {1, 1},
     .resolve = Takes<Date(Date)>},
    {.name = "date_add",
     .aliases = {"dateadd"},
     .signature = "date_add(DATE, days INT)",
     .help = "so many days later",
     .num_args = {2, 2},
     .resolve = DateAndDays},
    {.name = "date_sub",
     .signature = "date_sub(DATE, days INT)",
     .help = "so many days earlier",
     .num_args = {2, 2},
     .resolve = DateAndDays},
    {.name = "datediff",
     .aliases = {"date_diff"},
     .signature = "datediff(end DATE, start DATE)",
     .help = "days between",
     .num_args = {2, 2},
     .resolve = Takes<Int(Date, Date)>},
    {.name = "add_months",
     .signature = "add_months(DATE, months INT)",
     .help = "so many months later, the day cut to the month's last",
     .num_args = {2, 2},
     .resolve = Takes<Date(Date, Int)>},
    {.name = "make_date",
     .signature = "make_date(year INT, month INT, day INT)",
     .help = "the date; an error when there is none",
     .num_args = {3, 3},
     .resolve = Takes<Date(Int, Int, Int)>},
    {.name = "current_date",
     .aliases = {"curdate"},
     .signature = "current_date()",
     .help = "today in UTC, the same in all of a run",
     .resolve = Takes<Date()>},
    {.name = "current_timestamp",
     .aliases = {"now"},
     .signature = "current_timestamp()",
     .help = "the moment of the run's start",
     .resolve = Takes<Timestamp()>},
};

}  // namespace

std::span<const Function> DateFunctions() { return kDateFunctions; }

}  // namespace tarn::plan
