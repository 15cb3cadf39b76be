#pragma once

#include <arrow/type.h>
#include <spark/connect/types.pb.h>

#include <memory>

#include "base/error.h"

namespace tarn::connect {

/// \brief The type in which Spark sends such values; timestamps with time zone UTC.
/// \return NotImplemented for what Arrow has no type for: VARIANT, intervals of months, Spark's own
/// objects
Result<std::shared_ptr<arrow::DataType>> ArrowTypeOf(const ::spark::connect::DataType& type);

}  // namespace tarn::connect
