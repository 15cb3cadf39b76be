#include <arrow/compute/api.h>

#include <cmath>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/moment_arithmetic_internal.h"
#include "local/kernels/timestamp_of_decimal_internal.h"
#include "values/calendar.h"
#include "values/datetime_names_internal.h"
#include "values/time_of_day.h"

// Functions of dates (days since 1970) and timestamps (microseconds since 1970 in UTC, of
// TIMESTAMP_NTZ on a clock of no zone).
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

int32_t DaysOf(int64_t micros) { return static_cast<int32_t>(FloorDivide(micros, kMicrosPerDay)); }

// compute(days) for a DATE or a TIMESTAMP.
template <int32_t (*kCompute)(int32_t)>
Result<Datum> DatePart(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::DATE32) {
    return Map<int32_t, int32_t>(context, args, [](int32_t days) { return kCompute(days); });
  }
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  return Map<int32_t, int64_t>(
      context, args, [&](int64_t micros) { return kCompute(DaysOf(zone.ToLocal(micros))); });
}

// The time of day in units of `kUnitSeconds`, below `kModulus`; 0 for a DATE.
template <int64_t kUnitSeconds, int64_t kModulus>
Result<Datum> TimePart(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::DATE32) {
    return Map<int32_t, int32_t>(context, args, [](int32_t) { return 0; });
  }
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  return Map<int32_t, int64_t>(context, args, [&](int64_t micros) {
    int64_t seconds = FloorDivide(zone.ToLocal(micros), kMicrosPerSecond);
    int64_t of_day = seconds - FloorDivide(seconds, 86'400) * 86'400;
    return static_cast<int32_t>(of_day / kUnitSeconds % kModulus);
  });
}

int32_t Year(int32_t days) { return CivilFromDays(days).year; }
int32_t Quarter(int32_t days) { return (CivilFromDays(days).month + 2) / 3; }
int32_t Month(int32_t days) { return CivilFromDays(days).month; }
int32_t Day(int32_t days) { return CivilFromDays(days).day; }
int32_t DayOfYear(int32_t days) { return days - DaysFromCivil(Year(days), 1, 1) + 1; }
int32_t DayOfWeek(int32_t days) { return (WeekdayFromDays(days) + 1) % 7 + 1; }
int32_t Weekday(int32_t days) { return WeekdayFromDays(days); }
int32_t WeekOfYear(int32_t days) { return IsoWeekFromDays(days); }
int32_t IsoWeekday(int32_t days) { return WeekdayFromDays(days) + 1; }
int32_t YearOfWeek(int32_t days) { return Year(days - WeekdayFromDays(days) + 3); }

Result<Datum> SecondWithFraction(const KernelContext& context, const Args& args) {
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  const int64_t unit = MicrosOfTimeDigit(TimeDigitsOf(*context.call->args[0]->type));
  return Map<arrow::Decimal128, int64_t>(context, args, [&](int64_t micros) {
    return arrow::Decimal128(FloorRemainder(zone.ToLocal(micros), 60 * kMicrosPerSecond) / unit);
  });
}

Result<Datum> DayName(const KernelContext& context, const Args& args) {
  return MapToString<int32_t>(context, args, [](int32_t days, std::string* out) {
    *out = kWeekdayNames[WeekdayFromDays(days)].substr(0, kShortNameLength);
  });
}

Result<Datum> MonthName(const KernelContext& context, const Args& args) {
  return MapToString<int32_t>(context, args, [](int32_t days, std::string* out) {
    *out = kMonthNames[Month(days) - 1].substr(0, kShortNameLength);
  });
}

// The same days under another type.
Result<Datum> SameDays(const KernelContext& context, const Args& args) {
  return Map<int32_t, int32_t>(context, args, [](int32_t days) { return days; });
}

// 0 for Monday to 6 for Sunday; -1: no weekday has this name.
int32_t WeekdayOf(Text text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (int32_t weekday = 0; weekday < 7; ++weekday) {
    std::string name(kWeekdayNames[weekday]);
    name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
    if (lower == name || lower == name.substr(0, 2) || lower == name.substr(0, 3)) return weekday;
  }
  return -1;
}

Result<Datum> NextDay(const KernelContext& context, const Args& args) {
  return MapChecked<int32_t, int32_t, Text>(
      context, args,
      [](int32_t days, Text name, int32_t* out) {
        const int32_t weekday = WeekdayOf(name);
        *out = days + 1 + (weekday + 13 - WeekdayFromDays(days)) % 7;
        return weekday >= 0;
      },
      [&](int32_t, Text name) {
        return context.Error("ILLEGAL_DAY_OF_WEEK", fmt::format("not a weekday: '{}'", name),
                             "write MON, TUE, WED, THU, FRI, SAT or SUN");
      });
}

