#pragma once

#include <arrow/datum.h>

#include "base/error.h"
#include "local/kernels/kernel.h"

namespace tarn::local {

/// \brief `value` as `context.type()`, by the rules of Spark's CAST in ANSI mode.
///
/// \return kBadInput at the cast's place in the SQL: CAST_INVALID_INPUT for text that is no such
/// value,
///   CAST_OVERFLOW and NUMERIC_VALUE_OUT_OF_RANGE for numbers beyond the type. None when
///   `context.is_try()`: such values become NULL.
/// Source: Spark 4's Cast and UTF8String.
Result<arrow::Datum> Cast(const KernelContext& context, const arrow::Datum& value);

}  // namespace tarn::local
