#include <fmt/format.h>

#include <algorithm>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"

namespace tarn::local {
namespace {

using arrow::Decimal128;
using arrow::Decimal256;

const arrow::DecimalType& TypeOf(const arrow::Datum& datum) {
  return static_cast<const arrow::DecimalType&>(*datum.type());
}

int ScaleOf(const arrow::Datum& datum) { return TypeOf(datum).scale(); }

Decimal256 Magnitude(const Decimal256& value) { return Decimal256(Decimal256(value).Abs()); }

struct Division {
  Decimal256 quotient;
  Decimal256 remainder;  // of the dividend's sign
};

// Bit by bit.
Division LongDivision(const Decimal256& dividend, const Decimal256& divisor) {
  const auto bits = Magnitude(dividend).little_endian_array();
  const Decimal256 magnitude = Magnitude(divisor);
  Division result;
  for (int bit = 255; bit >= 0; --bit) {
    result.quotient <<= 1;
    result.remainder <<= 1;
    if ((bits[bit / 64] >> (bit % 64) & 1) != 0) result.remainder += Decimal256(1);
    if (result.remainder < magnitude) continue;
    result.remainder -= magnitude;
    result.quotient += Decimal256(1);
  }
  if (dividend.IsNegative() != divisor.IsNegative()) result.quotient.Negate();
  if (dividend.IsNegative()) result.remainder.Negate();
  return result;
}

// Arrow's division is wrong for a few operands: 2^63 * (10^16 - 1) by 10^15 (it cuts the rest of a
// guessed digit to 32 bits). Hence the check. The divisor is not zero.
Division Divide(const Decimal256& dividend, const Decimal256& divisor) {
  const auto [quotient, remainder] = dividend.Divide(divisor).ValueOrDie();
  const bool is_right =
      Decimal256(quotient * divisor) + remainder == dividend &&
      Magnitude(remainder) < Magnitude(divisor) &&
      (remainder == Decimal256(0) || remainder.IsNegative() == dividend.IsNegative());
  return is_right ? Division{quotient, remainder} : LongDivision(dividend, divisor);
}

// Halves are rounded away from zero.
Decimal256 DivideWide(const Decimal256& dividend, const Decimal256& divisor) {
  const auto [quotient, remainder] = Divide(dividend, divisor);
  const Decimal256 rest = Magnitude(remainder);
  if (Decimal256(rest + rest) < Magnitude(divisor)) return quotient;
  const bool negative = dividend.IsNegative() != divisor.IsNegative();
  return Decimal256(quotient + Decimal256(negative ? -1 : 1));
}

// What ComputeWide gives, for operands of 64 bits, in 128.
template <char kOperator>
class NarrowArithmetic {
 public:
  explicit NarrowArithmetic(const OperandScales& scales) {
    const int common = std::max(scales.left, scales.right);
    if constexpr (kOperator == '*') {
      Set(0, 0, scales.left + scales.right - scales.result);
    } else if constexpr (kOperator == '/') {
      Set(scales.result + scales.right - scales.left, 0, 0);
    } else {
      Set(common - scales.left, common - scales.right, common - scales.result);
    }
  }

  // Whether no step passes 128 bits.
  bool applies() const { return applies_; }

  Int128 operator()(int64_t a, int64_t b) const {
    const Int128 left = Int128{a} * left_factor_, right = Int128{b} * right_factor_;
    if constexpr (kOperator == '+') {
      return Round(left + right);
    } else if constexpr (kOperator == '-') {
      return Round(left - right);
    } else if constexpr (kOperator == '*') {
      return Round(Int128{a} * b);
    } else if constexpr (kOperator == '/') {
      return DivideHalfUp(left, Int128{b});
    } else {
      Int128 remainder = left % right;
      if (kOperator == 'p' && remainder < 0) remainder = (remainder + right) % right;
      return Round(remainder);
    }
  }

 private:
  void Set(int left_exponent, int right_exponent, int dropped_digits) {
    const auto set = [this](int exponent, int64_t* factor) {
      const bool fits = exponent >= 0 && exponent <= kInt64ExponentMax;
      applies_ = applies_ && fits;
      if (fits) *factor = static_cast<int64_t>(PowerOfTen(exponent));
    };
    set(left_exponent, &left_factor_);
    set(right_exponent, &right_factor_);
    set(dropped_digits, &divisor_);
  }

  Int128 Round(Int128 value) const {
    return divisor_ == 1 ? value : DivideHalfUp(value, Int128{divisor_});
  }

  bool applies_ = true;
  int64_t left_factor_ = 1;
  int64_t right_factor_ = 1;
  int64_t divisor_ = 1;
};

template <char kOperator>
Result<arrow::Datum> Arithmetic(const KernelContext& context,
                                const std::vector<arrow::Datum>& args) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const OperandScales scales = {ScaleOf(args[0]), ScaleOf(args[1]), type.scale()};
  const NarrowArithmetic<kOperator> narrow(scales);
  const bool may_be_narrow = narrow.applies();
  const Int128 limit = PowerOfTen(type.precision());
  constexpr bool kDivides = kOperator == '/' || kOperator == '%' || kOperator == 'p';
  return MapChecked<Decimal128, Decimal128, Decimal128>(
      context, args,
      [&](const Decimal128& a, const Decimal128& b, Decimal128* out) {
        const Int128 left = ToInt128(a), right = ToInt128(b);
        if (kDivides && right == 0) return false;
        if (may_be_narrow && FitsInt64(left) && FitsInt64(right)) {
          const Int128 result = narrow(static_cast<int64_t>(left), static_cast<int64_t>(right));
          *out = ToDecimal128(result);
          return result < limit && result > -limit;
        }
        const Decimal256 result = ComputeWide(kOperator, Decimal256(a), Decimal256(b), scales);
        *out = Narrow(result);
        return result.FitsInPrecision(type.precision());
      },
      [&](const Decimal128&, const Decimal128& b) {
        if (kDivides && b == Decimal128(0)) {
          return context.Error(kOperator == '/' ? "DIVIDE_BY_ZERO" : "REMAINDER_BY_ZERO",
                               "division by zero", "guard it: NULLIF(divisor, 0)");
        }
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             "the result does not fit the type: " + type.ToString(),
                             "cast the operands to fewer digits");
      });
}

}  // namespace

