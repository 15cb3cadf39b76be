#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "local/batch/lanes.h"
#include "local/batch/shared_grant.h"
#include "local/keys/partition_merge.h"
#include "local/operators/aggregate_groups.h"
#include "local/operators/partitioned_input.h"
#include "local/spill/numbered_runs.h"

namespace tarn::local {

/// \brief The groups of an aggregation, divided by the hash of their keys, so that several threads
/// work on them at once; each group's rows are consumed in order.
///
/// Where memory ends, the groups that are there stay, and the rows of others go to disk.
/// Order of calls: Consume for all batches, Close, and when that has ended, Push.
class PartitionedGroups {
 public:
  /// \param[in] context, aggregate, exprs borrowed
  /// \param[in] schema of the output
  PartitionedGroups(const StageContext& context, const plan::Aggregate& aggregate,
                    const AggregateExprs& exprs, SchemaPtr schema);

  /// \brief The next batch; it is consumed by Work. Threads: one at a time.
  /// \return the error of one that failed before
  Status Consume(const std::shared_ptr<const PartitionedInput>& input);

  /// \brief Consume what nobody is at. Threads: any number at once.
  void Work() { lanes_->Work(); }

  /// \brief There is no more input. Called once.
  /// \param[in] input why
  /// \param[in] on_end called once, when the output can be pushed: by the thread that does the last
  /// of it
  void Close(Status input, std::function<void()> on_end);

  /// \brief Put the groups out, in the order in which they were first seen, or why there are none.
  void Push(const StageOutput& output);

 private:
  static constexpr int kNumPartitions = KeyPartitions::kNumPartitions;

  struct Partition {
    std::unique_ptr<AggregateGroups> groups;
    std::vector<int64_t> first;        // by group: the number of its first row
    std::vector<int64_t> batches;      // the numbers of those that had rows of this partition
    CallError error;                   // the first one
    BatchPtr finished;                 // the groups' rows, in the end, when nothing is on disk
    std::vector<SpilledPart> on_disk;  // in the end, when there is something

    int64_t num_bytes() const {
      const size_t num_numbers = first.capacity() + batches.capacity();
      return groups->num_bytes() + static_cast<int64_t>(num_numbers * sizeof(int64_t));
    }
  };

  Status ConsumeRows(int partition, int64_t batch, const PartitionedInput& input);
  void FinishPartitions();
  Status FinishPartition(int partition);
  void ProcessSpilled(const std::vector<int>& partitions);
  Status ProcessSpilledOf(int partition);
  void End(Status status);
  Status FirstError() const;

  const StageContext& context_;
  const plan::Aggregate& aggregate_;
  const AggregateExprs& exprs_;
  const SchemaPtr schema_;
  const std::shared_ptr<Lanes> lanes_;                // of partitions, while there is input
  const std::shared_ptr<Lanes> end_lanes_;            // of partitions, at the end
  std::array<Partition, kNumPartitions> partitions_;  // without groups: there are no rows
  SharedGrant grant_;                                 // of the partitions in memory
  std::atomic<bool> is_frozen_ = false;
  std::unique_ptr<NumberedRuns> runs_;  // null: nothing is on disk
  int64_t num_batches_ = 0;
  Status input_status_;   // once the input has ended
  Status finish_status_;  // once the partitions have, but for errors of functions
  std::function<void()> on_end_;
};

}  // namespace tarn::local
