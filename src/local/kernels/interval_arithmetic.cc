#include <algorithm>
#include <cmath>
#include <limits>

#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/interval_arithmetic_internal.h"
#include "local/kernels/moment_arithmetic_internal.h"
#include "plan/coercion.h"
#include "values/calendar.h"
#include "values/interval.h"
#include "values/spark_text.h"
#include "values/time_of_day.h"

// Arithmetic of moments and intervals. Source: Spark's DateTimeUtils and intervalExpressions.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;
using Args = std::vector<Datum>;

Type::type IdOf(const Datum& datum) { return datum.type()->id(); }

Status IntervalOverflow(const KernelContext& context) {
  return context.Error("INTERVAL_ARITHMETIC_OVERFLOW", "the interval is too long for its type",
                       "use a shorter interval");
}

template <typename T>
Result<Datum> AddIntervals(char op, const KernelContext& context, const Args& args) {
  return MapChecked<T, T, T>(
      context, args,
      [op](T a, T b, T* out) {
        return op == '+' ? !__builtin_add_overflow(a, b, out) : !__builtin_sub_overflow(a, b, out);
      },
      [&](T, T) { return IntervalOverflow(context); });
}

// Days, which wrap around as Java's integers do.
template <typename Shift, typename ToDays>
Result<Datum> AddDaysToDate(int sign, const KernelContext& context, const Args& args,
                            ToDays to_days) {
  return Map<int32_t, int32_t, Shift>(context, args, [&](int32_t days, Shift shift) {
    const int64_t result = int64_t{days} + sign * int64_t{to_days(shift)};
    return static_cast<int32_t>(static_cast<uint32_t>(result));
  });
}

Result<Datum> ShiftDate(int sign, const KernelContext& context, const Args& args) {
  switch (IdOf(args[1])) {
    case Type::INTERVAL_MONTHS:
      return MapChecked<int32_t, int32_t, int32_t>(
          context, args,
          [&](int32_t days, int32_t months, int32_t* out) {
            return AddMonthsToDate(days, sign * int64_t{months}, out);
          },
          [&](int32_t, int32_t) {
            return context.Error("ARITHMETIC_OVERFLOW", "the date is outside the range of its type",
                                 "use a shorter interval");
          });
    case Type::INTERVAL_MONTH_DAY_NANO:
      return ShiftDateByCalendar(sign, context, args);
    case Type::DURATION:
      return AddDaysToDate<int64_t>(sign, context, args,
                                    [](int64_t micros) { return micros / kMicrosPerDay; });
    default:
      return AddDaysToDate<int32_t>(sign, context, args, [](int32_t days) { return days; });
  }
}

// A TIMESTAMP or TIMESTAMP_NTZ by an interval, as microseconds of `context.type()`.
Result<Datum> ShiftTimestamp(int sign, const KernelContext& context, const Args& args) {
  if (IdOf(args[1]) == Type::INTERVAL_MONTH_DAY_NANO) {
    return ShiftTimestampByCalendar(sign, context, args);
  }
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  const auto describe = [&](int64_t, auto) { return MomentOverflow(context); };
  if (IdOf(args[1]) == Type::INTERVAL_MONTHS) {
    return MapChecked<int64_t, int64_t, int32_t>(
        context, args,
        [&](int64_t micros, int32_t months, int64_t* out) {
          return AddMonths(micros, sign * int64_t{months}, zone, out);
        },
        describe);
  }
  return MapChecked<int64_t, int64_t, int64_t>(
      context, args,
      [&](int64_t micros, int64_t span, int64_t* out) {
        const int64_t days = span / kMicrosPerDay, rest = span % kMicrosPerDay;
        return AddDaysAndMicros(micros, sign * days, sign * rest, zone, out);
      },
      describe);
}

// A TIME by an interval; it stays within its day.
Result<Datum> ShiftTime(int sign, const KernelContext& context, const Args& args) {
  return MapChecked<int64_t, int64_t, int64_t>(
      context, args,
      [sign](int64_t micros, int64_t span, int64_t* out) {
        const bool overflows = sign > 0 ? __builtin_add_overflow(micros, span, out)
                                        : __builtin_sub_overflow(micros, span, out);
        return !overflows && *out >= 0 && *out < kMicrosPerDay;
      },
      [&](int64_t, int64_t) { return MomentOverflow(context); });
}

