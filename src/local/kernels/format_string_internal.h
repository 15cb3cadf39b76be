#pragma once

#include "local/kernels/kernel.h"

namespace tarn::local {

/// \brief format_string: a format and values of any atomic type but BINARY.
Result<arrow::Datum> FormatString(const KernelContext& context,
                                  const std::vector<arrow::Datum>& args);

}  // namespace tarn::local
