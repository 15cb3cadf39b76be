#pragma once

#include <arrow/array.h>
#include <arrow/util/decimal.h>

#include <cstring>

#include "local/aggregates/accumulator.h"

namespace tarn::local {

__extension__ typedef __int128 Int128;

/// \brief Call visit(group, value) for each row whose first argument is not null, in order.
///
/// `Storage` is how the argument's type keeps its values.
template <typename Storage, typename Visit>
Status VisitValues(const GroupedRows& rows, Visit&& visit) {
  const arrow::Array& column = *rows.args[0];
  // Decimals need not be aligned for Int128, hence the copies below.
  const auto* values = reinterpret_cast<const uint8_t*>(column.data()->GetValues<Storage>(1));
  const uint32_t* groups = rows.groups->raw_values();
  const bool all_valid = column.null_count() == 0;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    if (!all_valid && column.IsNull(row)) continue;
    Storage value;
    std::memcpy(&value, values + row * static_cast<int64_t>(sizeof(Storage)), sizeof(Storage));
    ARROW_RETURN_NOT_OK(visit(groups[row], value));
  }
  return Status::OK();
}

}  // namespace tarn::local
