#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn {

/// \brief One key per row, as bytes whose unsigned order is the order of the rows.
class RowKeys {
 public:
  int64_t num_rows() const { return static_cast<int64_t>(ends_.size()); }
  /// \brief The key of row `i`.
  std::string_view row(int64_t i) const {
    const int64_t begin = i == 0 ? 0 : ends_[i - 1];
    return {reinterpret_cast<const char*>(bytes_.data()) + begin,
            static_cast<size_t>(ends_[i] - begin)};
  }
  /// \brief The keys of some rows, in this order.
  RowKeys Take(const std::vector<int64_t>& rows) const;

  /// \brief Of memory that the keys take.
  int64_t num_bytes() const {
    return static_cast<int64_t>(bytes_.size() + ends_.size() * sizeof(int64_t));
  }

 private:
  friend class RowKeyEncoder;
  std::vector<uint8_t> bytes_;
  std::vector<int64_t> ends_;
};

/// \brief How one column takes part in a row's key.
struct KeyOrder {
  bool descending = false;
  bool nulls_first = true;

  bool operator==(const KeyOrder&) const = default;
};

/// \brief Whether values of the type can be told apart, and with it grouped: all but those that are
/// or hold a MAP.
bool IsGroupable(const arrow::DataType& type);

/// \brief Whether values of the type can be compared too, and with it ordered: of those that can be
/// grouped, all but those that are or hold an interval without fields.
bool IsOrderable(const arrow::DataType& type);

/// \brief Encode the rows of `columns`, each num_rows long, as keys. Without columns all are equal.
///
/// Spark's order: -0.0 equals 0.0, NaN is greater than any number, strings compare by bytes; a
/// STRUCT goes by its fields in turn, an ARRAY by its elements, and NULLs inside come first.
/// Intervals without fields come in some order.
/// \return NotImplemented for what holds a MAP.
Result<RowKeys> EncodeRowKeys(const arrow::ArrayVector& columns,
                              const std::vector<KeyOrder>& orders, int64_t num_rows);

}  // namespace tarn
