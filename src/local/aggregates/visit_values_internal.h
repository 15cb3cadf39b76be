#pragma once

#include <arrow/array.h>
#include <arrow/util/bit_util.h>

#include <cstring>

#include "local/aggregates/accumulator.h"

namespace tarn::local {

/// \brief Call visit(group, value) for each row whose first argument is not null, in order.
///
/// `Storage` is how the argument's type keeps its values.
template <typename Storage, typename Visit>
void VisitValues(const GroupedRows& rows, Visit&& visit) {
  const arrow::Array& column = *rows.args[0];
  const auto* values = reinterpret_cast<const uint8_t*>(column.data()->GetValues<Storage>(1));
  const uint32_t* groups = rows.groups->raw_values();
  const int64_t num_rows = rows.num_rows();
  const auto value_at = [&](int64_t row) {
    Storage value;  // a copy: decimals need not be aligned
    std::memcpy(&value, values + row * static_cast<int64_t>(sizeof(Storage)), sizeof(Storage));
    return value;
  };
  if (column.null_count() == 0) {
    for (int64_t row = 0; row < num_rows; ++row) visit(groups[row], value_at(row));
    return;
  }
  const uint8_t* validity = column.null_bitmap_data();
  const int64_t offset = column.offset();
  for (int64_t row = 0; row < num_rows; ++row) {
    if (arrow::bit_util::GetBit(validity, offset + row)) visit(groups[row], value_at(row));
  }
}

}  // namespace tarn::local
