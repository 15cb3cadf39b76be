#pragma once

#include <arrow/scalar.h>

#include <vector>

#include "local/aggregates/accumulator.h"

namespace tarn::local {

/// The shares that a percentile is asked for.
struct Shares {
  std::vector<double> values;  ///< each 0.0 to 1.0
  bool are_list = false;       ///< whether the result is a list of as many values
};

/// \brief What the constant argument `share`, a DOUBLE or an ARRAY<DOUBLE>, says.
/// \return kBadInput for NULL and for what is not 0.0 to 1.0
Result<Shares> SharesOf(const plan::AggregateCall& call, const arrow::Scalar& share);

/// \brief The result of a percentile, of type `type` or a list of such, made of doubles.
/// \param[in] values by group, then by share
/// \param[in] has_values by group
Result<std::shared_ptr<arrow::Array>> ArrayOfShares(const std::shared_ptr<arrow::DataType>& type,
                                                    const Shares& shares,
                                                    std::vector<double> values,
                                                    const std::vector<uint8_t>& has_values);

/// \brief `values` as numbers of `type`, which values of that type became before: a fraction is cut
/// off, decimals are rounded half up. Null where has_value is 0, and for decimals that don't fit.
Result<std::shared_ptr<arrow::Array>> NumbersOf(const std::shared_ptr<arrow::DataType>& type,
                                                const std::vector<double>& values,
                                                const std::vector<uint8_t>& has_value);

/// \brief The value of a DOUBLE, a time or an interval, which is not null.
double DoubleAt(const arrow::Array& values, int64_t row);

}  // namespace tarn::local
