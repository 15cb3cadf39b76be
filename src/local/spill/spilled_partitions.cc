#include "local/spill/spilled_partitions.h"

#include <arrow/array.h>

#include <array>
#include <utility>

#include "local/batch/gather.h"

namespace tarn::local {

SpilledPartitions::SpilledPartitions(const SchemaPtr& schema, SpillStore* store,
                                     int64_t batch_bytes) {
  for (int i = 0; i < kNumPartitions; ++i) partitions_.emplace_back(schema, store, batch_bytes);
}

int8_t SpilledPartitions::Of(uint64_t hash, int level) {
  static_assert(kNumPartitions == 1 << 5);
  const uint64_t mixed =
      (hash ^ (hash >> 29)) + static_cast<uint64_t>(level + 1) * 0x9E3779B97F4A7C15;
  return static_cast<int8_t>(((mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93) >> 59);
}

Status SpilledPartitions::Add(const BatchPtr& batch, std::span<const int8_t> partitions) {
  std::array<std::vector<int64_t>, kNumPartitions> rows;
  for (size_t row = 0; row < partitions.size(); ++row) {
    if (partitions[row] != kNone) rows[partitions[row]].push_back(static_cast<int64_t>(row));
  }
  for (int i = 0; i < kNumPartitions; ++i) {
    if (rows[i].empty()) continue;
    const auto count = static_cast<int64_t>(rows[i].size());
    num_rows_ += count;
    const auto taken =
        std::make_shared<arrow::Int64Array>(count, arrow::Buffer::FromVector(std::move(rows[i])));
    ARROW_ASSIGN_OR_RAISE(const BatchPtr part, TakeRows(batch, taken));
    ARROW_RETURN_NOT_OK(partitions_[i].Append(part));
  }
  return Status::OK();
}

Status SpilledPartitions::Flush() {
  for (SpilledRows& partition : partitions_) ARROW_RETURN_NOT_OK(partition.Flush());
  return Status::OK();
}

int64_t SpilledPartitions::pending_bytes() const {
  int64_t num_bytes = 0;
  for (const SpilledRows& partition : partitions_) num_bytes += partition.pending_bytes();
  return num_bytes;
}

}  // namespace tarn::local
