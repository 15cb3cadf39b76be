#pragma once

#include "local/kernels/kernel.h"

namespace tarn::local {

/// What becomes of digits beyond the microseconds.
enum class Fraction { kCutOff, kRefuse };

/// \brief The moment of so many units since 1970, a DECIMAL.
Result<arrow::Datum> TimestampOfDecimal(const KernelContext& context, const arrow::Datum& value,
                                        int64_t micros_per_unit, Fraction fraction);

}  // namespace tarn::local
