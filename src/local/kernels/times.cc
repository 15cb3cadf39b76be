#include <array>
#include <cmath>
#include <optional>

#include "base/lower_ascii.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "values/calendar.h"
#include "values/time_of_day.h"

// Functions of TIMEs (microseconds since midnight).
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using Args = std::vector<Datum>;
using Text = std::string_view;

constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kNanosPerSecond = 1'000'000'000;

Status NoSuchTime(const KernelContext& context) {
  return context.Error("DATETIME_FIELD_OUT_OF_BOUNDS", "there is no such time",
                       "a TIME is from 00:00:00 to 23:59:59.999999");
}

Result<Datum> MakeTime(const KernelContext& context, const Args& args) {
  return MapChecked<int64_t, int32_t, int32_t, Decimal128>(
      context, args,
      [](int32_t hour, int32_t minute, const Decimal128& second, int64_t* out) {
        const bool is_time = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 &&
                             second >= Decimal128(0) && second < Decimal128(kMicrosPerMinute);
        if (!is_time) return false;
        *out = (hour * 60 + minute) * kMicrosPerMinute + static_cast<int64_t>(second.low_bits());
        return true;
      },
      [&](int32_t, int32_t, const Decimal128&) { return NoSuchTime(context); });
}

// Microseconds of a unit that a TIME has.
std::optional<int64_t> UnitOfTime(Text text) {
  static constexpr std::pair<Text, int64_t> kUnits[] = {{"hour", 60 * kMicrosPerMinute},
                                                        {"minute", kMicrosPerMinute},
                                                        {"second", kMicrosPerSecond},
                                                        {"millisecond", 1000},
                                                        {"microsecond", 1}};
  const std::string lower = LowerAscii(text);
  for (const auto& [name, micros] : kUnits) {
    if (name == lower) return micros;
  }
  return std::nullopt;
}

Status InvalidTimeUnit(const KernelContext& context, Text text) {
  return context.Error("INVALID_PARAMETER_VALUE.TIME_UNIT",
                       fmt::format("not a unit of a TIME: {}", text),
                       "units are HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND");
}

Result<Datum> TimeTrunc(const KernelContext& context, const Args& args) {
  return MapChecked<int64_t, Text, int64_t>(
      context, args,
      [](Text name, int64_t micros, int64_t* out) {
        const std::optional<int64_t> unit = UnitOfTime(name);
        if (!unit) return false;
        *out = micros - micros % *unit;
        return true;
      },
      [&](Text name, int64_t) { return InvalidTimeUnit(context, name); });
}

Result<Datum> TimeDiff(const KernelContext& context, const Args& args) {
  return MapChecked<int64_t, Text, int64_t, int64_t>(
      context, args,
      [](Text name, int64_t start, int64_t end, int64_t* out) {
        const std::optional<int64_t> unit = UnitOfTime(name);
        if (!unit) return false;
        *out = (end - start) / *unit;
        return true;
      },
      [&](Text name, int64_t, int64_t) { return InvalidTimeUnit(context, name); });
}

bool IsOfDay(int64_t micros) { return micros >= 0 && micros < kMicrosPerDay; }

// Nanoseconds, as Spark counts them: of less than a microsecond, the sign is not lost.
template <typename Number>
bool MicrosOfNanos(const Number& nanos, int64_t* out) {
  constexpr int64_t kNanosPerDay = kMicrosPerDay * kNanosPerMicro;
  if (!(nanos >= Number(0) && nanos < Number(kNanosPerDay))) return false;
  *out = static_cast<int64_t>(nanos) / kNanosPerMicro;
  return true;
}

// Nanoseconds are the last digits that may be other than 0.
Result<Datum> TimeOfDecimal(const KernelContext& context, const Datum& seconds) {
  const int scale = static_cast<const arrow::DecimalType&>(*seconds.type()).scale();
  return MapChecked<int64_t, Decimal128>(
      context, {seconds},
      [scale](const Decimal128& number, int64_t* out) {
        const Decimal256 exact = Decimal256(number) * Decimal256(kNanosPerSecond);
        const Decimal256 nanos(exact.ReduceScaleBy(scale, /*round=*/false));
        const auto low = static_cast<int64_t>(nanos.little_endian_array()[0]);
        const bool is_whole = Decimal256(nanos.IncreaseScaleBy(scale)) == exact;
        return is_whole && Decimal256(low) == nanos && MicrosOfNanos(low, out);
      },
      [&](const Decimal128&) { return NoSuchTime(context); });
}

Result<Datum> TimeOfDouble(const KernelContext& context, const Datum& seconds) {
  return MapChecked<int64_t, double>(
      context, {seconds},
      [](double number, int64_t* out) {
        return MicrosOfNanos(std::trunc(number * static_cast<double>(kNanosPerSecond)), out);
      },
      [&](double) { return NoSuchTime(context); });
}

template <int64_t kMicrosPerUnit>
Result<Datum> TimeOf(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::DECIMAL128) return TimeOfDecimal(context, args[0]);
  if (args[0].type()->id() == arrow::Type::DOUBLE) return TimeOfDouble(context, args[0]);
  return MapChecked<int64_t, int64_t>(
      context, args,
      [](int64_t count, int64_t* out) {
        return !__builtin_mul_overflow(count, kMicrosPerUnit, out) && IsOfDay(*out);
      },
      [&](int64_t) { return NoSuchTime(context); });
}

template <int64_t kMicrosPerUnit>
Result<Datum> UnitsOfTime(const KernelContext& context, const Args& args) {
  return Map<int64_t, int64_t>(context, args,
                               [](int64_t micros) { return micros / kMicrosPerUnit; });
}

Result<Datum> SecondsOfTime(const KernelContext& context, const Args& args) {
  return Map<Decimal128, int64_t>(context, args, [](int64_t micros) { return Decimal128(micros); });
}

Result<Datum> CurrentTime(const KernelContext& context, const Args&) {
  const int64_t local = context.shared.zone->ToLocal(context.shared.now_micros);
  const int64_t micros = FloorRemainder(local, kMicrosPerDay);
  return Datum(std::make_shared<arrow::Time64Scalar>(
      TruncateTime(micros, TimeDigitsOf(*context.type())), context.type()));
}

}  // namespace

std::span<const NamedKernel> TimeKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"make_time", MakeTime},
      {"time_trunc", TimeTrunc},
      {"time_diff", TimeDiff},
      {"time_from_seconds", TimeOf<kMicrosPerSecond>},
      {"time_from_millis", TimeOf<1000>},
      {"time_from_micros", TimeOf<1>},
      {"time_to_seconds", SecondsOfTime},
      {"time_to_millis", UnitsOfTime<1000>},
      {"time_to_micros", UnitsOfTime<1>},
      {"current_time", CurrentTime},
  };
  return kKernels;
}

}  // namespace tarn::local
