#pragma once

#include <arrow/util/decimal.h>

#include <vector>

#include "local/kernels/kernel.h"

namespace tarn::local {

/// \brief `op` is one of + - * / % and p (pmod), over DECIMAL arguments, with Spark's result type.
Result<arrow::Datum> DecimalArithmetic(char op, const KernelContext& context,
                                       const std::vector<arrow::Datum>& args);

/// \brief The quotient of two DECIMAL arguments without its fraction, a BIGINT. Of one that has
/// more bits, the low ones, as in Spark.
Result<arrow::Datum> DecimalQuotient(const KernelContext& context,
                                     const std::vector<arrow::Datum>& args);

/// \brief `value` times 10^(to_scale - from_scale), halves rounded away from zero.
arrow::Decimal256 RescaleHalfUp(const arrow::Decimal256& value, int from_scale, int to_scale);

/// \brief The low 128 bits: `value` itself when it fits them.
arrow::Decimal128 Narrow(const arrow::Decimal256& value);

}  // namespace tarn::local
