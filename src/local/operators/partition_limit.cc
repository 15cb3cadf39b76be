#include "local/operators/partition_limit.h"

#include <algorithm>

namespace tarn::local {
namespace {

// Not worth the work of dropping them.
constexpr int64_t kFewRows = 4096;

int64_t HeapBytes(const std::string& text) {
  return text.capacity() > std::string().capacity() ? static_cast<int64_t>(text.capacity()) : 0;
}

}  // namespace

std::vector<int64_t> PartitionLimit::Select(const RowKeys& keys, const std::vector<int64_t>& order,
                                            std::span<const uint32_t> partitions,
                                            uint32_t num_partitions) {
  num_held_.resize(num_partitions);
  num_of_batch_.resize(num_partitions);
  bounds_.resize(num_partitions);
  std::vector<int64_t> rows;
  for (const int64_t row : order) {
    const uint32_t partition = partitions[row];
    const std::string_view key = keys.row(row);
    const std::string& bound = bounds_[partition];
    if ((!bound.empty() && key >= bound) || num_of_batch_[partition] == limit_) continue;
    if (++num_of_batch_[partition] == limit_) SetBound(partition, key);
    if (++num_held_[partition] > limit_) ++num_excess_;
    rows.push_back(row);
  }
  for (const int64_t row : rows) num_of_batch_[partitions[row]] = 0;
  num_rows_ += std::ssize(rows);
  std::sort(rows.begin(), rows.end());
  return rows;
}

bool PartitionLimit::has_much_excess() const {
  return num_excess_ > kFewRows && num_excess_ > num_rows_ / 2;
}

void PartitionLimit::Restart() {
  std::fill(num_held_.begin(), num_held_.end(), 0);
  num_rows_ = 0;
  num_excess_ = 0;
}

bool PartitionLimit::Keep(uint32_t partition, std::string_view key) {
  if (num_held_[partition] == limit_) return false;
  if (++num_held_[partition] == limit_) SetBound(partition, key);
  ++num_rows_;
  return true;
}

void PartitionLimit::SetBound(uint32_t partition, std::string_view key) {
  std::string& bound = bounds_[partition];
  bound_bytes_ -= HeapBytes(bound);
  bound.assign(key);
  bound_bytes_ += HeapBytes(bound);
}

void PartitionLimit::Forget() {
  num_held_ = std::vector<int64_t>();
  num_of_batch_ = std::vector<int64_t>();
  bounds_ = std::vector<std::string>();
  bound_bytes_ = 0;
}

int64_t PartitionLimit::num_bytes() const {
  const size_t by_partition = bounds_.capacity() * sizeof(std::string) +
                              (num_held_.capacity() + num_of_batch_.capacity()) * sizeof(int64_t);
  return static_cast<int64_t>(by_partition) + bound_bytes_;
}

}  // namespace tarn::local
