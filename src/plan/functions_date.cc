#include "plan/function_table_internal.h"

// Functions of dates and timestamps, in UTC.
namespace tarn::plan {
namespace {

// Calendar parts work on both types without loss: a TIMESTAMP stays one.
Resolver CalendarPart() {
  return [](const Arguments& args) -> Result<ResolvedFunction> {
    bool is_date = args[0].type->id() == arrow::Type::DATE32;
    return Takes({is_date ? TypePtr(arrow::date32()) : TimestampType()}, arrow::int32())(args);
  };
}

bool IsTimestamp(const arrow::DataType& type) { return type.id() == arrow::Type::TIMESTAMP; }

Resolver TimestampOfUnits() {
  return TakesOnly(0, IsInteger, "a whole number", Takes({arrow::int64()}, TimestampType()));
}

Resolver UnitsOfTimestamp() {
  return TakesOnly(0, IsTimestamp, "a TIMESTAMP", Takes({TimestampType()}, arrow::int64()));
}

Result<ResolvedFunction> TimestampOfSeconds(const Arguments& args) {
  const TypePtr& type = args[0].type;
  // NaN and the infinities are no moment.
  if (IsFloating(*type)) return MaybeNull(Takes({arrow::float64()}, TimestampType()))(args);
  if (IsDecimal(*type)) return Takes({type}, TimestampType())(args);
  return TakesOnly(0, IsInteger, "a number", Takes({arrow::int64()}, TimestampType()))(args);
}

// to_date and to_timestamp: text by a format, or anything as CAST does it. What is no text needs no
// format, whichever is given.
Resolver Parsed(TypePtr result) {
  return [result = std::move(result)](const Arguments& args) -> Result<ResolvedFunction> {
    const bool by_format = args.size() == 2 && !IsTemporal(*args[0].type);
    if (by_format) return Takes({arrow::utf8(), arrow::utf8()}, result)(args);
    if (!CanCast(*args[0].type, *result)) {
      return WrongType(0, *args[0].type, "STRING, DATE or TIMESTAMP");
    }
    // The binder's cast does all of the work.
    ResolvedFunction function;
    function.arg_types = {result};
    if (args.size() == 2) function.arg_types.push_back(arrow::utf8());
    function.type = result;
    function.nullable = AnyNullable(args);
    return function;
  };
}

Result<ResolvedFunction> UnixTimestamp(const Arguments& args) {
  const TypePtr moment = IsTemporal(*args[0].type) ? TimestampType() : arrow::utf8();
  return Takes({moment, arrow::utf8()}, arrow::int64())(args);
}

// Whole days of no more than 32 bits.
Resolver DateAndDays() {
  auto fits = [](const arrow::DataType& type) {
    return !IsNumeric(type) || (IsInteger(type) && type.id() != arrow::Type::INT64);
  };
  return TakesOnly(1, fits, "an INT", Takes({arrow::date32(), arrow::int32()}, arrow::date32()));
}

}  // namespace

std::span<const FunctionRow> DateRows() {
  const TypePtr string = arrow::utf8(), integer = arrow::int32(), bigint = arrow::int64();
  const TypePtr date = arrow::date32(), timestamp = TimestampType();
  auto part = [](std::vector<std::string> names, std::string help) {
    std::string signature = names[0] + "(DATE or TIMESTAMP)";
    return FunctionRow{std::move(names), std::move(signature), std::move(help), 1, 1,
                       CalendarPart()};
  };
  static const std::vector<FunctionRow> kRows = {
      part({"year"}, "the year"),
      part({"quarter"}, "1 to 4"),
      part({"month"}, "1 to 12"),
      part({"day", "dayofmonth"}, "1 to 31"),
      part({"dayofyear"}, "1 to 366"),
      part({"dayofweek"}, "1 for Sunday to 7 for Saturday"),
      part({"weekday"}, "0 for Monday to 6 for Sunday"),
      part({"weekofyear"}, "ISO week, 1 to 53"),
      part({"hour"}, "0 to 23"),
      part({"minute"}, "0 to 59"),
      part({"second"}, "0 to 59"),
      {{"timestamp_seconds"},
       "timestamp_seconds(number)",
       "moment of so many seconds since 1970",
       1,
       1,
       TimestampOfSeconds},
      {{"timestamp_millis"},
       "timestamp_millis(BIGINT)",
       "moment of so many milliseconds since 1970",
       1,
       1,
       TimestampOfUnits()},
      {{"timestamp_micros"},
       "timestamp_micros(BIGINT)",
       "moment of so many microseconds since 1970",
       1,
       1,
       TimestampOfUnits()},
      {{"unix_seconds"}, "unix_seconds(TIMESTAMP)", "seconds since 1970", 1, 1, UnitsOfTimestamp()},
      {{"unix_millis"},
       "unix_millis(TIMESTAMP)",
       "milliseconds since 1970",
       1,
       1,
       UnitsOfTimestamp()},
      {{"unix_micros"},
       "unix_micros(TIMESTAMP)",
       "microseconds since 1970",
       1,
       1,
       UnitsOfTimestamp()},
      {{"unix_timestamp"},
       "unix_timestamp(TIMESTAMP) or unix_timestamp(STRING[, format STRING])",
       "seconds since 1970",
       1,
       2,
       UnixTimestamp},
      {{"from_unixtime"},
       "from_unixtime(BIGINT[, format STRING])",
       "text of so many seconds since 1970",
       1,
       2,
       Takes({bigint, string}, string)},
      {{"date_trunc"},
       "date_trunc(unit STRING, TIMESTAMP)",
       "start of the year, quarter, month, week, day, hour, minute, second; NULL for another unit",
       2,
       2,
       MaybeNull(Takes({string, timestamp}, timestamp))},
      {{"trunc"},
       "trunc(DATE, unit STRING)",
       "start of the year, quarter, month or week; NULL for another unit",
       2,
       2,
       MaybeNull(Takes({date, string}, date))},
      {{"last_day"}, "last_day(DATE)", "last day of the month", 1, 1, Takes({date}, date)},
      {{"date_add", "dateadd"},
       "date_add(DATE, days INT)",
       "so many days later",
       2,
       2,
       DateAndDays()},
      {{"date_sub"}, "date_sub(DATE, days INT)", "so many days earlier", 2, 2, DateAndDays()},
      {{"datediff", "date_diff"},
       "datediff(end DATE, start DATE)",
       "days between",
       2,
       2,
       Takes({date, date}, integer)},
      {{"add_months"},
       "add_months(DATE, months INT)",
       "so many months later, the day cut to the month's last",
       2,
       2,
       Takes({date, integer}, date)},
      {{"make_date"},
       "make_date(year INT, month INT, day INT)",
       "the date; an error when there is none",
       3,
       3,
       Takes({integer, integer, integer}, date)},
      {{"to_date"},
       "to_date(x[, format STRING])",
       "text as a DATE, by a format or as CAST does it",
       1,
       2,
       Parsed(date)},
      {{"to_timestamp"},
       "to_timestamp(x[, format STRING])",
       "text as a TIMESTAMP, by a format or as CAST does it",
       1,
       2,
       Parsed(timestamp)},
      {{"date_format"},
       "date_format(TIMESTAMP, format STRING)",
       "text by a format of the letters y M L d D E H h K k m s S a q Q and quoted text",
       2,
       2,
       Takes({timestamp, string}, string)},
      {{"current_date", "curdate"},
       "current_date()",
       "today in UTC, the same in all of a run",
       0,
       0,
       Takes({}, date)},
      {{"current_timestamp", "now"},
       "current_timestamp()",
       "the moment of the run's start",
       0,
       0,
       Takes({}, timestamp)},
  };
  return kRows;
}

}  // namespace tarn::plan
