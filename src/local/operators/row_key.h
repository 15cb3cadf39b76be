#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "local/operators/operator.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief One key per row, as bytes whose unsigned order is the order of the rows.
class RowKeys {
 public:
  int64_t num_rows() const { return static_cast<int64_t>(ends_.size()); }
  std::string_view row(int64_t i) const {
    const int64_t begin = i == 0 ? 0 : ends_[i - 1];
    return {reinterpret_cast<const char*>(bytes_.data()) + begin,
            static_cast<size_t>(ends_[i] - begin)};
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
};

/// \brief Encode the rows of `columns`, each num_rows long, as keys. Without columns all are equal.
///
/// Spark's order: -0.0 equals 0.0, NaN is greater than any number, strings compare by bytes.
/// \return NotImplemented for nested types.
Result<RowKeys> EncodeRowKeys(const arrow::ArrayVector& columns,
                              const std::vector<KeyOrder>& orders, int64_t num_rows);

/// \brief Evaluate `keys` over `batch` and encode them.
Result<RowKeys> EncodeSortKeys(const std::vector<plan::SortKey>& keys,
                               const arrow::RecordBatch& batch);

}  // namespace tarn::local
