#include "local/kernels/cast_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/visit_number_internal.h"
#include "values/calendar.h"
#include "values/time_of_day.h"

// Casts of TIME: from and to STRING and timestamps, and to numbers, which count its seconds.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Type;

Result<Datum> TimeToText(const KernelContext& context, const Datum& value) {
  return MapToString<int64_t>(
      context, {value}, [](int64_t micros, std::string* out) { *out = SparkTimeText(micros); });
}

Result<Datum> TimeToDecimal(const KernelContext& context, const Datum& value) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  return MapChecked<Decimal128, int64_t>(
      context, {value},
      [&](int64_t micros, Decimal128* out) {
        return FitDecimal(arrow::Decimal256(micros), kTimeDigitsMax, type, out);
      },
      [&](int64_t micros) {
        return context.Error(
            "NUMERIC_VALUE_OUT_OF_RANGE",
            SparkTimeText(micros) + " has more digits than " + context.type()->ToString(),
            "cast to a wider DECIMAL");
      });
}

// Whole seconds since midnight.
Result<Datum> TimeToInteger(const KernelContext& context, const Datum& value) {
  return VisitNumber(context.type()->id(), [&](auto zero) -> Result<Datum> {
    using To = decltype(zero);
    return MapChecked<To, int64_t>(
        context, {value},
        [](int64_t micros, To* out) {
          const int64_t seconds = micros / kMicrosPerSecond;
          *out = static_cast<To>(seconds);
          return static_cast<int64_t>(*out) == seconds;
        },
        [&](int64_t micros) { return CastOverflow(context, SparkTimeText(micros)); });
  });
}

// Of the day on which the run began.
Result<Datum> TimeToTimestamp(const KernelContext& context, const Datum& value) {
  const int64_t now = context.shared.zone->ToLocal(context.shared.now_micros);
  const int64_t midnight = now - FloorRemainder(now, kMicrosPerDay);
  const TimeZone* zone = context.ZoneOf(*context.type());
  return Map<int64_t, int64_t>(context, {value},
                               [&](int64_t micros) { return zone->ToUtc(midnight + micros); });
}

}  // namespace

Result<Datum> CastTime(const KernelContext& context, const Datum& value) {
  if (IsTime(*context.type())) {
    const int digits = TimeDigitsOf(*context.type());
    const TimeZone* zone = context.ZoneOf(*value.type());
    return Map<int64_t, int64_t>(context, {value}, [&](int64_t micros) {
      return TruncateTime(FloorRemainder(zone->ToLocal(micros), kMicrosPerDay), digits);
    });
  }
  switch (context.type()->id()) {
    case Type::STRING:
      return TimeToText(context, value);
    case Type::TIMESTAMP:
      return TimeToTimestamp(context, value);
    case Type::DECIMAL128:
      return TimeToDecimal(context, value);
    default:
      return TimeToInteger(context, value);
  }
}

Result<Datum> TimeFromText(const KernelContext& context, const Datum& value) {
  const int digits = TimeDigitsOf(*context.type());
  return MapChecked<int64_t, std::string_view>(
      context, {value},
      [&](std::string_view text, int64_t* out) {
        if (!ParseSparkTime(text, out)) return false;
        *out = TruncateTime(*out, digits);
        return true;
      },
      [&](std::string_view text) { return InvalidText(context, text); });
}

}  // namespace tarn::local
