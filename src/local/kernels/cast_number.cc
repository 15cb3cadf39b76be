#include <cmath>
#include <limits>

#include "local/kernels/cast_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/timestamp_of_decimal_internal.h"
#include "local/kernels/visit_number_internal.h"
#include "values/calendar.h"
#include "values/spark_text.h"

// Casts between numbers, BOOLEAN, DATE and TIMESTAMP.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;

std::string NumberText(double number) { return SparkDoubleText(number); }
std::string NumberText(float number) { return SparkFloatText(number); }
template <typename T>
requires std::is_integral_v<T> std::string NumberText(T number) { return std::to_string(number); }

// Whether `from` fits `To`; a fraction is cut off.
template <typename To, typename From>
bool Convert(From from, To* to) {
  if constexpr (std::is_floating_point_v<To>) {
    *to = static_cast<To>(from);
    return true;
  } else if constexpr (std::is_floating_point_v<From>) {
    // The greatest BIGINT is no exact double: Spark takes the next one for it.
    const double limit = std::ldexp(1.0, std::numeric_limits<To>::digits);
    const double whole = std::trunc(static_cast<double>(from));
    if (sizeof(To) == 8 && whole == limit) {
      *to = std::numeric_limits<To>::max();
      return true;
    }
    if (!(whole >= -limit && whole < limit)) return false;
    *to = static_cast<To>(whole);
    return true;
  } else {
    *to = static_cast<To>(from);
    return static_cast<int64_t>(*to) == static_cast<int64_t>(from);
  }
}

template <typename To, typename From>
Result<Datum> ConvertNumber(const KernelContext& context, const Datum& value) {
  return MapChecked<To, From>(context, {value}, Convert<To, From>,
                              [&](From from) { return CastOverflow(context, NumberText(from)); });
}

// `from` as a decimal of 256 bits and its scale; false when it has more digits than that. A FLOAT
// has the digits of the DOUBLE that it widens to, as in Spark.
bool ToDecimal(double from, Decimal256* decimal, int32_t* scale) {
  int32_t precision;
  if (Decimal256::FromString(SparkDoubleText(from), decimal, &precision, scale).ok()) return true;
  *decimal = Decimal256(0);
  *scale = 0;
  return std::fabs(from) < 1;
}

Status DecimalOverflow(const KernelContext& context, const std::string& value) {
  return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                       value + " has more digits than " + context.type()->ToString(),
                       "cast to a wider DECIMAL");
}

// `value` with NULL for NaN and infinities, which no DECIMAL stands for.
template <typename From>
Result<Datum> FiniteOnly(const KernelContext& context, const Datum& value) {
  const ColumnView<From> view(value);
  typename arrow::CTypeTraits<From>::BuilderType builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    bool kept = view.IsValid(row) && std::isfinite(view[row]);
    ARROW_RETURN_NOT_OK(kept ? builder.Append(view[row]) : builder.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

template <typename From>
Result<Datum> NumberToDecimal(const KernelContext& context, Datum value) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const auto describe = [&](From from) { return DecimalOverflow(context, NumberText(from)); };
  if constexpr (std::is_floating_point_v<From>) {
    ARROW_ASSIGN_OR_RAISE(value, FiniteOnly<From>(context, value));
    return MapChecked<Decimal128, From>(
        context, {value},
        [&](From from, Decimal128* out) {
          Decimal256 decimal;
          int32_t scale;
          return ToDecimal(from, &decimal, &scale) && FitDecimal(decimal, scale, type, out);
        },
        describe);
  } else {
    const DecimalFitter fitter(0, type);
    return MapChecked<Decimal128, From>(
        context, {value},
        [&](From from, Decimal128* out) { return fitter.Fit(static_cast<int64_t>(from), out); },
        describe);
  }
}

Result<Datum> DecimalToDecimal(const KernelContext& context, const Datum& value) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
  const DecimalFitter fitter(scale, type);
  return MapChecked<Decimal128, Decimal128>(
      context, {value},
      [&](const Decimal128& from, Decimal128* out) { return fitter.Fit(from, out); },
      [&](const Decimal128& from) {
        return DecimalOverflow(context, SparkDecimalText(from, scale));
      });
}