// Spark's: beyond whole months, one has 31 days. What a day has of seconds are those that passed,
// whatever its clocks showed.
double MonthsBetween(const TimeZone& zone, int64_t end, int64_t start) {
  const int32_t end_days = DaysOf(zone.ToLocal(end)), start_days = DaysOf(zone.ToLocal(start));
  const CivilDate a = CivilFromDays(end_days), b = CivilFromDays(start_days);
  const int64_t months = (int64_t{a.year} - b.year) * 12 + a.month - b.month;
  const bool both_last =
      a.day == DaysInMonth(a.year, a.month) && b.day == DaysInMonth(b.year, b.month);
  if (a.day == b.day || both_last) return static_cast<double>(months);
  const auto seconds_since = [&](int32_t days, int64_t moment) {
    return (moment - zone.ToUtc(days * kMicrosPerDay)) / kMicrosPerSecond;
  };
  const int64_t seconds = (int64_t{a.day} - b.day) * kSecondsPerDay + seconds_since(end_days, end) -
                          seconds_since(start_days, start);
  return static_cast<double>(months) +
         static_cast<double>(seconds) / static_cast<double>(31 * kSecondsPerDay);
}

Result<Datum> MonthsBetweenKernel(const KernelContext& context, const Args& args) {
  const TimeZone& zone = *context.shared.zone;
  const Datum rounded =
      args.size() == 3 ? args[2] : Datum(std::make_shared<arrow::BooleanScalar>(true));
  return Map<double, int64_t, int64_t, bool>(
      context, {args[0], args[1], rounded}, [&](int64_t end, int64_t start, bool is_rounded) {
        const double months = MonthsBetween(zone, end, start);
        return is_rounded ? std::floor(months * 1e8 + 0.5) / 1e8 : months;
      });
}

// Calls compute on the date; the last day of its month for LastDay.
int32_t LastDay(int32_t days) {
  CivilDate date = CivilFromDays(days);
  return DaysFromCivil(date.year, date.month, DaysInMonth(date.year, date.month));
}

Result<Datum> LastDayKernel(const KernelContext& context, const Args& args) {
  return Map<int32_t, int32_t>(context, args, LastDay);
}

Status DateOverflow(const KernelContext& context) {
  return context.Error("DATETIME_OVERFLOW", "the result is outside the range of its type",
                       "check the unit: seconds, milliseconds or microseconds");
}

// NaN and the infinities are NULL.
Result<Datum> TimestampOfDouble(const KernelContext& context, const ColumnView<double>& values,
                                int64_t micros_per_unit) {
  arrow::TimestampBuilder builder(context.type(), arrow::default_memory_pool());
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!values.IsValid(row) || !std::isfinite(values[row])) {
      builder.UnsafeAppendNull();
      continue;
    }
    const double micros = values[row] * static_cast<double>(micros_per_unit);
    if (std::abs(micros) >= 9.2e18) return DateOverflow(context);
    builder.UnsafeAppend(static_cast<int64_t>(micros));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

template <int64_t kMicrosPerUnit>
Result<Datum> TimestampOf(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::DOUBLE) {
    return TimestampOfDouble(context, ColumnView<double>(args[0]), kMicrosPerUnit);
  }
  if (args[0].type()->id() == arrow::Type::DECIMAL128) {
    return TimestampOfDecimal(context, args[0], kMicrosPerUnit, Fraction::kRefuse);
  }
  return MapChecked<int64_t, int64_t>(
      context, args,
      [](int64_t value, int64_t* out) {
        return !__builtin_mul_overflow(value, kMicrosPerUnit, out);
      },
      [&](int64_t) { return DateOverflow(context); });
}

template <int64_t kMicrosPerUnit>
Result<Datum> UnitsOf(const KernelContext& context, const Args& args) {
  return Map<int64_t, int64_t>(context, args,
                               [](int64_t micros) { return FloorDivide(micros, kMicrosPerUnit); });
}

template <int kSign>
Result<Datum> AddDays(const KernelContext& context, const Args& args) {
  // Beyond the last date the first one follows, as Java's integers have it.
  return Map<int32_t, int32_t, int32_t>(context, args, [](int32_t days, int32_t more) {
    return static_cast<int32_t>(static_cast<uint32_t>(int64_t{days} + kSign * int64_t{more}));
  });
}

