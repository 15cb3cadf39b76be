#include <cmath>
#include <limits>

#include "base/calendar.h"
#include "lake/spark_text.h"
#include "local/cast_internal.h"
#include "local/functions/column_view_internal.h"
#include "local/functions/decimal_arithmetic_internal.h"

// Casts between numbers, BOOLEAN, DATE and TIMESTAMP.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;

std::string NumberText(double number) { return lake::SparkDoubleText(number); }
std::string NumberText(float number) { return lake::SparkFloatText(number); }
template <typename T>
requires std::is_integral_v<T> std::string NumberText(T number) { return std::to_string(number); }

// Whether `from` fits `To`; a fraction is cut off.
template <typename To, typename From>
bool Convert(From from, To* to) {
  if constexpr (std::is_floating_point_v<To>) {
    *to = static_cast<To>(from);
    return true;
  } else if constexpr (std::is_floating_point_v<From>) {
    // The limits of To are no exact doubles for BIGINT, hence the open upper end.
    const double limit = std::ldexp(1.0, std::numeric_limits<To>::digits);
    const double whole = std::trunc(static_cast<double>(from));
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

Decimal128 Narrow(const Decimal256& value) {
  const auto words = value.little_endian_array();
  return Decimal128(static_cast<int64_t>(words[1]), words[0]);
}

// `from` as a decimal of 256 bits and its scale; false for NaN and infinities.
template <typename From>
bool ToDecimal(From from, Decimal256* decimal, int32_t* scale) {
  if constexpr (std::is_floating_point_v<From>) {
    int32_t precision;
    return std::isfinite(from) &&
           Decimal256::FromString(fmt::format("{}", from), decimal, &precision, scale).ok();
  } else {
    *decimal = Decimal256(static_cast<int64_t>(from));
    *scale = 0;
    return true;
  }
}

bool FitDecimal(const Decimal256& value, int scale, const arrow::DecimalType& type,
                Decimal128* out) {
  Decimal256 rescaled = RescaleHalfUp(value, scale, type.scale());
  *out = Narrow(rescaled);
  return rescaled.FitsInPrecision(type.precision());
}

Status DecimalOverflow(const KernelContext& context, const std::string& value) {
  return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                       value + " has more digits than " + context.type()->ToString(),
                       "cast to a wider DECIMAL");
}

template <typename From>
Result<Datum> NumberToDecimal(const KernelContext& context, const Datum& value) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  return MapChecked<Decimal128, From>(
      context, {value},
      [&](From from, Decimal128* out) {
        Decimal256 decimal;
        int32_t scale;
        return ToDecimal(from, &decimal, &scale) && FitDecimal(decimal, scale, type, out);
      },
      [&](From from) { return DecimalOverflow(context, NumberText(from)); });
}

Result<Datum> DecimalToDecimal(const KernelContext& context, const Datum& value) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
  return MapChecked<Decimal128, Decimal128>(
      context, {value},
      [&](const Decimal128& from, Decimal128* out) {
        return FitDecimal(Decimal256(from), scale, type, out);
      },
      [&](const Decimal128& from) {
        return DecimalOverflow(context, lake::SparkDecimalText(from, scale));
      });
}

template <typename To>
Result<Datum> DecimalToNumber(const KernelContext& context, const Datum& value) {
  const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
  return MapChecked<To, Decimal128>(
      context, {value},
      [&](const Decimal128& from, To* to) {
        if constexpr (std::is_floating_point_v<To>) {
          // Through the text: rounded once.
          *to = static_cast<To>(std::strtod(lake::SparkDecimalText(from, scale).c_str(), nullptr));
          return true;
        } else {
          Decimal128 whole(from.ReduceScaleBy(scale, /*round=*/false));
          auto low = static_cast<int64_t>(whole.low_bits());
          return Decimal128(low) == whole && Convert<To, int64_t>(low, to);
        }
      },
      [&](const Decimal128& from) {
        return CastOverflow(context, lake::SparkDecimalText(from, scale));
      });
}

// Calls visit(zero) with a value of the C type that `id` has.
template <typename Visit>
Result<Datum> VisitType(Type::type id, Visit&& visit) {
  switch (id) {
    case Type::BOOL:
      return visit(bool{});
    case Type::INT8:
      return visit(int8_t{});
    case Type::INT16:
      return visit(int16_t{});
    case Type::INT32:
      return visit(int32_t{});
    case Type::INT64:
      return visit(int64_t{});
    case Type::FLOAT:
      return visit(float{});
    case Type::DOUBLE:
      return visit(double{});
    default:
      return Status::NotImplemented("cast from or to type number ", static_cast<int>(id));
  }
}

Result<Datum> DecimalToBoolean(const KernelContext& context, const Datum& value) {
  return MapToBoolean<Decimal128>(context, {value},
                                  [](const Decimal128& from) { return from != Decimal128(0); });
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
    return Map<int32_t, int64_t>(context, {value}, [](int64_t micros) {
      return static_cast<int32_t>(FloorDivide(micros, kMicrosPerDay));
    });
  }
  if (from == Type::DATE32 && to == Type::TIMESTAMP) {
    return Map<int64_t, int32_t>(context, {value},
                                 [](int32_t days) { return days * kMicrosPerDay; });
  }
  if (from == Type::TIMESTAMP && (to == Type::DOUBLE || to == Type::FLOAT)) {
    plan::Expr call = *context.call;
    call.type = arrow::float64();
    const KernelContext as_double{context.num_rows, &call};
    ARROW_ASSIGN_OR_RAISE(Datum seconds,
                          (Map<double, int64_t>(as_double, {value}, [](int64_t micros) {
                            return static_cast<double>(micros) / 1e6;
                          })));
    return to == Type::DOUBLE ? seconds : CastNumber(context, seconds);
  }
  if (from == Type::TIMESTAMP) {
    plan::Expr call = *context.call;
    call.type = arrow::int64();
    const KernelContext as_bigint{context.num_rows, &call};
    ARROW_ASSIGN_OR_RAISE(Datum seconds,
                          (Map<int64_t, int64_t>(as_bigint, {value}, [](int64_t micros) {
                            return FloorDivide(micros, kMicrosPerSecond);
                          })));
    return to == Type::INT64 ? seconds : CastNumber(context, seconds);
  }
  // A number of seconds.
  plan::Expr call = *context.call;
  const bool is_floating = arrow::is_floating(from) || from == Type::DECIMAL128;
  call.type = is_floating ? arrow::float64() : arrow::int64();
  const KernelContext inner{context.num_rows, &call};
  Datum number = value;
  if (!value.type()->Equals(*call.type)) {
    ARROW_ASSIGN_OR_RAISE(number, CastNumber(inner, value));
  }
  return FindKernel("timestamp_seconds")(context, {number});
}

}  // namespace tarn::local
