#include "local/operators/sort.h"

#include <arrow/array.h>

#include <utility>

#include "local/batch/gather.h"
#include "local/spill/order_key.h"

namespace tarn::local {

Result<SortedBatch> SortStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(RowKeys keys, keys_.Encode(*batch));
  return SortedBatch::Make(batch, std::move(keys), context().poll);
}

Status SortStage::Consume(SortedBatch batch) {
  ARROW_RETURN_NOT_OK(sort_.Add(std::move(batch)));
  grant_->Set(sort_.num_bytes());
  if (!grant_->has_to_shrink()) return Status::OK();
  ARROW_RETURN_NOT_OK(sort_.Spill());
  grant_->Set(0);
  return Status::OK();
}

void SortStage::Finish(Status status) {
  if (status.ok()) status = CatchOutOfMemory([&] { return StartOutput(); });
  if (!status.ok()) {
    output_.End(status);
  } else if (merge_ != nullptr) {
    PushFromDisk();
  }
}

Status SortStage::StartOutput() {
  // While the rows are put together, they are there twice.
  grant_->Set(2 * sort_.num_bytes());
  if (!sort_.has_spilled() && !grant_->has_to_shrink()) return StartMerge();
  ARROW_ASSIGN_OR_RAISE(merge_, sort_.Merge());
  grant_->Set(0);
  return Status::OK();
}

void SortStage::PushFromDisk() {
  output_.PushStream(context(), [this]() -> Result<BatchPtr> {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, merge_->Next());
    return rows == nullptr ? nullptr : WithoutOrderKey(rows);
  });
  merge_ = nullptr;
}

Status SortStage::StartMerge() {
  SortedBatches held = sort_.Take();
  ARROW_ASSIGN_OR_RAISE(rows_,
                        Concatenate(schema_, std::exchange(held.batches, {}), context().poll));
  grant_->Set(held.num_bytes);
  runs_ = std::move(held.runs);
  order_.resize(runs_.num_rows());
  runs_.Split(runs_.num_rows() / kBatchRows + 1);
  const int64_t num_ranges = runs_.num_ranges();
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
      CatchOutOfMemory([&] { return runs_.MergeRange(range, order_.data(), context().poll); });
  if (!status.ok()) {
    std::lock_guard lock(failure_mutex_);
    failure_ = std::move(status);
  }
  if (--num_ranges_left_ == 0) FinishMerge();
}

void SortStage::FinishMerge() {
  runs_ = SortedRuns();
  const BatchPtr rows = std::exchange(rows_, nullptr);
  // Until the last piece is made.
  std::shared_ptr<MemoryGrant> grant = std::move(grant_);
  if (!failure_.ok()) return output_.End(failure_);
  const auto order = std::make_shared<arrow::Int64Array>(
      rows->num_rows(), arrow::Buffer::FromVector(std::exchange(order_, {})));
  const int64_t num_pieces = (rows->num_rows() + kBatchRows - 1) / kBatchRows;
  output_.PushAll(context(), num_pieces, [rows, order, grant](int64_t number) {
    return TakeRows(rows, order->Slice(number * kBatchRows, kBatchRows));
  });
}

}  // namespace tarn::local