Result<Datum> DateDifference(const KernelContext& context, const Args& args) {
  return Map<int32_t, int32_t, int32_t>(context, args, [](int32_t end, int32_t start) {
    return static_cast<int32_t>(static_cast<uint32_t>(int64_t{end} - start));
  });
}

Result<Datum> AddMonthsKernel(const KernelContext& context, const Args& args) {
  return MapChecked<int32_t, int32_t, int32_t>(
      context, args,
      [](int32_t days, int32_t months, int32_t* out) { return AddMonthsToDate(days, months, out); },
      [&](int32_t, int32_t) {
        return context.Error("ARITHMETIC_OVERFLOW", "the date is outside the range of its type",
                             "add fewer months");
      });
}

Result<Datum> MakeDate(const KernelContext& context, const Args& args) {
  return MapChecked<int32_t, int32_t, int32_t, int32_t>(
      context, args,
      [](int32_t year, int32_t month, int32_t day, int32_t* out) {
        bool exists = month >= 1 && month <= 12 && day >= 1 && day <= DaysInMonth(year, month);
        *out = exists ? DaysFromCivil(year, month, day) : 0;
        return exists;
      },
      [&](int32_t year, int32_t month, int32_t day) {
        return context.Error("DATETIME_FIELD_OUT_OF_BOUNDS",
                             fmt::format("there is no such date: {}-{}-{}", year, month, day));
      });
}

enum class Unit {
  kNone,
  kYear,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond
};

Unit ParseUnit(Text text) {
  static constexpr std::pair<Text, Unit> kUnits[] = {{"year", Unit::kYear},
                                                     {"yyyy", Unit::kYear},
                                                     {"yy", Unit::kYear},
                                                     {"quarter", Unit::kQuarter},
                                                     {"month", Unit::kMonth},
                                                     {"mon", Unit::kMonth},
                                                     {"mm", Unit::kMonth},
                                                     {"week", Unit::kWeek},
                                                     {"day", Unit::kDay},
                                                     {"dd", Unit::kDay},
                                                     {"hour", Unit::kHour},
                                                     {"minute", Unit::kMinute},
                                                     {"second", Unit::kSecond},
                                                     {"millisecond", Unit::kMillisecond},
                                                     {"microsecond", Unit::kMicrosecond}};
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& [name, unit] : kUnits) {
    if (name == lower) return unit;
  }
  return Unit::kNone;
}

// First day of the unit that `days` lies in; nothing for a unit that is not of days.
std::optional<int32_t> TruncateDays(Unit unit, int32_t days) {
  const CivilDate date = CivilFromDays(days);
  switch (unit) {
    case Unit::kYear:
      return DaysFromCivil(date.year, 1, 1);
    case Unit::kQuarter:
      return DaysFromCivil(date.year, (date.month - 1) / 3 * 3 + 1, 1);
    case Unit::kMonth:
      return days - date.day + 1;
    case Unit::kWeek:
      return days - WeekdayFromDays(days);
    default:
      return std::nullopt;
  }
}

std::optional<int64_t> TruncateMicros(Unit unit, int64_t micros) {
  auto to_multiple = [&](int64_t length) { return FloorDivide(micros, length) * length; };
  switch (unit) {
    case Unit::kNone:
      return std::nullopt;
    case Unit::kDay:
      return to_multiple(kMicrosPerDay);
    case Unit::kHour:
      return to_multiple(3600 * kMicrosPerSecond);
    case Unit::kMinute:
      return to_multiple(60 * kMicrosPerSecond);
    case Unit::kSecond:
      return to_multiple(kMicrosPerSecond);
    case Unit::kMillisecond:
      return to_multiple(1000);
    case Unit::kMicrosecond:
      return micros;
    default:
      return *TruncateDays(unit, DaysOf(micros)) * kMicrosPerDay;
  }
}