// The nearest double. A quotient of two exact doubles is rounded once; so is text.
double DoubleOf(const Decimal128& value, int scale) {
  constexpr int64_t kExactMax = int64_t{1} << 53;
  constexpr int kExactPowerMax = 22;
  const Int128 unscaled = ToInt128(value);
  if (unscaled <= kExactMax && unscaled >= -kExactMax && scale <= kExactPowerMax) {
    return static_cast<double>(unscaled) / static_cast<double>(PowerOfTen(scale));
  }
  return std::strtod(SparkDecimalText(value, scale).c_str(), nullptr);
}

// Without the fraction; false where that has more than 64 bits.
bool WholeOf(const Decimal128& value, int scale, int64_t* whole) {
  const Int128 quotient = ToInt128(value) / PowerOfTen(scale);
  *whole = static_cast<int64_t>(quotient);
  return FitsInt64(quotient);
}

template <typename To>
Result<Datum> DecimalToNumber(const KernelContext& context, const Datum& value) {
  const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
  return MapChecked<To, Decimal128>(
      context, {value},
      [&](const Decimal128& from, To* to) {
        if constexpr (std::is_floating_point_v<To>) {
          *to = static_cast<To>(DoubleOf(from, scale));
          return true;
        } else {
          int64_t whole;
          return WholeOf(from, scale, &whole) && Convert<To, int64_t>(whole, to);
        }
      },
      [&](const Decimal128& from) { return CastOverflow(context, SparkDecimalText(from, scale)); });
}

// VisitNumber for numbers and BOOLEAN.
template <typename Visit>
Result<Datum> VisitType(Type::type id, Visit&& visit) {
  return id == Type::BOOL ? visit(bool{}) : VisitNumber(id, std::forward<Visit>(visit));
}

Result<Datum> DecimalToBoolean(const KernelContext& context, const Datum& value) {
  return MapToBoolean<Decimal128>(context, {value},
                                  [](const Decimal128& from) { return from != Decimal128(0); });
}

// The context of an inner step, whose result has another type.
class StepContext {
 public:
  StepContext(const KernelContext& context, std::shared_ptr<arrow::DataType> type)
      : call_(*context.call), context_{context.num_rows, &call_, context.shared} {
    call_.type = std::move(type);
  }
  StepContext(const StepContext&) = delete;
  const KernelContext& get() const { return context_; }

 private:
  plan::Expr call_;
  KernelContext context_;
};

Result<Datum> TimestampToNumber(const KernelContext& context, const Datum& value) {
  const Type::type to = context.type()->id();
  if (to == Type::DECIMAL128) {
    const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
    return MapChecked<Decimal128, int64_t>(
        context, {value},
        [&](int64_t micros, Decimal128* out) {
          return FitDecimal(Decimal256(micros), 6, type, out);
        },
        [&](int64_t micros) { return DecimalOverflow(context, SparkTimestampText(micros)); });
  }
  if (to == Type::DOUBLE || to == Type::FLOAT) {
    const StepContext step(context, arrow::float64());
    ARROW_ASSIGN_OR_RAISE(Datum seconds,
                          (Map<double, int64_t>(step.get(), {value}, [](int64_t micros) {
                            return static_cast<double>(micros) / 1e6;
                          })));
    return to == Type::DOUBLE ? seconds : CastNumber(context, seconds);
  }
  const StepContext step(context, arrow::int64());
  ARROW_ASSIGN_OR_RAISE(Datum seconds,
                        (Map<int64_t, int64_t>(step.get(), {value}, [](int64_t micros) {
                          return FloorDivide(micros, kMicrosPerSecond);
                        })));
  return to == Type::INT64 ? seconds : CastNumber(context, seconds);
}

