#include <limits>

#include "local/kernels/cast_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/visit_number_internal.h"
#include "values/calendar.h"
#include "values/interval.h"
#include "values/spark_text.h"

// Casts of intervals: from and to STRING, whole numbers and DECIMAL, which count the last field.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;
using Text = std::string_view;

// The fields of the cast's operand; a batch may have lost them.
IntervalRange RangeOfOperand(const KernelContext& context, const Datum& value) {
  if (!context.call->args.empty() && context.call->args[0]->type->id() == value.type()->id()) {
    return IntervalRangeOf(*context.call->args[0]->type);
  }
  return IntervalRangeOf(*value.type());
}

// compute(value, out) for months or microseconds, as 64 bits.
template <typename Out, typename Compute, typename Describe>
Result<Datum> OfInterval(const KernelContext& context, const Datum& value, Compute compute,
                         Describe describe) {
  if (IsYearMonthInterval(*value.type())) {
    return MapChecked<Out, int32_t>(
        context, {value}, [&](int32_t months, Out* out) { return compute(int64_t{months}, out); },
        [&](int32_t months) { return describe(int64_t{months}); });
  }
  return MapChecked<Out, int64_t>(context, {value}, compute, describe);
}

Result<Datum> IntervalToText(const KernelContext& context, const Datum& value) {
  const IntervalRange range = RangeOfOperand(context, value);
  const auto append = [&](int64_t interval, std::string* out) {
    *out = SparkIntervalText(interval, range);
  };
  if (IsYearMonthInterval(*value.type())) {
    return MapToString<int32_t>(context, {value}, append);
  }
  return MapToString<int64_t>(context, {value}, append);
}

Result<Datum> IntervalToInterval(const KernelContext& context, const Datum& value) {
  const IntervalField end = IntervalRangeOf(*context.type()).end;
  if (IsYearMonthInterval(*value.type())) {
    return Map<int32_t, int32_t>(context, {value}, [&](int32_t months) {
      return static_cast<int32_t>(TruncateInterval(months, end));
    });
  }
  return Map<int64_t, int64_t>(context, {value},
                               [&](int64_t micros) { return TruncateInterval(micros, end); });
}

Result<Datum> IntervalToNumber(const KernelContext& context, const Datum& value) {
  const IntervalRange range = RangeOfOperand(context, value);
  const int64_t unit = UnitOfInterval(range.end);
  const auto describe = [&](int64_t interval) {
    return CastOverflow(context, SparkIntervalText(interval, range));
  };
  if (context.type()->id() != Type::DECIMAL128) {
    return VisitNumber(context.type()->id(), [&](auto zero) -> Result<Datum> {
      using To = decltype(zero);
      return OfInterval<To>(
          context, value,
          [&](int64_t interval, To* out) {
            *out = static_cast<To>(interval / unit);
            return static_cast<int64_t>(*out) == interval / unit;
          },
          describe);
    });
  }
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const bool has_fraction = range.end == IntervalField::kSecond;
  return OfInterval<Decimal128>(
      context, value,
      [&](int64_t interval, Decimal128* out) {
        const Decimal256 exact(has_fraction ? interval : interval / unit);
        return FitDecimal(exact, has_fraction ? 6 : 0, type, out);
      },
      [&](int64_t interval) {
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             SparkIntervalText(interval, range) + " has more digits than " +
                                 context.type()->ToString(),
                             "cast to a wider DECIMAL");
      });
}

bool FitsInterval(const Decimal256& value, int32_t* months) {
  *months = static_cast<int32_t>(value.little_endian_array()[0]);
  return Decimal256(*months) == value;
}

bool FitsInterval(const Decimal256& value, int64_t* micros) {
  *micros = static_cast<int64_t>(value.little_endian_array()[0]);
  return Decimal256(*micros) == value;
}

// So many of the type's last field. Only seconds have a fraction.
template <typename To>
Result<Datum> DecimalToInterval(const KernelContext& context, const Datum& value) {
  const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
  const IntervalField end = IntervalRangeOf(*context.type()).end;
  const bool has_fraction = end == IntervalField::kSecond;
  const int64_t unit = UnitOfInterval(end);
  return MapChecked<To, Decimal128>(
      context, {value},
      [&](const Decimal128& number, To* out) {
        const Decimal256 exact(number);
        // Seconds are rounded to microseconds; a part of any other field is cut off.
        const Decimal256 result =
            has_fraction ? RescaleHalfUp(exact, scale, 6)
                         : exact.ReduceScaleBy(scale, /*round=*/false) * Decimal256(unit);
        return FitsInterval(result, out);
      },
      [&](const Decimal128& number) {
        return CastOverflow(context, SparkDecimalText(number, scale));
      });
}

template <typename To, typename From>
Result<Datum> IntegerToInterval(const KernelContext& context, const Datum& value) {
  const auto unit = static_cast<To>(UnitOfInterval(IntervalRangeOf(*context.type()).end));
  return MapChecked<To, From>(
      context, {value},
      [&](From number, To* out) { return !__builtin_mul_overflow(number, unit, out); },
      [&](From number) { return CastOverflow(context, std::to_string(number)); });
}

template <typename To>
Result<Datum> NumberToInterval(const KernelContext& context, const Datum& value) {
  if (value.type()->id() == Type::DECIMAL128) return DecimalToInterval<To>(context, value);
  return VisitNumber(value.type()->id(), [&](auto zero) -> Result<Datum> {
    using From = decltype(zero);
    if constexpr (std::is_integral_v<From>) {
      return IntegerToInterval<To, From>(context, value);
    } else {
      return Status::NotImplemented("cast of ", value.type()->ToString(), " to an interval");
    }
  });
}

Status InvalidInterval(const KernelContext& context, Text text) {
  return context.Error("INVALID_INTERVAL_FORMAT",
                       fmt::format("'{}' is not an INTERVAL {}", text,
                                   IntervalRangeText(IntervalRangeOf(*context.type()))),
                       "write it as 1-11 for YEAR TO MONTH, as 1 23:59:59.999 for DAY TO SECOND");
}

template <typename T>
Result<Datum> ParseIntervals(const KernelContext& context, const Datum& value) {
  const IntervalRange range = IntervalRangeOf(*context.type());
  return MapChecked<T, Text>(
      context, {value},
      [&](Text text, T* out) {
        int64_t parsed = 0;
        if (!ParseSparkInterval(text, range, &parsed)) return false;
        *out = static_cast<T>(parsed);
        return true;
      },
      [&](Text text) { return InvalidInterval(context, text); });
}

}  // namespace

Result<Datum> CastInterval(const KernelContext& context, const Datum& value) {
  if (!IsInterval(*value.type())) {
    return IsYearMonthInterval(*context.type()) ? NumberToInterval<int32_t>(context, value)
                                                : NumberToInterval<int64_t>(context, value);
  }
  if (IsInterval(*context.type())) return IntervalToInterval(context, value);
  if (context.type()->id() == Type::STRING) return IntervalToText(context, value);
  return IntervalToNumber(context, value);
}

Result<Datum> IntervalFromText(const KernelContext& context, const Datum& value) {
  return IsYearMonthInterval(*context.type()) ? ParseIntervals<int32_t>(context, value)
                                              : ParseIntervals<int64_t>(context, value);
}

}  // namespace tarn::local
