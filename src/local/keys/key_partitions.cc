#include "local/keys/key_partitions.h"

namespace tarn::local {

KeyPartitions::KeyPartitions(const EncodedKeys& keys) {
  Spread(keys, RowSelection(keys.num_rows()));
}

KeyPartitions::KeyPartitions(const EncodedKeys& keys, std::span<const int64_t> rows) {
  Spread(keys, RowSelection(rows));
}

void KeyPartitions::Spread(const EncodedKeys& keys, const RowSelection& rows) {
  std::vector<int8_t> partitions;
  partitions.reserve(rows.size());
  const int64_t num_rows = rows.size();
  for (int64_t i = 0; i < num_rows; ++i) {
    partitions.push_back(static_cast<int8_t>(Of(keys.hash(rows[i]))));
    ++begins_[partitions.back() + 1];
  }
  for (int i = 0; i < kNumPartitions; ++i) {
    if (begins_[i + 1] > 0) numbers_.push_back(i);
    begins_[i + 1] += begins_[i];
  }
  std::array<int64_t, kNumPartitions + 1> next = begins_;
  rows_.resize(partitions.size());
  for (int64_t i = 0; i < num_rows; ++i) rows_[next[partitions[i]]++] = rows[i];
}

}  // namespace tarn::local