template <typename T, typename Builder, typename Truncate>
Result<Datum> TruncateAll(const KernelContext& context, const Datum& units, const Datum& values,
                          Builder& builder, Truncate truncate) {
  const ColumnView<Text> unit(units);
  const ColumnView<T> value(values);
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  Unit parsed = Unit::kNone;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool valid = unit.IsValid(row) && value.IsValid(row);
    if (valid && (row == 0 || !unit.is_scalar() || parsed == Unit::kNone)) {
      parsed = ParseUnit(unit[row]);
    }
    auto truncated = valid ? truncate(parsed, value[row]) : std::nullopt;
    if (truncated.has_value()) {
      builder.UnsafeAppend(*truncated);
    } else {
      builder.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

Result<Datum> DateTrunc(const KernelContext& context, const Args& args) {
  arrow::TimestampBuilder builder(context.type(), arrow::default_memory_pool());
  const TimeZone& zone = *context.shared.zone;
  if (zone.is_utc()) {
    return TruncateAll<int64_t>(context, args[0], args[1], builder, TruncateMicros);
  }
  const auto truncate = [&](Unit unit, int64_t micros) -> std::optional<int64_t> {
    const std::optional<int64_t> local = TruncateMicros(unit, zone.ToLocal(micros));
    if (!local.has_value()) return std::nullopt;
    return zone.ToUtcNear(*local, micros);
  };
  return TruncateAll<int64_t>(context, args[0], args[1], builder, truncate);
}

Result<Datum> Trunc(const KernelContext& context, const Args& args) {
  arrow::Date32Builder builder;
  return TruncateAll<int32_t>(context, args[1], args[0], builder, TruncateDays);
}

Result<Datum> CurrentDate(const KernelContext& context, const Args&) {
  const int64_t local = context.shared.zone->ToLocal(context.shared.now_micros);
  return Datum(std::make_shared<arrow::Date32Scalar>(DaysOf(local)));
}

Result<Datum> CurrentTimestamp(const KernelContext& context, const Args&) {
  return Datum(std::make_shared<arrow::TimestampScalar>(context.shared.now_micros, context.type()));
}

}  // namespace

Result<Datum> TimestampOfDecimal(const KernelContext& context, const Datum& value,
                                 int64_t micros_per_unit, Fraction fraction) {
  const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
  bool fits = true;
  return MapChecked<int64_t, arrow::Decimal128>(
      context, {value},
      [&](const arrow::Decimal128& number, int64_t* out) {
        const arrow::Decimal256 exact =
            arrow::Decimal256(number) * arrow::Decimal256(micros_per_unit);
        const arrow::Decimal256 micros(exact.ReduceScaleBy(scale, /*round=*/false));
        *out = static_cast<int64_t>(micros.little_endian_array()[0]);
        fits = micros == arrow::Decimal256(*out);
        return fits && (fraction == Fraction::kCutOff || micros.IncreaseScaleBy(scale) == exact);
      },
      [&](const arrow::Decimal128&) {
        if (!fits) return DateOverflow(context);
        return context.Error("ROUNDING_NECESSARY", "the number has digits beyond the microseconds",
                             "round it to 6 digits");
      });
}

std::span<const NamedKernel> DateKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"year", DatePart<Year>},
      {"quarter", DatePart<Quarter>},
      {"month", DatePart<Month>},
      {"day", DatePart<Day>},
      {"dayofyear", DatePart<DayOfYear>},
      {"dayofweek", DatePart<DayOfWeek>},
      {"weekday", DatePart<Weekday>},
      {"weekofyear", DatePart<WeekOfYear>},
      {"hour", TimePart<3600, 24>},
      {"minute", TimePart<60, 60>},
      {"second", TimePart<1, 60>},
      {"extract(year of week)", DatePart<YearOfWeek>},
      {"extract(iso day of week)", DatePart<IsoWeekday>},
      {"extract(second)", SecondWithFraction},
      {"dayname", DayName},
      {"monthname", MonthName},
      {"unix_date", SameDays},
      {"date_from_unix_date", SameDays},
      {"next_day", NextDay},
      {"months_between", MonthsBetweenKernel},
      {"timestamp_seconds", TimestampOf<kMicrosPerSecond>},
      {"timestamp_millis", TimestampOf<1000>},
      {"timestamp_micros", TimestampOf<1>},
      {"unix_seconds", UnitsOf<kMicrosPerSecond>},
      {"unix_millis", UnitsOf<1000>},
      {"unix_micros", UnitsOf<1>},
      {"date_trunc", DateTrunc},
      {"trunc", Trunc},
      {"last_day", LastDayKernel},
      {"date_add", AddDays<1>},
      {"date_sub", AddDays<-1>},
      {"datediff", DateDifference},
      {"add_months", AddMonthsKernel},
      {"make_date", MakeDate},
      {"current_date", CurrentDate},
      {"current_timestamp", CurrentTimestamp},
  };
  return kKernels;
}

}  // namespace tarn::local
