#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/keys/sort_key.h"
#include "local/operators/external_sort.h"
#include "local/operators/sort_bound.h"

namespace tarn::local {

/// \brief Rows in the order of their keys; rows with equal keys stay in the input's order.
///
/// Each batch is sorted by itself; then ranges of keys are merged, each by a task. Where memory
/// ends, what came so far becomes a run on disk, and at the end all runs are merged by one thread.
/// With a limit, rows that cannot be among the first ones are dropped as they come, and now and
/// then, so that about twice the limit is held.
class SortStage : public InOrderStage<SortedBatch> {
 public:
  /// \param[in] limit of rows put out, at least 1; none: all
  SortStage(StageContext context, SchemaPtr schema, SortKeys keys, std::optional<int64_t> limit,
            PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        schema_(std::move(schema)),
        keys_(std::move(keys)),
        limit_(limit),
        output_(this->context().meter, std::move(next)),
        grant_(std::make_shared<MemoryGrant>(this->context().memory)),
        sort_(schema_, this->context().spill.get(), this->context().poll) {}

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<SortedBatch> Prepare(const BatchPtr& batch) const override;
  Status Consume(SortedBatch batch) override;
  void Finish(Status status) override;

 private:
  Result<SortedBatch> PrepareLimited(const BatchPtr& batch, const RowKeys& keys) const;
  Status KeepFirst();
  Status StartOutput();
  Status StartMerge();
  void PushFromDisk();
  void MergeRange(int64_t range);
  void FinishMerge();

  const SchemaPtr schema_;
  const SortKeys keys_;
  const std::optional<int64_t> limit_;
  const StageOutput output_;
  std::shared_ptr<MemoryGrant> grant_;
  ExternalSort sort_;
  std::unique_ptr<SpillMerge> merge_;  // when some is on disk
  SortBound bound_;                    // with a limit

  // When all is in memory.
  SortedRuns runs_;
  BatchPtr rows_;               // all, as they came
  std::vector<int64_t> order_;  // of rows_
  std::atomic<int64_t> num_ranges_left_ = 0;
  std::mutex failure_mutex_;
  Status failure_;  // of merging
};

}  // namespace tarn::local
