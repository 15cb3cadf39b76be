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

Decimal256 DivideHalfUp(const Decimal256& dividend, const Decimal256& divisor) {
  auto [quotient, remainder] = dividend.Divide(divisor).ValueOrDie();
  Decimal256 twice = Decimal256(remainder.Abs()) + Decimal256(remainder.Abs());
  if (twice >= Decimal256(Decimal256(divisor).Abs())) {
    bool negative = dividend.IsNegative() != divisor.IsNegative();
    quotient += Decimal256(negative ? -1 : 1);
  }
  return Decimal256(quotient);
}

// The exact result in 256 bits, rounded to `scale`. The divisor is not zero.
Decimal256 Compute(char op, const Decimal256& a, int scale_a, const Decimal256& b, int scale_b,
                   int scale) {
  int common = std::max(scale_a, scale_b);
  Decimal256 left = RescaleHalfUp(a, scale_a, common), right = RescaleHalfUp(b, scale_b, common);
  switch (op) {
    case '+':
      return RescaleHalfUp(left + right, common, scale);
    case '-':
      return RescaleHalfUp(left + Decimal256(-right), common, scale);
    case '*':
      return RescaleHalfUp(a * b, scale_a + scale_b, scale);
    case '/':
      return DivideHalfUp(RescaleHalfUp(a, 0, scale + scale_b - scale_a), b);
    default: {
      Decimal256 remainder(left % right);
      if (op == 'p' && remainder.IsNegative()) remainder = Decimal256((remainder + right) % right);
      return RescaleHalfUp(remainder, common, scale);
    }
  }
}

}  // namespace

Decimal256 RescaleHalfUp(const Decimal256& value, int from_scale, int to_scale) {
  if (to_scale >= from_scale) return Decimal256(value.IncreaseScaleBy(to_scale - from_scale));
  return Decimal256(value.ReduceScaleBy(from_scale - to_scale, /*round=*/true));
}

Decimal128 Narrow(const Decimal256& value) {
  const auto words = value.little_endian_array();
  return Decimal128(static_cast<int64_t>(words[1]), words[0]);
}

Result<arrow::Datum> DecimalArithmetic(char op, const KernelContext& context,
                                       const std::vector<arrow::Datum>& args) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const int scale_a = ScaleOf(args[0]), scale_b = ScaleOf(args[1]);
  const bool divides = op == '/' || op == '%' || op == 'p';
  return MapChecked<Decimal128, Decimal128, Decimal128>(
      context, args,
      [&](const Decimal128& a, const Decimal128& b, Decimal128* out) {
        if (divides && b == Decimal128(0)) return false;
        Decimal256 result =
            Compute(op, Decimal256(a), scale_a, Decimal256(b), scale_b, type.scale());
        if (!result.FitsInPrecision(type.precision())) return false;
        *out = Narrow(result);
        return true;
      },
      [&](const Decimal128&, const Decimal128& b) {
        if (divides && b == Decimal128(0)) {
          return context.Error(op == '/' ? "DIVIDE_BY_ZERO" : "REMAINDER_BY_ZERO",
                               "division by zero", "guard it: NULLIF(divisor, 0)");
        }
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             "the result does not fit the type: " + type.ToString(),
                             "cast the operands to fewer digits");
      });
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
        const Decimal256 quotient(RescaleHalfUp(Decimal256(a), left.scale(), common) /
                                  RescaleHalfUp(Decimal256(b), right.scale(), common));
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