Decimal256 ComputeWide(char op, const Decimal256& a, const Decimal256& b,
                       const OperandScales& scales) {
  const int common = std::max(scales.left, scales.right), scale = scales.result;
  const Decimal256 left = RescaleHalfUp(a, scales.left, common);
  const Decimal256 right = RescaleHalfUp(b, scales.right, common);
  switch (op) {
    case '+':
      return RescaleHalfUp(left + right, common, scale);
    case '-':
      return RescaleHalfUp(left + Decimal256(-right), common, scale);
    case '*':
      return RescaleHalfUp(a * b, scales.left + scales.right, scale);
    case '/':
      return DivideWide(RescaleHalfUp(a, 0, scale + scales.right - scales.left), b);
    default: {
      Decimal256 remainder = Divide(left, right).remainder;
      if (op == 'p' && remainder.IsNegative()) {
        remainder = Divide(Decimal256(remainder + right), right).remainder;
      }
      return RescaleHalfUp(remainder, common, scale);
    }
  }
}

Decimal256 RescaleHalfUp(const Decimal256& value, int from_scale, int to_scale) {
  if (to_scale >= from_scale) return Decimal256(value.IncreaseScaleBy(to_scale - from_scale));
  const int num_dropped = from_scale - to_scale;
  if (num_dropped > arrow::Decimal256Type::kMaxPrecision) return Decimal256(0);
  return DivideWide(value, Decimal256(Decimal256::GetScaleMultiplier(num_dropped)));
}

Decimal256 RescaleHalfEven(const Decimal256& value, int from_scale, int to_scale) {
  Decimal256 rounded = RescaleHalfUp(value, from_scale, to_scale);
  const int num_dropped = from_scale - to_scale;
  const bool is_odd = (rounded.little_endian_array()[0] & 1) != 0;
  if (!is_odd || num_dropped <= 0) return rounded;
  const Decimal256 back(rounded.IncreaseScaleBy(num_dropped));
  const Decimal256 moved = Magnitude(Decimal256(back + Decimal256(-value)));
  const Decimal256 unit(Decimal256::GetScaleMultiplier(num_dropped));
  if (Decimal256(moved + moved) != unit) return rounded;
  return Decimal256(rounded + Decimal256(value.IsNegative() ? 1 : -1));
}

Decimal128 Narrow(const Decimal256& value) {
  const auto words = value.little_endian_array();
  return Decimal128(static_cast<int64_t>(words[1]), words[0]);
}

bool FitDecimal(const Decimal256& value, int from_scale, const arrow::DecimalType& type,
                Decimal128* out) {
  const Decimal256 rescaled = RescaleHalfUp(value, from_scale, type.scale());
  *out = Narrow(rescaled);
  return rescaled.FitsInPrecision(type.precision());
}

DecimalFitter::DecimalFitter(int from_scale, const arrow::DecimalType& type)
    : type_(type),
      from_scale_(from_scale),
      raises_(type.scale() >= from_scale),
      may_be_narrow_(std::abs(type.scale() - from_scale) <= kInt64ExponentMax),
      factor_(may_be_narrow_ ? static_cast<int64_t>(PowerOfTen(std::abs(type.scale() - from_scale)))
                             : 1),
      limit_(PowerOfTen(type.precision())) {}

Result<arrow::Datum> DecimalArithmetic(char op, const KernelContext& context,
                                       const std::vector<arrow::Datum>& args) {
  switch (op) {
    case '+':
      return Arithmetic<'+'>(context, args);
    case '-':
      return Arithmetic<'-'>(context, args);
    case '*':
      return Arithmetic<'*'>(context, args);
    case '/':
      return Arithmetic<'/'>(context, args);
    case '%':
      return Arithmetic<'%'>(context, args);
    default:
      return Arithmetic<'p'>(context, args);
  }
}

Result<arrow::Datum> DecimalQuotient(const KernelContext& context,
                                     const std::vector<arrow::Datum>& args) {
  const arrow::DecimalType& left = TypeOf(args[0]);
  const arrow::DecimalType& right = TypeOf(args[1]);
  // Spark's type of the quotient, before it becomes a BIGINT.
  const int digits = std::clamp(left.precision() - left.scale() + right.scale(), 1, 38);
  const int common = std::max(left.scale(), right.scale());
  return MapChecked<int64_t, Decimal128, Decimal128>(
      context, args,
      [&](const Decimal128& a, const Decimal128& b, int64_t* out) {
        if (b == Decimal128(0)) return false;
        const Decimal256 quotient = Divide(RescaleHalfUp(Decimal256(a), left.scale(), common),
                                           RescaleHalfUp(Decimal256(b), right.scale(), common))
                                        .quotient;
        *out = static_cast<int64_t>(quotient.little_endian_array()[0]);
        return quotient.FitsInPrecision(digits);
      },
      [&](const Decimal128&, const Decimal128& b) {
        if (b == Decimal128(0)) {
          return context.Error("DIVIDE_BY_ZERO", "division by zero",
                               "guard it: NULLIF(divisor, 0)");
        }
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             fmt::format("the quotient has more than {} digits", digits),
                             "cast the operands to fewer digits");
      });
}

}  // namespace tarn::local