// A number of seconds. Spark stops whole ones at the last moment there is; fractions are errors.
Result<Datum> NumberToTimestamp(const KernelContext& context, Datum value) {
  const Type::type from = value.type()->id();
  if (from == Type::DECIMAL128) {
    return TimestampOfDecimal(context, value, kMicrosPerSecond, Fraction::kCutOff);
  }
  if (arrow::is_floating(from)) {
    const StepContext step(context, arrow::float64());
    if (from != Type::DOUBLE) {
      ARROW_ASSIGN_OR_RAISE(value, CastNumber(step.get(), value));
    }
    return MapChecked<int64_t, double>(
        context, {value},
        [](double seconds, int64_t* out) { return Convert<int64_t>(seconds * 1e6, out); },
        [&](double seconds) {
          std::string text = NumberText(seconds);
          return std::isfinite(seconds) ? CastOverflow(context, text) : InvalidText(context, text);
        });
  }
  const StepContext step(context, arrow::int64());
  if (from != Type::INT64) {
    ARROW_ASSIGN_OR_RAISE(value, CastNumber(step.get(), value));
  }
  return Map<int64_t, int64_t>(context, {value}, [](int64_t seconds) {
    int64_t micros;
    if (!__builtin_mul_overflow(seconds, kMicrosPerSecond, &micros)) return micros;
    return seconds < 0 ? INT64_MIN : INT64_MAX;
  });
}

}  // namespace

Result<Datum> CastNumber(const KernelContext& context, const Datum& value) {
  const Type::type from = value.type()->id(), to = context.type()->id();
  if (from == Type::DECIMAL128) {
    if (to == Type::DECIMAL128) return DecimalToDecimal(context, value);
    if (to == Type::BOOL) return DecimalToBoolean(context, value);
    return VisitType(to, [&](auto zero) -> Result<Datum> {
      if constexpr (std::is_same_v<decltype(zero), bool>) {
        return DecimalToBoolean(context, value);
      } else {
        return DecimalToNumber<decltype(zero)>(context, value);
      }
    });
  }
  return VisitType(from, [&](auto from_zero) -> Result<Datum> {
    using From = decltype(from_zero);
    if (to == Type::DECIMAL128) return NumberToDecimal<From>(context, value);
    if (to == Type::BOOL) {
      return MapToBoolean<From>(context, {value}, [](From number) { return number != From{0}; });
    }
    return VisitType(to, [&](auto to_zero) -> Result<Datum> {
      using To = decltype(to_zero);
      if constexpr (std::is_same_v<To, bool>) {
        return Status::UnknownError("casts to BOOLEAN are handled above");
      } else {
        return ConvertNumber<To, From>(context, value);
      }
    });
  });
}

Result<Datum> CastTemporal(const KernelContext& context, const Datum& value) {
  const Type::type from = value.type()->id(), to = context.type()->id();
  if (from == Type::TIMESTAMP && to == Type::DATE32) {
    const TimeZone* zone = context.ZoneOf(*value.type());
    return Map<int32_t, int64_t>(context, {value}, [&](int64_t micros) {
      return static_cast<int32_t>(FloorDivide(zone->ToLocal(micros), kMicrosPerDay));
    });
  }
  if (from == Type::DATE32) {
    const TimeZone* zone = context.ZoneOf(*context.type());
    return Map<int64_t, int32_t>(context, {value},
                                 [&](int32_t days) { return zone->ToUtc(days * kMicrosPerDay); });
  }
  if (from == Type::TIMESTAMP && to == Type::TIMESTAMP) {
    // Of one zone's clocks on both sides, one of which has none.
    const TimeZone* before = context.ZoneOf(*value.type());
    const TimeZone* after = context.ZoneOf(*context.type());
    return Map<int64_t, int64_t>(
        context, {value}, [&](int64_t micros) { return after->ToUtc(before->ToLocal(micros)); });
  }
  return from == Type::TIMESTAMP ? TimestampToNumber(context, value)
                                 : NumberToTimestamp(context, value);
}

}  // namespace tarn::local
