#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/operators/window_values.h"

namespace tarn::local {

/// \brief The input's rows by partition and in its order, each with the values of window functions.
///
/// Rows are sorted as in SortStage; rows with equal keys stay in the input's order. Then ranges of
/// whole partitions are computed, each by a task. Where memory ends, sorted runs go to disk, and
/// one thread merges them at the end; some partitions are in memory then, at least one.
class WindowStage : public InOrderStage<SortedBatch> {
 public:
  /// \param[in] schema of the output: the input's columns and those of the calls
  /// \return NotImplemented for a function that this engine has not
  static Result<std::shared_ptr<WindowStage>> Make(StageContext context, SchemaPtr schema,
                                                   const plan::Window& window,
                                                   const ExprContext& expr_context,
                                                   PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<SortedBatch> Prepare(const BatchPtr& batch) const override;
  Status Consume(SortedBatch batch) override;
  void Finish(Status status) override;

 private:
  WindowStage(StageContext context, SchemaPtr schema, const plan::Window& window,
              const ExprContext& expr_context, PieceSinkPtr next);

  Result<BatchPtr> Compute(BatchPtr rows, std::vector<std::string_view> keys) const;
  void PushSlices(int64_t piece, const Result<BatchPtr>& rows) const;
  Status SplitRanges();
  void PushFromMemory();
  void ComputeRange(int64_t range);
  Result<BatchPtr> ValuesOfRange(int64_t range) const;
  void PushFromDisk();
  Status ComputeFromDisk(SpillMerge* merge);

  const SchemaPtr schema_;
  const plan::Window window_;
  const WindowInput input_;
  const WindowContext window_context_;
  const StageOutput output_;
  MemoryGrant grant_;
  ExternalSort sort_;

  // When all is in memory.
  SortedBatches held_;
  std::vector<arrow::ArrayVector> columns_;  // of held_, their chunks
  std::atomic<int64_t> num_ranges_left_ = 0;
};

}  // namespace tarn::local
