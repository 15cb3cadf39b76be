#pragma once

#include <arrow/scalar.h>
#include <spark/connect/expressions.pb.h>

#include <memory>

#include "base/error.h"

namespace tarn::connect {

/// \brief A value that Spark sent, as Arrow's.
/// \return NotImplemented for nested values and intervals
Result<std::shared_ptr<arrow::Scalar>> ScalarOf(
    const ::spark::connect::Expression::Literal& literal);

}  // namespace tarn::connect
