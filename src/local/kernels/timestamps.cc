#include <algorithm>
#include <array>
#include <optional>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/int128.h"
#include "local/kernels/moment_arithmetic_internal.h"
#include "plan/coercion.h"
#include "values/calendar.h"

// Functions that make timestamps, shift them, and move them between time zones.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using Args = std::vector<Datum>;
using Text = std::string_view;

Status TimestampOverflow(const KernelContext& context) {
  return context.Error("DATETIME_OVERFLOW", "the result is outside the range of its type");
}

Status InvalidZone(const KernelContext& context, Text name) {
  return context.Error("INVALID_TIMEZONE", fmt::format("there is no time zone '{}'", name),
                       "write a region such as Europe/Berlin, or an offset such as +02:00");
}

// The zones of a call's rows, of which most are the same.
class Zones {
 public:
  const TimeZone* Find(Text name) {
    if (!is_known_ || name != name_) {
      name_ = name;
      zone_ = TimeZone::Find(name);
      is_known_ = true;
    }
    return zone_;
  }

 private:
  bool is_known_ = false;
  std::string name_;
  const TimeZone* zone_ = nullptr;
};

enum class Fault { kNone, kField, kFraction, kOverflow };

struct TimestampParts {
  int32_t year, month, day, hour, minute;
  Int128 micros;  // of the minute
};

// The 60th second is the next minute's first one.
Fault LocalMicros(const TimestampParts& parts, int64_t* local) {
  constexpr Int128 kMinute = 60 * kMicrosPerSecond;
  if (parts.micros > kMinute && parts.micros < kMinute + kMicrosPerSecond) return Fault::kFraction;
  const bool is_time = parts.hour >= 0 && parts.hour <= 23 && parts.minute >= 0 &&
                       parts.minute <= 59 && parts.micros >= 0 && parts.micros <= kMinute;
  int64_t days = 0;
  if (!is_time || !DaysFromDate(parts.year, parts.month, parts.day, &days)) return Fault::kField;
  const int64_t seconds = days * kSecondsPerDay + parts.hour * 3600 + parts.minute * 60;
  const bool fits = MicrosFromSeconds(seconds, static_cast<int64_t>(parts.micros), local);
  return fits ? Fault::kNone : Fault::kOverflow;
}

Status DescribeFault(const KernelContext& context, Fault fault) {
  if (fault == Fault::kOverflow) return TimestampOverflow(context);
  if (fault == Fault::kFraction) {
    return context.Error("INVALID_FRACTION_OF_SECOND", "the 60th second can have no fraction",
                         "seconds go from 0 to 59.999999, or are 60");
  }
  return context.Error("DATETIME_FIELD_OUT_OF_BOUNDS", "there is no such date or time",
                       "use try_make_timestamp, which is NULL then");
}

// Of a day, a time of it, and a zone. Only as a TIMESTAMP_NTZ, what is out of range may be NULL.
template <bool kTry>
Result<Datum> TimestampOfDay(const KernelContext& context, const Args& args) {
  KernelContext made = context;
  made.null_on_error = kTry && plan::IsTimestampNtz(*context.type());
  const auto convert = [](int32_t days, int64_t time, const TimeZone& zone, int64_t* out) {
    if (!MicrosFromSeconds(days * kSecondsPerDay, time, out)) return false;
    *out = zone.ToUtc(*out);
    return true;
  };
  if (args.size() == 2) {
    const TimeZone& zone = *context.ZoneOf(*context.type());
    return MapChecked<int64_t, int32_t, int64_t>(
        made, args,
        [&](int32_t days, int64_t time, int64_t* out) { return convert(days, time, zone, out); },
        [&](int32_t, int64_t) { return TimestampOverflow(context); });
  }
  Zones zones;
  return MapChecked<int64_t, int32_t, int64_t, Text>(
      made, args,
      [&](int32_t days, int64_t time, Text name, int64_t* out) {
        const TimeZone* zone = zones.Find(name);
        return zone != nullptr && convert(days, time, *zone, out);
      },
      [&](int32_t, int64_t, Text name) {
        return zones.Find(name) == nullptr ? InvalidZone(context, name)
                                           : TimestampOverflow(context);
      });
}

