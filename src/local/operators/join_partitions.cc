#include "local/operators/join_partitions.h"

#include <numeric>

namespace tarn::local {

std::vector<int8_t> JoinPartitions::Of(const EncodedKeys& keys) const {
  std::vector<int8_t> partitions(keys.num_rows());
  for (int64_t row = 0; row < keys.num_rows(); ++row) {
    partitions[row] = SpilledPartitions::Of(keys.hash(row), /*level=*/0);
  }
  // Where `=` joins, NULL matches nothing, so that such rows may be anywhere: not all in one.
  for (size_t i = 0; i < null_safe_.size(); ++i) {
    const arrow::Array& column = *keys.columns()[i];
    if (null_safe_[i] || column.null_count() == 0) continue;
    for (int64_t row = 0; row < keys.num_rows(); ++row) {
      if (column.IsValid(row)) continue;
      partitions[row] = keeps_unmatched_
                            ? static_cast<int8_t>(row % SpilledPartitions::kNumPartitions)
                            : SpilledPartitions::kNone;
    }
  }
  return partitions;
}

Status JoinPartitions::Add(const BatchPtr& batch, std::span<const int8_t> partitions) {
  std::vector<int64_t> numbers(batch->num_rows());
  std::iota(numbers.begin(), numbers.end(), num_rows_);
  num_rows_ += batch->num_rows();
  ARROW_ASSIGN_OR_RAISE(auto order_keys, OrderKeysOf(numbers));
  ARROW_RETURN_NOT_OK(partitions_.Add(AddOrderKey(batch, std::move(order_keys)), partitions));
  grant_.Set(partitions_.pending_bytes());
  return Status::OK();
}

Status JoinPartitions::Flush() {
  ARROW_RETURN_NOT_OK(partitions_.Flush());
  grant_.Set(0);
  return Status::OK();
}

}  // namespace tarn::local
