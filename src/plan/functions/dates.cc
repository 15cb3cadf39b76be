#include "plan/functions/family_internal.h"
#include "values/time_of_day.h"

// Functions of dates and timestamps, by the clocks of the session's zone.
namespace tarn::plan {
namespace {

// Calendar parts work on both types without loss: a TIMESTAMP stays one.
Result<ResolvedFunction> CalendarPart(const Arguments& args) {
  if (IsTemporal(*args[0].type)) return TakeTypes(args, {args[0].type}, arrow::int32());
  return Takes<Int(Timestamp)>(args);
}

// Of a TIME too.
Result<ResolvedFunction> ClockPart(const Arguments& args) {
  if (IsTime(*args[0].type)) return TakeTypes(args, {args[0].type}, arrow::int32());
  return CalendarPart(args);
}

Result<ResolvedFunction> SecondWithFraction(const Arguments& args) {
  if (IsTime(*args[0].type)) {
    const int digits = TimeDigitsOf(*args[0].type);
    return TakeTypes(args, {args[0].type}, arrow::decimal128(2 + digits, digits));
  }
  const TypePtr type = IsTimestampNtz(*args[0].type) ? TimestampNtzType() : TimestampType();
  return TakeTypes(args, {type}, arrow::decimal128(8, 6));
}

bool IsTimestamp(const arrow::DataType& type) { return type.id() == arrow::Type::TIMESTAMP; }

Result<ResolvedFunction> TimestampOfUnits(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number"));
  return Takes<Timestamp(BigInt)>(args);
}

Result<ResolvedFunction> UnitsOfTimestamp(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsTimestamp, "a TIMESTAMP"));
  const bool is_ntz = IsTimestampNtz(*args[0].type);
  return is_ntz ? Takes<BigInt(TimestampNtz)>(args) : Takes<BigInt(Timestamp)>(args);
}

bool IsDate(const arrow::DataType& type) { return type.id() == arrow::Type::DATE32; }

Result<ResolvedFunction> DaysOfDate(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsDate, "a DATE"));
  return Takes<Int(Date)>(args);
}

Result<ResolvedFunction> DateOfDays(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "an INT"));
  return Takes<Date(Int)>(args);
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

constexpr Function Part(std::string_view name, std::string_view signature, std::string_view help,
                        std::string_view example, Resolver resolve = CalendarPart) {
  return {.name = name,
          .signature = signature,
          .help = help,
          .example = example,
          .num_args = {1, 1},
          .resolve = resolve,
          .traits = {.may_fail = false}};
}