// Of six parts and a zone; kTry: NULL for what there is not, but for the zone.
template <bool kTry>
Result<Datum> MakeTimestamp(const KernelContext& context, const Args& args) {
  if (args.size() == 1) return args[0];
  if (args.size() <= 3) return TimestampOfDay<kTry>(context, args);
  const ColumnView<int32_t> year(args[0]), month(args[1]), day(args[2]), hour(args[3]),
      minute(args[4]);
  const ColumnView<Decimal128> second(args[5]);
  std::optional<ColumnView<Text>> zone_name;
  if (args.size() > 6) zone_name.emplace(args[6]);
  Zones zones;
  arrow::TimestampBuilder builder(context.type(), arrow::default_memory_pool());
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool valid = AllValid(row, year, month, day, hour, minute, second) &&
                       (!zone_name || zone_name->IsValid(row));
    if (!valid) {
      builder.UnsafeAppendNull();
      continue;
    }
    const TimeZone* zone =
        zone_name ? zones.Find((*zone_name)[row]) : context.ZoneOf(*context.type());
    if (zone == nullptr) return InvalidZone(context, (*zone_name)[row]);
    int64_t local = 0;
    const Fault fault = LocalMicros(
        {year[row], month[row], day[row], hour[row], minute[row], ToInt128(second[row])}, &local);
    if (fault == Fault::kNone) {
      builder.UnsafeAppend(zone->ToUtc(local));
    } else if (kTry) {
      builder.UnsafeAppendNull();
    } else {
      return DescribeFault(context, fault);
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

/// A unit of timestampadd and timestampdiff.
struct IntervalUnit {
  Text name;
  enum class Kind { kMonths, kDays, kMicros } kind;
  int64_t count;  // of months, days or microseconds
};

const IntervalUnit* FindIntervalUnit(Text text) {
  static constexpr IntervalUnit kUnits[] = {
      {"year", IntervalUnit::Kind::kMonths, 12},
      {"quarter", IntervalUnit::Kind::kMonths, 3},
      {"month", IntervalUnit::Kind::kMonths, 1},
      {"week", IntervalUnit::Kind::kDays, 7},
      {"day", IntervalUnit::Kind::kDays, 1},
      {"dayofyear", IntervalUnit::Kind::kDays, 1},
      {"hour", IntervalUnit::Kind::kMicros, 3600 * kMicrosPerSecond},
      {"minute", IntervalUnit::Kind::kMicros, 60 * kMicrosPerSecond},
      {"second", IntervalUnit::Kind::kMicros, kMicrosPerSecond},
      {"millisecond", IntervalUnit::Kind::kMicros, 1000},
      {"microsecond", IntervalUnit::Kind::kMicros, 1},
  };
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const IntervalUnit& unit : kUnits) {
    if (unit.name == lower) return &unit;
  }
  return nullptr;
}

struct PreparedUnit : KernelState {
  explicit PreparedUnit(const IntervalUnit* found) : unit(found) {}
  const IntervalUnit* const unit;
};

// The grammar lets no unit be anything but a word.
Result<std::unique_ptr<KernelState>> PrepareUnit(const KernelContext& context,
                                                 const std::vector<ScalarPtr>& constants) {
  const bool is_known = constants[0] != nullptr && constants[0]->is_valid;
  if (!is_known) return nullptr;
  const Text text = static_cast<const arrow::StringScalar&>(*constants[0]).view();
  const IntervalUnit* unit = FindIntervalUnit(text);
  if (unit == nullptr) {
    return context.Error("INVALID_PARAMETER_VALUE", fmt::format("not a unit of time: {}", text),
                         "units are YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, "
                         "MILLISECOND, MICROSECOND");
  }
  return std::make_unique<PreparedUnit>(unit);
}

bool Add(const IntervalUnit& unit, int64_t count, int64_t micros, const TimeZone& zone,
         int64_t* out) {
  int64_t total = 0;
  if (__builtin_mul_overflow(count, unit.count, &total)) return false;
  switch (unit.kind) {
    case IntervalUnit::Kind::kMonths:
      // More is beyond every TIMESTAMP.
      return total >= INT32_MIN && total <= INT32_MAX && AddMonths(micros, total, zone, out);
    case IntervalUnit::Kind::kDays:
      return AddDaysAndMicros(micros, total, 0, zone, out);
    case IntervalUnit::Kind::kMicros:
      break;
  }
  return !__builtin_add_overflow(micros, total, out);
}

Result<Datum> TimestampAdd(const KernelContext& context, const Args& args) {
  const TimeZone& zone = *context.ZoneOf(*context.type());
  const auto* state = static_cast<const PreparedUnit*>(context.state);
  return MapChecked<int64_t, Text, int64_t, int64_t>(
      context, args,
      [&](Text name, int64_t count, int64_t micros, int64_t* out) {
        const IntervalUnit* unit = state != nullptr ? state->unit : FindIntervalUnit(name);
        return unit != nullptr && Add(*unit, count, micros, zone, out);
      },
      [&](Text, int64_t, int64_t) { return TimestampOverflow(context); });
}

// Whole months between local times, as Java's LocalDateTime.until.
int64_t WholeMonths(int64_t start, int64_t end) {
  const auto start_days = static_cast<int32_t>(FloorDivide(start, kMicrosPerDay));
  auto end_days = static_cast<int32_t>(FloorDivide(end, kMicrosPerDay));
  const int64_t start_time = FloorRemainder(start, kMicrosPerDay);
  const int64_t end_time = FloorRemainder(end, kMicrosPerDay);
  if (end_days > start_days && end_time < start_time) --end_days;
  if (end_days < start_days && end_time > start_time) ++end_days;
  const CivilDate from = CivilFromDays(start_days), to = CivilFromDays(end_days);
  const auto packed = [](const CivilDate& date) {
    return (int64_t{date.year} * 12 + date.month - 1) * 32 + date.day;
  };
  return (packed(to) - packed(from)) / 32;
}

int64_t UnitsBetween(const IntervalUnit& unit, int64_t start, int64_t end) {
  if (unit.kind == IntervalUnit::Kind::kMonths) return WholeMonths(start, end) / unit.count;
  const int64_t micros =
      unit.kind == IntervalUnit::Kind::kDays ? unit.count * kMicrosPerDay : unit.count;
  return static_cast<int64_t>((Int128{end} - start) / micros);
}

Result<Datum> TimestampDiff(const KernelContext& context, const Args& args) {
  const TimeZone& zone = *context.shared.zone;
  const auto* state = static_cast<const PreparedUnit*>(context.state);
  return MapChecked<int64_t, Text, int64_t, int64_t>(
      context, args,
      [&](Text name, int64_t start, int64_t end, int64_t* out) {
        const IntervalUnit* unit = state != nullptr ? state->unit : FindIntervalUnit(name);
        if (unit == nullptr) return false;
        *out = UnitsBetween(*unit, zone.ToLocal(start), zone.ToLocal(end));
        return true;
      },
      [&](Text, int64_t, int64_t) { return TimestampOverflow(context); });
}

// Months since the origin, rounded down, so that `local` is in the bucket that they begin.
bool BucketOfMonths(int32_t width, int64_t local, int64_t origin, int64_t* out) {
  int64_t months = WholeMonths(origin, local);
  if (!AddMonths(origin, months, TimeZone::Utc(), out)) return false;
  if (*out > local) --months;
  return AddMonths(origin, FloorDivide(months, width) * width, TimeZone::Utc(), out);
}

Result<Datum> TimeBucket(const KernelContext& context, const Args& args) {
  const TimeZone& zone = *context.ZoneOf(*context.type());
  const Datum origin =
      args.size() > 2
          ? args[2]
          : Datum(std::make_shared<arrow::TimestampScalar>(zone.ToUtc(0), context.type()));
  const auto describe = [&](auto width, int64_t, int64_t) {
    if (width > 0) return TimestampOverflow(context);
    return context.Error("DATATYPE_MISMATCH", "the width of buckets must be more than 0");
  };
  const Args ordered = {args[0], args[1], origin};
  if (args[0].type()->id() == arrow::Type::INTERVAL_MONTHS) {
    return MapChecked<int64_t, int32_t, int64_t, int64_t>(
        context, ordered,
        [&](int32_t width, int64_t micros, int64_t from, int64_t* out) {
          const bool is_made =
              width > 0 && BucketOfMonths(width, zone.ToLocal(micros), zone.ToLocal(from), out);
          if (is_made) *out = zone.ToUtcNear(*out, micros);
          return is_made;
        },
        describe);
  }
  return MapChecked<int64_t, int64_t, int64_t, int64_t>(
      context, ordered,
      [&](int64_t width, int64_t micros, int64_t from, int64_t* out) {
        if (width <= 0) return false;
        // Buckets of a day and more begin by the zone's clocks, smaller ones are of equal length.
        const TimeZone& clock = width < kMicrosPerDay ? TimeZone::Utc() : zone;
        const int64_t local = clock.ToLocal(micros);
        const Int128 rest = (Int128{local} - clock.ToLocal(from)) % width;
        const Int128 bucket = local - (rest < 0 ? rest + width : rest);
        *out = clock.ToUtcNear(static_cast<int64_t>(bucket), micros);
        return FitsInt64(bucket);
      },
      describe);
}

template <bool kToUtc>
Result<Datum> ByZone(const KernelContext& context, const Args& args) {
  Zones zones;
  return MapChecked<int64_t, int64_t, Text>(
      context, args,
      [&](int64_t micros, Text name, int64_t* out) {
        const TimeZone* zone = zones.Find(name);
        if (zone == nullptr) return false;
        *out = kToUtc ? zone->ToUtc(micros) : zone->ToLocal(micros);
        return true;
      },
      [&](int64_t, Text name) { return InvalidZone(context, name); });
}

Result<Datum> ConvertTimezone(const KernelContext& context, const Args& args) {
  const Datum from =
      args.size() == 3 ? args[0]
                       : Datum(std::make_shared<arrow::StringScalar>(context.shared.zone->name()));
  Zones sources, targets;
  return MapChecked<int64_t, Text, Text, int64_t>(
      context, {from, args[args.size() - 2], args.back()},
      [&](Text source, Text target, int64_t micros, int64_t* out) {
        const TimeZone* before = sources.Find(source);
        const TimeZone* after = targets.Find(target);
        if (before == nullptr || after == nullptr) return false;
        *out = after->ToLocal(before->ToUtc(micros));
        return true;
      },
      [&](Text source, Text target, int64_t) {
        return InvalidZone(context, sources.Find(source) == nullptr ? source : target);
      });
}

Result<Datum> CurrentTimezone(const KernelContext& context, const Args&) {
  return Datum(std::make_shared<arrow::StringScalar>(context.shared.zone->name()));
}

Result<Datum> LocalTimestamp(const KernelContext& context, const Args&) {
  return Datum(std::make_shared<arrow::TimestampScalar>(
      context.shared.zone->ToLocal(context.shared.now_micros), context.type()));
}

}  // namespace

std::span<const NamedKernel> TimestampKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"make_timestamp", MakeTimestamp<false>},
      {"make_timestamp_ntz", MakeTimestamp<false>},
      {"try_make_timestamp", MakeTimestamp<true>},
      {"try_make_timestamp_ntz", MakeTimestamp<true>},
      {"timestampadd", TimestampAdd, PrepareUnit},
      {"timestampdiff", TimestampDiff, PrepareUnit},
      {"time_bucket", TimeBucket},
      {"from_utc_timestamp", ByZone<false>},
      {"to_utc_timestamp", ByZone<true>},
      {"convert_timezone", ConvertTimezone},
      {"current_timezone", CurrentTimezone},
      {"localtimestamp", LocalTimestamp},
  };
  return kKernels;
}

}  // namespace tarn::local
