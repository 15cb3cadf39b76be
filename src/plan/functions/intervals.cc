#include "plan/functions/family_internal.h"
#include "values/interval.h"

// Functions of intervals; their arithmetic is in temporal_arithmetic.cc.
namespace tarn::plan {
namespace {

struct YearToMonth {
  static TypePtr Get() { return IntervalType(kYearToMonth); }
};
struct DayToSecond {
  static TypePtr Get() { return IntervalType(kDayToSecond); }
};
struct Calendar {
  static TypePtr Get() { return arrow::month_day_nano_interval(); }
};
struct Seconds {
  static TypePtr Get() { return arrow::decimal128(18, 6); }
};

// EXTRACT(field FROM interval): of a field that the type has.
template <IntervalField kField>
Result<ResolvedFunction> FieldOf(const Arguments& args) {
  const TypePtr& type = args[0].type;
  const IntervalRange range = IntervalRangeOf(*type);
  const bool has_field = IsInterval(*type) && kField >= range.start && kField <= range.end;
  if (!has_field && !IsCalendarInterval(*type)) {
    return WrongType(0, *type, "an INTERVAL with this field");
  }
  ResolvedFunction function;
  function.arg_types = {type};
  const bool is_count = kField == IntervalField::kYear || kField == IntervalField::kDay;
  function.type = kField == IntervalField::kSecond ? arrow::decimal128(8, 6)
                  : is_count                       ? arrow::int32()
                                                   : arrow::int8();
  return function;
}

constexpr Function Field(std::string_view name, std::string_view signature,
                         std::string_view example, Resolver resolve) {
  return {.name = name,
          .signature = signature,
          .help = "the field of an INTERVAL that has it; less than one of the field before it",
          .example = example,
          .num_args = {1, 1},
          .resolve = resolve,
          .traits = {.may_fail = false}};
}

constexpr Function kIntervalFunctions[] = {
    {.name = "make_ym_interval",
     .signature = "make_ym_interval([years INT, months INT])",
     .help = "an INTERVAL YEAR TO MONTH",
     .example = "DATE '2024-01-31' + make_ym_interval(1, 1)",
     .num_args = {0, 2},
     .resolve = Takes<YearToMonth(Int, Int)>},
    {.name = "make_dt_interval",
     .signature = "make_dt_interval([days INT, hours INT, minutes INT, seconds DECIMAL])",
     .help = "an INTERVAL DAY TO SECOND",
     .example = "TIMESTAMP '2024-02-28 20:00:00' + make_dt_interval(1, 6, 30)",
     .num_args = {0, 4},
     .resolve = Takes<DayToSecond(Int, Int, Int, Seconds)>},
    {.name = "make_interval",
     .signature = "make_interval([years INT, months INT, weeks INT, days INT, hours INT, minutes "
                  "INT, seconds DECIMAL])",
     .help = "an INTERVAL of months, days and less, which has no order; casts to STRING",
     .example = "string(make_interval(1, 2, 0, 3, 4))",
     .num_args = {0, 7},
     .resolve = Takes<Calendar(Int, Int, Int, Int, Int, Int, Seconds)>},
    {.name = "try_make_interval",
     .signature = "try_make_interval(years INT[, months INT, weeks INT, days INT, hours INT, "
                  "minutes INT, seconds DECIMAL])",
     .help = "as make_interval, NULL where that overflows",
     .example = "string(try_make_interval(200000000))",
     .num_args = {1, 7},
     .resolve = Takes<Calendar(Int, Int, Int, Int, Int, Int, Seconds)>,
     .traits = {.nullability = Nullability::kAlways}},
    Field("extract(interval year)", "extract(YEAR FROM INTERVAL)",
          "extract(YEAR FROM INTERVAL '3-7' YEAR TO MONTH)", FieldOf<IntervalField::kYear>),
    Field("extract(interval month)", "extract(MONTH FROM INTERVAL)",
          "extract(MONTH FROM INTERVAL '3-7' YEAR TO MONTH)", FieldOf<IntervalField::kMonth>),
    Field("extract(interval day)", "extract(DAY FROM INTERVAL)",
          "extract(DAY FROM INTERVAL '5 06:30:15.25' DAY TO SECOND)", FieldOf<IntervalField::kDay>),
    Field("extract(interval hour)", "extract(HOUR FROM INTERVAL)",
          "extract(HOUR FROM INTERVAL '5 06:30:15.25' DAY TO SECOND)",
          FieldOf<IntervalField::kHour>),
    Field("extract(interval minute)", "extract(MINUTE FROM INTERVAL)",
          "extract(MINUTE FROM INTERVAL '5 06:30:15.25' DAY TO SECOND)",
          FieldOf<IntervalField::kMinute>),
    Field("extract(interval second)", "extract(SECOND FROM INTERVAL)",
          "extract(SECOND FROM INTERVAL '5 06:30:15.25' DAY TO SECOND)",
          FieldOf<IntervalField::kSecond>),
};

}  // namespace

std::span<const Function> IntervalFunctions() { return kIntervalFunctions; }

}  // namespace tarn::plan
