#pragma once

#include <arrow/util/future.h>

#include <utility>

#include "base/error.h"

namespace tarn::s3 {

/// \brief Wait for a call and take its result.
///
/// For calls that are kept nowhere else: what Future::result and MoveResult refer to ends with the
/// future, for a temporary one before ARROW_ASSIGN_OR_RAISE has read it.
template <class T>
Result<T> ResultOf(arrow::Future<T> call) {
  return std::move(call.MoveResult());
}

}  // namespace tarn::s3
