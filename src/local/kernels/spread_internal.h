#pragma once

#include <arrow/array/util.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type_traits.h>

#include "local/kernels/text_limit_internal.h"

namespace tarn::local {

/// \brief `datum` as an array: a scalar's value in each of `num_rows` rows.
/// \return CapacityError for more text than an array may have
inline Result<arrow::Datum> Spread(const arrow::Datum& datum, int64_t num_rows) {
  if (datum.is_array()) return datum;
  if (datum.scalar()->is_valid && arrow::is_base_binary_like(datum.type()->id())) {
    const auto& text = static_cast<const arrow::BaseBinaryScalar&>(*datum.scalar());
    ARROW_RETURN_NOT_OK(CheckTextBytes(text.value->size() * num_rows));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(*datum.scalar(), num_rows));
  return arrow::Datum(std::move(array));
}

}  // namespace tarn::local
