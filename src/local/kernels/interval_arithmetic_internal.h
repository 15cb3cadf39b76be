#pragma once

#include <vector>

#include "local/kernels/kernel.h"

namespace tarn::local {

/// \brief Whether an argument is a date, a timestamp or an interval.
bool IsTemporalArithmetic(const std::vector<arrow::Datum>& args);

/// \brief `op` is one of + - * /, with the types that plan/functions/temporal_arithmetic gives.
Result<arrow::Datum> TemporalArithmetic(char op, const KernelContext& context,
                                        const std::vector<arrow::Datum>& args);

/// \brief The error of a row whose divisor is 0.
Status DividedIntervalByZero(const KernelContext& context);

/// \brief The error of a timestamp beyond those there are.
Status MomentOverflow(const KernelContext& context);

Result<arrow::Datum> NegateInterval(const KernelContext& context, const arrow::Datum& value);
Result<arrow::Datum> AbsoluteInterval(const KernelContext& context, const arrow::Datum& value);

}  // namespace tarn::local