constexpr Function kDateFunctions[] = {
    Part("year", "year(DATE or TIMESTAMP)", "the year", "year(DATE '2024-02-29')"),
    Part("quarter", "quarter(DATE or TIMESTAMP)", "1 to 4", "quarter(DATE '2024-02-29')"),
    Part("month", "month(DATE or TIMESTAMP)", "1 to 12", "month(DATE '2024-02-29')"),
    {.name = "day",
     .aliases = {"dayofmonth"},
     .signature = "day(DATE or TIMESTAMP)",
     .help = "1 to 31",
     .example = "day(DATE '2024-02-29')",
     .num_args = {1, 1},
     .resolve = CalendarPart,
     .traits = {.may_fail = false}},
    Part("dayofyear", "dayofyear(DATE or TIMESTAMP)", "1 to 366", "dayofyear(DATE '2024-12-31')"),
    Part("dayofweek", "dayofweek(DATE or TIMESTAMP)", "1 for Sunday to 7 for Saturday",
         "dayofweek(DATE '2024-02-29')"),
    Part("weekday", "weekday(DATE or TIMESTAMP)", "0 for Monday to 6 for Sunday",
         "weekday(DATE '2024-02-29')"),
    Part("weekofyear", "weekofyear(DATE or TIMESTAMP)", "ISO week, 1 to 53",
         "weekofyear(DATE '2024-12-30')"),
    Part("hour", "hour(DATE, TIMESTAMP or TIME)", "0 to 23",
         "hour(TIMESTAMP '2024-02-29 12:30:15')", ClockPart),
    Part("minute", "minute(DATE, TIMESTAMP or TIME)", "0 to 59",
         "minute(TIMESTAMP '2024-02-29 12:30:15')", ClockPart),
    Part("second", "second(DATE, TIMESTAMP or TIME)", "0 to 59",
         "second(TIMESTAMP '2024-02-29 12:30:15')", ClockPart),
    Part("extract(year of week)", "extract(YEAROFWEEK FROM x)", "the year that the ISO week is of",
         "extract(YEAROFWEEK FROM DATE '2024-12-30')"),
    Part("extract(iso day of week)", "extract(DOW_ISO FROM x)", "1 for Monday to 7 for Sunday",
         "extract(DOW_ISO FROM DATE '2024-03-03')"),
    {.name = "extract(second)",
     .signature = "extract(SECOND FROM x)",
     .help = "the second with its fraction, a DECIMAL(8,6); of a TIME(3), a DECIMAL(5,3)",
     .example = "extract(SECOND FROM TIMESTAMP '2024-02-29 12:30:15.25')",
     .num_args = {1, 1},
     .resolve = SecondWithFraction,
     .traits = {.may_fail = false}},
    {.name = "dayname",
     .signature = "dayname(DATE)",
     .help = "Mon to Sun",
     .example = "dayname(DATE '2024-02-29')",
     .num_args = {1, 1},
     .resolve = Takes<String(Date)>,
     .traits = {.may_fail = false}},
    {.name = "monthname",
     .signature = "monthname(DATE)",
     .help = "Jan to Dec",
     .example = "monthname(DATE '2024-02-29')",
     .num_args = {1, 1},
     .resolve = Takes<String(Date)>,
     .traits = {.may_fail = false}},
    {.name = "unix_date",
     .signature = "unix_date(DATE)",
     .help = "days since 1970",
     .example = "unix_date(DATE '2024-02-29')",
     .num_args = {1, 1},
     .resolve = DaysOfDate,
     .traits = {.may_fail = false}},
    {.name = "date_from_unix_date",
     .signature = "date_from_unix_date(days INT)",
     .help = "the DATE so many days after 1970-01-01",
     .example = "date_from_unix_date(19782)",
     .num_args = {1, 1},
     .resolve = DateOfDays,
     .traits = {.may_fail = false}},
    {.name = "next_day",
     .signature = "next_day(DATE, weekday STRING)",
     .help = "first date after it on that weekday: TU, TUE or TUESDAY",
     .example = "next_day(DATE '2024-02-29', 'MON')",
     .num_args = {2, 2},
     .resolve = Takes<Date(Date, String)>},
    {.name = "months_between",
     .signature = "months_between(TIMESTAMP, TIMESTAMP[, round BOOLEAN])",
     .help =
         "months from the second to the first, a DOUBLE; a month has 31 days beyond whole ones; "
         "rounded to 8 digits unless round is false",
     .example = "months_between(DATE '2024-03-15', DATE '2024-01-31')",
     .num_args = {2, 3},
     .resolve = Takes<Double(Timestamp, Timestamp, Boolean)>,
     .traits = {.may_fail = false}},
    {.name = "timestamp_seconds",
     .signature = "timestamp_seconds(number)",
     .help = "moment of so many seconds since 1970",
     .example = "timestamp_seconds(1709209815.25)",
     .num_args = {1, 1},
     .resolve = TimestampOfSeconds,
     .traits = {.nullability = Nullability::kResolved}},
    {.name = "timestamp_millis",
     .signature = "timestamp_millis(BIGINT)",
     .help = "moment of so many milliseconds since 1970",
     .example = "timestamp_millis(1709209815250)",
     .num_args = {1, 1},
     .resolve = TimestampOfUnits},
    {.name = "timestamp_micros",
     .signature = "timestamp_micros(BIGINT)",
     .help = "moment of so many microseconds since 1970",
     .example = "timestamp_micros(1709209815250125)",
     .num_args = {1, 1},
     .resolve = TimestampOfUnits},
    {.name = "unix_seconds",
     .signature = "unix_seconds(TIMESTAMP)",
     .help = "seconds since 1970",
     .example = "unix_seconds(TIMESTAMP '2024-02-29 12:30:15.25')",
     .num_args = {1, 1},
     .resolve = UnitsOfTimestamp},
    {.name = "unix_millis",
     .signature = "unix_millis(TIMESTAMP)",
     .help = "milliseconds since 1970",
     .example = "unix_millis(TIMESTAMP '2024-02-29 12:30:15.25')",
     .num_args = {1, 1},
     .resolve = UnitsOfTimestamp},
    {.name = "unix_micros",
     .signature = "unix_micros(TIMESTAMP)",
     .help = "microseconds since 1970",
     .example = "unix_micros(TIMESTAMP '2024-02-29 12:30:15.25')",
     .num_args = {1, 1},
     .resolve = UnitsOfTimestamp},
    {.name = "date_trunc",
     .signature = "date_trunc(unit STRING, TIMESTAMP)",
     .help = "start of the year, quarter, month, week, day, hour, minute, second; NULL for another "
             "unit",
     .example = "date_trunc('hour', TIMESTAMP '2024-02-29 12:30:15')",
     .num_args = {2, 2},
     .resolve = Takes<Timestamp(String, Timestamp)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "trunc",
     .signature = "trunc(DATE, unit STRING)",
     .help = "start of the year, quarter, month or week; NULL for another unit",
     .example = "trunc(DATE '2024-02-29', 'quarter')",
     .num_args = {2, 2},
     .resolve = Takes<Date(Date, String)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "last_day",
     .signature = "last_day(DATE)",
     .help = "last day of the month",
     .example = "last_day(DATE '2024-02-10')",
     .num_args = {1, 1},
     .resolve = Takes<Date(Date)>},
    {.name = "date_add",
     .aliases = {"dateadd"},
     .signature = "date_add(DATE, days INT)",
     .help = "so many days later",
     .example = "date_add(DATE '2024-02-28', 2)",
     .num_args = {2, 2},
     .resolve = DateAndDays},
    {.name = "date_sub",
     .signature = "date_sub(DATE, days INT)",
     .help = "so many days earlier",
     .example = "date_sub(DATE '2024-03-01', 1)",
     .num_args = {2, 2},
     .resolve = DateAndDays},
    {.name = "datediff",
     .aliases = {"date_diff"},
     .signature = "datediff(end DATE, start DATE)",
     .help = "days between",
     .example = "datediff(DATE '2024-03-01', DATE '2024-02-28')",
     .num_args = {2, 2},
     .resolve = Takes<Int(Date, Date)>},
    {.name = "add_months",
     .signature = "add_months(DATE, months INT)",
     .help = "so many months later, the day cut to the month's last",
     .example = "add_months(DATE '2024-01-31', 1)",
     .num_args = {2, 2},
     .resolve = Takes<Date(Date, Int)>},
    {.name = "make_date",
     .signature = "make_date(year INT, month INT, day INT)",
     .help = "the date; an error when there is none",
     .example = "make_date(2024, 2, 29)",
     .num_args = {3, 3},
     .resolve = Takes<Date(Int, Int, Int)>},
    {.name = "current_date",
     .aliases = {"curdate"},
     .signature = "current_date()",
     .help = "today, the same in all of a run",
     .example = "current_date()",
     .resolve = Takes<Date()>,
     .traits = {.reads_clock = AlwaysReadsClock}},
    {.name = "current_timestamp",
     .aliases = {"now"},
     .signature = "current_timestamp()",
     .help = "the moment of the run's start",
     .example = "current_timestamp()",
     .resolve = Takes<Timestamp()>,
     .traits = {.reads_clock = AlwaysReadsClock}},
};

}  // namespace

std::span<const Function> DateFunctions() { return kDateFunctions; }

}  // namespace tarn::plan
