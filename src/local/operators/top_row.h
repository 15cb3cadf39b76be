#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/batch/lanes.h"
#include "local/batch/shared_grant.h"
#include "local/keys/batch_candidates.h"
#include "local/keys/best_rows.h"
#include "local/keys/partition_merge.h"
#include "local/keys/spilling_keys.h"
#include "local/operators/window_keys.h"
#include "local/spill/numbered_runs.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch with the keys of its rows.
struct TopRowInput {
  EncodedKeys keys;            ///< of PARTITION BY
  RowKeys order;               ///< of ORDER BY
  BatchCandidates candidates;  ///< that one of `keys` may be left with
  /// The candidates that are the best of the batch, one partition after the other.
  BatchPtr best;
  int64_t best_bytes = 0;  ///< of `best`

  /// \brief Those of one partition.
  BatchPtr BestOf(int partition) const {
    return best->Slice(candidates.begin(partition), std::ssize(candidates.best(partition)));
  }
};

/// \brief The first row of each PARTITION BY key; of rows with equal keys, the first of the input.
///
/// They come in the order in which their keys were first seen. Keys are divided by hash, so that
/// several threads work on them at once. Where memory ends, keys that are there stay, and the rows
/// of others go to disk.
class TopRowStage : public InOrderStage<TopRowInput> {
 public:
  static Result<std::shared_ptr<TopRowStage>> Make(StageContext context, SchemaPtr schema,
                                                   const plan::TopRow& top_row,
                                                   const ExprContext& expr_context,
                                                   PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<TopRowInput> Prepare(const BatchPtr& batch) const override;
  Status Consume(TopRowInput input) override;
  void Finish(Status status) override;
  void WorkBeside() override { lanes_->Work(); }

 private:
  static constexpr int kNumPartitions = KeyPartitions::kNumPartitions;

  /// Some of the keys, and their rows.
  struct Partition {
    std::unique_ptr<SpillingKeys> keys;
    std::unique_ptr<BestRows> best;
    std::vector<int64_t> first;        // by key: the number of its first row
    BatchPtr finished;                 // the keys' rows, in the end, when nothing is on disk
    std::vector<SpilledPart> on_disk;  // in the end, when there is something

    int64_t num_bytes() const {
      return keys->num_bytes() + best->num_bytes() +
             static_cast<int64_t>(first.capacity() * sizeof(int64_t));
    }
  };

  TopRowStage(StageContext context, SchemaPtr schema, const plan::TopRow& top_row,
              const ExprContext& expr_context, PieceSinkPtr next);

  Result<std::unique_ptr<Partition>> MakePartition(int level) const;
  Status ConsumeRows(int partition, int64_t batch, const TopRowInput& input);
  std::vector<int> PartitionsWithRows() const;
  void FinishPartitions();
  Status FinishPartition(int partition);
  void ProcessSpilled();
  Status ProcessSpilledOf(int partition);
  Result<std::vector<SpilledPart>> ProcessPart(const SpilledPart& part, MemoryGrant* grant);
  void PushOutput(const Status& status);

  const SchemaPtr schema_;
  const WindowKeys keys_;
  const StageOutput output_;
  const std::shared_ptr<Lanes> lanes_;  // of partitions, while there is input
  std::array<std::unique_ptr<Partition>, kNumPartitions> partitions_;  // null: without a row
  SharedGrant grant_;  // of the partitions in memory
  std::atomic<bool> is_frozen_ = false;
  std::unique_ptr<NumberedRuns> runs_;  // null: nothing is on disk
  int64_t num_batches_ = 0;
};

}  // namespace tarn::local
