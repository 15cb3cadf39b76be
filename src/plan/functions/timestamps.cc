#include "plan/functions/family_internal.h"
#include "values/interval.h"

// Functions that make timestamps, shift them, and move them between time zones.
namespace tarn::plan {
namespace {

struct SecondsOfMoment {
  static TypePtr Get() { return arrow::decimal128(16, 6); }
};

template <typename Made>
Result<ResolvedFunction> MakeTimestampOfDay(const Arguments& args) {
  auto is_date = [](const arrow::DataType& type) { return type.id() == arrow::Type::DATE32; };
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, is_date, "a DATE"));
  if (args.size() == 1) return TakeTypes(args, {Made::Get()}, Made::Get());
  ARROW_RETURN_NOT_OK(CheckArgument(args, 1, IsTime, "a TIME"));
  if (args.size() == 3 && IsTimestampNtz(*Made::Get())) {
    return Status::Invalid("a TIMESTAMP_NTZ is of no zone");
  }
  return TakeTypes(args, {arrow::date32(), TimeType(), arrow::utf8()}, Made::Get());
}

// make_timestamp(DATE) is the cast that the binder makes of it.
template <typename Made>
Result<ResolvedFunction> MakeTimestamp(const Arguments& args) {
  if (args.size() <= 3) return MakeTimestampOfDay<Made>(args);
  if (args.size() < 6) return Status::Invalid("it takes a DATE and a TIME, or six numbers");
  return Takes<Made(Int, Int, Int, Int, Int, SecondsOfMoment, String)>(args);
}

// The moment keeps its type; a DATE or text becomes a TIMESTAMP.
Result<ResolvedFunction> TimestampAdd(const Arguments& args) {
  const TypePtr type = IsTimestampNtz(*args[2].type) ? TimestampNtzType() : TimestampType();
  return TakeTypes(args, {arrow::utf8(), arrow::int64(), type}, type);
}

Result<ResolvedFunction> ConvertTimezone(const Arguments& args) {
  std::vector<TypePtr> types(args.size(), arrow::utf8());
  types.back() = TimestampNtzType();
  return TakeTypes(args, std::move(types), TimestampNtzType());
}

Result<ResolvedFunction> TimeBucket(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInterval, "an INTERVAL"));
  const bool is_null = args[0].type->id() == arrow::Type::NA;
  const TypePtr width =
      is_null ? IntervalType({IntervalField::kDay, IntervalField::kSecond}) : args[0].type;
  const TypePtr type = IsTimestampNtz(*args[1].type) ? TimestampNtzType() : TimestampType();
  return TakeTypes(args, {width, type, type}, type);
}

