#include "local/operators/sort.h"

#include <arrow/array.h>

#include <utility>

#include "local/batch/gather.h"
#include "rows/row_sort.h"

namespace tarn::local {

Result<SortedBatch> SortStage::Prepare(const BatchPtr& batch) const {
  SortedBatch sorted;
  sorted.batch = batch;
  ARROW_ASSIGN_OR_RAISE(sorted.keys, keys_.Encode(*batch));
  ARROW_ASSIGN_OR_RAISE(sorted.order, SortRows(sorted.keys, context().poll));
  return sorted;
}

Status SortStage::Consume(SortedBatch batch) {
  batches_.push_back(std::move(batch.batch));
  runs_->Add(std::move(batch.keys), std::move(batch.order));
  return Status::OK();
}

void SortStage::Finish(Status status) {
  if (status.ok()) status = CatchOutOfMemory([&] { return StartMerge(); });
  if (!status.ok()) output_.End(status);
}

Status SortStage::StartMerge() {
  ARROW_ASSIGN_OR_RAISE(rows_, Concatenate(schema_, std::exchange(batches_, {}), context().poll));
  order_.resize(runs_->num_rows());
  runs_->Split(runs_->num_rows() / kBatchRows + 1);
  const int64_t num_ranges = runs_->num_ranges();
  num_ranges_left_ = num_ranges;
  for (int64_t range = 0; range < num_ranges; ++range) {
    context().scheduler->Submit(Scheduler::Priority::kDeliver,
                                [this, range] { MergeRange(range); });
  }
  return Status::OK();
}

void SortStage::MergeRange(int64_t range) {
  const SelfTime::Scope scope(context().meter->time());
  Status status =
      CatchOutOfMemory([&] { return runs_->MergeRange(range, order_.data(), context().poll); });
  if (!status.ok()) {
    std::lock_guard lock(failure_mutex_);
    failure_ = std::move(status);
  }
  if (--num_ranges_left_ == 0) FinishMerge();
}

void SortStage::FinishMerge() {
  runs_ = nullptr;
  if (!failure_.ok()) return output_.End(failure_);
  const BatchPtr rows = std::exchange(rows_, nullptr);
  const auto order = std::make_shared<arrow::Int64Array>(
      rows->num_rows(), arrow::Buffer::FromVector(std::exchange(order_, {})));
  const int64_t num_pieces = (rows->num_rows() + kBatchRows - 1) / kBatchRows;
  output_.PushAll(context(), num_pieces, [rows, order](int64_t number) {
    return TakeRows(rows, order->Slice(number * kBatchRows, kBatchRows));
  });
}

}  // namespace tarn::local
