#pragma once

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "local/keys/key_partitions.h"
#include "local/operators/aggregate_input.h"

namespace tarn::local {

/// \brief What an aggregation reads of one batch, by partition of the groups' keys.
///
/// Threads: any number at once.
class PartitionedInput {
 public:
  static Result<std::shared_ptr<const PartitionedInput>> Make(AggregateInput input);

  const BatchPtr& batch() const { return batch_; }
  const EncodedKeys& keys() const { return keys_; }
  const KeyPartitions& partitions() const { return partitions_; }

  /// \brief What each function reads of the rows of a partition, which are partitions().rows().
  std::vector<AggregateInput::Call> CallsOf(int partition) const;

 private:
  /// Of one function: of all rows, by partition.
  struct Call {
    AggregateInput::Call input;
    /// Where the rows of each partition that count begin in the arguments.
    std::array<int64_t, KeyPartitions::kNumPartitions + 1> begins{};
  };

  /// Columns, and what they are when their rows are in the order of partitions.
  using Spread = std::map<std::shared_ptr<arrow::Array>, std::shared_ptr<arrow::Array>>;

  Status SpreadCall(AggregateInput::Call call, Spread* spread);
  std::vector<int64_t> SpreadKept(const arrow::BooleanArray& keep, Call* call) const;

  BatchPtr batch_;
  EncodedKeys keys_;
  KeyPartitions partitions_;
  std::vector<Call> calls_;
};

}  // namespace tarn::local