constexpr Function kTimestampFunctions[] = {
    {.name = "make_timestamp",
     .aliases = {"make_timestamp_ltz"},
     .signature = "make_timestamp(year INT, month INT, day INT, hour INT, minute INT, seconds "
                  "DECIMAL[, zone STRING]) or make_timestamp(DATE[, TIME[, zone STRING]])",
     .help = "the TIMESTAMP; an error when there is none",
     .example = "make_timestamp(2024, 2, 29, 12, 30, 15.25, 'Europe/Berlin')",
     .num_args = {1, 7},
     .resolve = MakeTimestamp<Timestamp>},
    {.name = "make_timestamp_ntz",
     .signature = "make_timestamp_ntz(year INT, month INT, day INT, hour INT, minute INT, seconds "
                  "DECIMAL) or make_timestamp_ntz(DATE[, TIME])",
     .help = "the TIMESTAMP_NTZ; an error when there is none",
     .example = "make_timestamp_ntz(2024, 2, 29, 12, 30, 15.25)",
     .num_args = {1, 6},
     .resolve = MakeTimestamp<TimestampNtz>},
    {.name = "try_make_timestamp",
     .aliases = {"try_make_timestamp_ltz"},
     .signature = "try_make_timestamp(year INT, month INT, day INT, hour INT, minute INT, seconds "
                  "DECIMAL[, zone STRING]) or try_make_timestamp(DATE[, TIME[, zone STRING]])",
     .help = "the TIMESTAMP; NULL when there is none",
     .example = "try_make_timestamp(2024, 2, 30, 12, 30, 15)",
     .num_args = {1, 7},
     .resolve = MakeTimestamp<Timestamp>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "try_make_timestamp_ntz",
     .signature = "try_make_timestamp_ntz(year INT, month INT, day INT, hour INT, minute INT, "
                  "seconds DECIMAL) or try_make_timestamp_ntz(DATE[, TIME])",
     .help = "the TIMESTAMP_NTZ; NULL when there is none",
     .example = "try_make_timestamp_ntz(2024, 2, 30, 12, 30, 15)",
     .num_args = {1, 6},
     .resolve = MakeTimestamp<TimestampNtz>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "timestampadd",
     .signature = "timestampadd(unit, count BIGINT, TIMESTAMP)",
     .help = "so many units later: YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, "
             "MILLISECOND, MICROSECOND; also as dateadd",
     .example = "timestampadd(MONTH, 1, TIMESTAMP '2024-01-31 12:00:00')",
     .num_args = {3, 3},
     .resolve = TimestampAdd},
    {.name = "timestampdiff",
     .signature = "timestampdiff(unit, start TIMESTAMP, end TIMESTAMP)",
     .help = "whole units between; also as datediff",
     .example =
         "timestampdiff(HOUR, TIMESTAMP '2024-02-28 20:00:00', TIMESTAMP '2024-03-01 06:30:00')",
     .num_args = {3, 3},
     .resolve = Takes<BigInt(String, Timestamp, Timestamp)>},
    {.name = "time_bucket",
     .signature = "time_bucket(width INTERVAL, TIMESTAMP[, origin TIMESTAMP])",
     .help = "start of the bucket of that width; buckets begin at the origin, 1970 without one",
     .example = "time_bucket(INTERVAL '15' MINUTE, TIMESTAMP '2024-02-29 12:34:56')",
     .num_args = {2, 3},
     .resolve = TimeBucket},
    {.name = "from_utc_timestamp",
     .signature = "from_utc_timestamp(TIMESTAMP, zone STRING)",
     .help = "what the zone's clocks show at a time of UTC",
     .example = "from_utc_timestamp(TIMESTAMP '2024-07-01 12:00:00', 'Europe/Berlin')",
     .num_args = {2, 2},
     .resolve = Takes<Timestamp(Timestamp, String)>},
    {.name = "to_utc_timestamp",
     .signature = "to_utc_timestamp(TIMESTAMP, zone STRING)",
     .help = "the time of UTC at which the zone's clocks show it",
     .example = "to_utc_timestamp(TIMESTAMP '2024-07-01 12:00:00', 'Europe/Berlin')",
     .num_args = {2, 2},
     .resolve = Takes<Timestamp(Timestamp, String)>},
    {.name = "convert_timezone",
     .signature = "convert_timezone([from STRING, ]to STRING, TIMESTAMP_NTZ)",
     .help = "what the clocks of one zone show when those of the other one show it; from the "
             "session's without one",
     .example = "convert_timezone('Europe/Berlin', 'America/New_York', TIMESTAMP_NTZ '2024-07-01 "
                "12:00:00')",
     .num_args = {2, 3},
     .resolve = ConvertTimezone},
    {.name = "current_timezone",
     .signature = "current_timezone()",
     .help = "the session's time zone",
     .example = "current_timezone()",
     .resolve = Takes<String()>},
    {.name = "localtimestamp",
     .signature = "localtimestamp()",
     .help = "what the session's clocks showed at the run's start, a TIMESTAMP_NTZ",
     .example = "localtimestamp()",
     .resolve = Takes<TimestampNtz()>,
     .traits = {.reads_clock = AlwaysReadsClock}},
};

}  // namespace

std::span<const Function> TimestampFunctions() { return kTimestampFunctions; }

}  // namespace tarn::plan
