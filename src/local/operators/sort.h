#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/keys/sort_key.h"
#include "local/operators/sorted_runs.h"

namespace tarn::local {

/// \brief A batch and the order of its rows.
struct SortedBatch {
  BatchPtr batch;
  RowKeys keys;
  std::vector<int64_t> order;
};

/// \brief Rows in the order of their keys; rows with equal keys stay in the input's order.
///
/// Each batch is sorted by itself; then ranges of keys are merged, each by a task.
class SortStage : public InOrderStage<SortedBatch> {
 public:
  SortStage(StageContext context, SchemaPtr schema, SortKeys keys, PieceSinkPtr next)
      : InOrderStage(std::move(context)),
        schema_(std::move(schema)),
        keys_(std::move(keys)),
        output_(this->context().meter, std::move(next)),
        runs_(std::make_unique<SortedRuns>()) {}

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<SortedBatch> Prepare(const BatchPtr& batch) const override;
  Status Consume(SortedBatch batch) override;
  void Finish(Status status) override;

 private:
  Status StartMerge();
  void MergeRange(int64_t range);
  void FinishMerge();

  const SchemaPtr schema_;
  const SortKeys keys_;
  const StageOutput output_;
  std::vector<BatchPtr> batches_;
  std::unique_ptr<SortedRuns> runs_;
  BatchPtr rows_;               // all, as they came
  std::vector<int64_t> order_;  // of rows_
  std::atomic<int64_t> num_ranges_left_ = 0;
  std::mutex failure_mutex_;
  Status failure_;  // of merging
};

}  // namespace tarn::local