// A text that was read as a TIMESTAMP becomes one again.
Result<Datum> ShiftText(int sign, const KernelContext& context, const Args& args) {
  plan::Expr call = *context.call;
  call.type = args[0].type();
  const KernelContext step = {context.num_rows, &call, context.shared};
  ARROW_ASSIGN_OR_RAISE(Datum moments, ShiftTimestamp(sign, step, args));
  const TimeZone& zone = *context.shared.zone;
  return MapToString<int64_t>(context, {moments}, [&](int64_t micros, std::string* out) {
    *out = SparkTimestampText(zone.ToLocal(micros));
  });
}

Result<Datum> Difference(const KernelContext& context, const Args& args) {
  const auto describe = [&](auto, auto) { return MomentOverflow(context); };
  if (IdOf(args[0]) == Type::DATE32) {
    return MapChecked<int64_t, int32_t, int32_t>(
        context, args,
        [](int32_t end, int32_t start, int64_t* out) {
          return !__builtin_mul_overflow(int64_t{end} - start, kMicrosPerDay, out);
        },
        describe);
  }
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  return MapChecked<int64_t, int64_t, int64_t>(
      context, args,
      [&](int64_t end, int64_t start, int64_t* out) {
        return !__builtin_sub_overflow(zone.ToLocal(end), zone.ToLocal(start), out);
      },
      describe);
}

// Rounded to the nearest whole number, halves away from zero.
template <typename T>
bool RoundTo(double value, T* out) {
  const double limit = std::ldexp(1.0, std::numeric_limits<T>::digits);
  const double rounded = std::round(value);
  if (!(rounded >= -limit && rounded < limit)) return false;
  *out = static_cast<T>(rounded);
  return true;
}

template <typename T>
bool NarrowTo(const Decimal256& value, T* out) {
  *out = static_cast<T>(value.little_endian_array()[0]);
  return Decimal256(*out) == value;
}

template <typename T>
bool NarrowTo(Int128 value, T* out) {
  *out = static_cast<T>(value);
  return *out == value;
}

Decimal256 PowerOfTen256(int exponent) {
  return Decimal256(Decimal128(1)).IncreaseScaleBy(exponent);
}

// The quotient of decimals of one scale, halves rounded away from zero.
Decimal256 DivideRounded(const Decimal256& dividend, const Decimal256& divisor) {
  const auto parts = dividend.Divide(divisor).ValueOrDie();
  Decimal256 twice = Decimal256::Abs(parts.second);
  twice += twice;
  if (twice < Decimal256::Abs(divisor)) return parts.first;
  const bool negative = (dividend < Decimal256(0)) != (divisor < Decimal256(0));
  return parts.first + Decimal256(negative ? -1 : 1);
}

template <typename T>
Result<Datum> Multiply(const KernelContext& context, const Args& args) {
  const auto describe = [&](T, auto) {
    return context.Error("ARITHMETIC_OVERFLOW", "the interval is too long for its type",
                         "multiply by less");
  };
  switch (IdOf(args[1])) {
    case Type::INT64:
      return MapChecked<T, T, int64_t>(
          context, args,
          [](T interval, int64_t factor, T* out) {
            return NarrowTo(Int128{interval} * factor, out);
          },
          describe);
    case Type::DECIMAL128: {
      const int scale = static_cast<const arrow::DecimalType&>(*args[1].type()).scale();
      return MapChecked<T, T, Decimal128>(
          context, args,
          [scale](T interval, const Decimal128& factor, T* out) {
            const Decimal256 product = Decimal256(interval) * Decimal256(factor);
            return NarrowTo(RescaleHalfUp(product, scale, 0), out);
          },
          describe);
    }
    default:
      return MapChecked<T, T, double>(
          context, args,
          [](T interval, double factor, T* out) {
            return RoundTo(static_cast<double>(interval) * factor, out);
          },
          describe);
  }
}

template <typename T>
Result<Datum> Divide(const KernelContext& context, const Args& args) {
  const auto describe = [&](T, auto divisor) {
    if (divisor != decltype(divisor){}) return IntervalOverflow(context);
    return DividedIntervalByZero(context);
  };
  switch (IdOf(args[1])) {
    case Type::INT64:
      return MapChecked<T, T, int64_t>(
          context, args,
          [](T interval, int64_t divisor, T* out) {
            if (divisor == 0) return false;
            return NarrowTo(DivideHalfUp(Int128{interval}, Int128{divisor}), out);
          },
          describe);
    case Type::DECIMAL128: {
      const int scale = static_cast<const arrow::DecimalType&>(*args[1].type()).scale();
      const Decimal256 factor = PowerOfTen256(scale);
      return MapChecked<T, T, Decimal128>(
          context, args,
          [&](T interval, const Decimal128& divisor, T* out) {
            if (divisor == Decimal128(0)) return false;
            return NarrowTo(DivideRounded(Decimal256(interval) * factor, Decimal256(divisor)), out);
          },
          describe);
    }
    default:
      return MapChecked<T, T, double>(
          context, args,
          [](T interval, double divisor, T* out) {
            return divisor != 0 && RoundTo(static_cast<double>(interval) / divisor, out);
          },
          describe);
  }
}

