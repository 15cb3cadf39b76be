#pragma once

#include <arrow/util/decimal.h>

#include <vector>

#include "local/kernels/int128.h"
#include "local/kernels/kernel.h"

namespace tarn::local {

/// \brief `op` is one of + - * / % and p (pmod), over DECIMAL arguments, with Spark's result type.
Result<arrow::Datum> DecimalArithmetic(char op, const KernelContext& context,
                                       const std::vector<arrow::Datum>& args);

/// \brief The quotient of two DECIMAL arguments without its fraction, a BIGINT. Of one that has
/// more bits, the low ones, as in Spark.
Result<arrow::Datum> DecimalQuotient(const KernelContext& context,
                                     const std::vector<arrow::Datum>& args);

/// \brief The scales of two operands and of their result.
struct OperandScales {
  int left = 0;    ///< digits after the point
  int right = 0;   ///< as `left`
  int result = 0;  ///< as `left`; fewer than the exact result has where that would pass 38 digits
};

/// \brief The exact result of `op` in 256 bits, rounded half up to the result's scale. The divisor
/// is not zero. The reference for NarrowArithmetic.
arrow::Decimal256 ComputeWide(char op, const arrow::Decimal256& a, const arrow::Decimal256& b,
                              const OperandScales& scales);

/// \brief `value` times 10^(to_scale - from_scale), halves rounded away from zero.
arrow::Decimal256 RescaleHalfUp(const arrow::Decimal256& value, int from_scale, int to_scale);

/// \brief As RescaleHalfUp, but halves are rounded to the even neighbour.
arrow::Decimal256 RescaleHalfEven(const arrow::Decimal256& value, int from_scale, int to_scale);

/// \brief The low 128 bits: `value` itself when it fits them.
arrow::Decimal128 Narrow(const arrow::Decimal256& value);

/// \brief `value` of scale `from_scale`, rounded half up to what `type` has.
/// \return false where that has more digits than the type
bool FitDecimal(const arrow::Decimal256& value, int from_scale, const arrow::DecimalType& type,
                arrow::Decimal128* out);

/// \brief FitDecimal for many values of one scale; by 128 bits for those that have 64.
class DecimalFitter {
 public:
  /// \param[in] type must outlive it
  DecimalFitter(int from_scale, const arrow::DecimalType& type);

  bool Fit(int64_t value, arrow::Decimal128* out) const {
    if (!may_be_narrow_) return FitDecimal(arrow::Decimal256(value), from_scale_, type_, out);
    const Int128 rescaled = raises_ ? Int128{value} * factor_ : DivideHalfUp(value, factor_);
    *out = ToDecimal128(rescaled);
    return rescaled < limit_ && rescaled > -limit_;
  }

  bool Fit(const arrow::Decimal128& value, arrow::Decimal128* out) const {
    const Int128 unscaled = ToInt128(value);
    if (FitsInt64(unscaled)) return Fit(static_cast<int64_t>(unscaled), out);
    return FitDecimal(arrow::Decimal256(value), from_scale_, type_, out);
  }

 private:
  const arrow::DecimalType& type_;
  const int from_scale_;
  const bool raises_;         // the scale
  const bool may_be_narrow_;  // whether 128 bits are enough for every value of 64
  const int64_t factor_;
  const Int128 limit_;
};

}  // namespace tarn::local