template <typename T>
Result<Datum> NegateAll(const KernelContext& context, const Datum& value) {
  return MapChecked<T, T>(
      context, {value}, [](T a, T* out) { return !__builtin_sub_overflow(T{0}, a, out); },
      [&](T) { return IntervalOverflow(context); });
}

template <typename T>
Result<Datum> AbsoluteAll(const KernelContext& context, const Datum& value) {
  return MapChecked<T, T>(
      context, {value},
      [](T a, T* out) {
        *out = a;
        return a >= 0 || !__builtin_sub_overflow(T{0}, a, out);
      },
      [&](T) {
        return context.Error("ARITHMETIC_OVERFLOW", "the interval is too long for its type",
                             "use a shorter interval");
      });
}

bool IsMomentType(const Datum& datum) {
  return plan::IsTemporal(*datum.type()) || IsTime(*datum.type());
}

Args Swapped(const Args& args) { return {args[1], args[0]}; }

bool IsIntervalType(const Datum& datum) {
  return IsInterval(*datum.type()) || IsCalendarInterval(*datum.type());
}

}  // namespace

Status DividedIntervalByZero(const KernelContext& context) {
  return context.Error("INTERVAL_DIVIDED_BY_ZERO", "division by zero",
                       "guard it: CASE WHEN divisor <> 0 THEN … END, or NULLIF(divisor, 0)");
}

Status MomentOverflow(const KernelContext& context) {
  return context.Error("DATETIME_OVERFLOW", "the result is outside the range of its type",
                       "use a shorter interval");
}

bool IsTemporalArithmetic(const Args& args) {
  return std::any_of(args.begin(), args.end(),
                     [](const Datum& arg) { return IsMomentType(arg) || IsIntervalType(arg); });
}

Result<Datum> TemporalArithmetic(char op, const KernelContext& context, const Args& args) {
  const bool both_intervals = IsIntervalType(args[0]) && IsIntervalType(args[1]);
  if (IsCalendarInterval(*context.type())) {
    if (both_intervals) return AddCalendarIntervals(op, context, args);
    return ScaleCalendarInterval(op, context, IsIntervalType(args[0]) ? args : Swapped(args));
  }
  const bool is_months = context.type()->id() == Type::INTERVAL_MONTHS;
  if (both_intervals) {
    return is_months ? AddIntervals<int32_t>(op, context, args)
                     : AddIntervals<int64_t>(op, context, args);
  }
  if (op == '*') {
    const Args ordered = IsIntervalType(args[0]) ? args : Swapped(args);
    return is_months ? Multiply<int32_t>(context, ordered) : Multiply<int64_t>(context, ordered);
  }
  if (op == '/') {
    return is_months ? Divide<int32_t>(context, args) : Divide<int64_t>(context, args);
  }
  if (IsInterval(*context.type())) return Difference(context, args);
  const Args ordered = IsMomentType(args[0]) ? args : Swapped(args);
  const int sign = op == '+' ? 1 : -1;
  if (IsTime(*context.type())) return ShiftTime(sign, context, ordered);
  if (context.type()->id() == Type::STRING) return ShiftText(sign, context, ordered);
  return IdOf(ordered[0]) == Type::DATE32 ? ShiftDate(sign, context, ordered)
                                          : ShiftTimestamp(sign, context, ordered);
}

Result<Datum> NegateInterval(const KernelContext& context, const Datum& value) {
  if (IsCalendarInterval(*value.type())) return NegateCalendarInterval(context, value);
  return IdOf(value) == Type::INTERVAL_MONTHS ? NegateAll<int32_t>(context, value)
                                              : NegateAll<int64_t>(context, value);
}

Result<Datum> AbsoluteInterval(const KernelContext& context, const Datum& value) {
  return IdOf(value) == Type::INTERVAL_MONTHS ? AbsoluteAll<int32_t>(context, value)
                                              : AbsoluteAll<int64_t>(context, value);
}

}  // namespace tarn::local
