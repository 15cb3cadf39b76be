#include "local/operators/sort.h"

#include <arrow/array.h>

#include <limits>
#include <string>
#include <utility>

#include "local/batch/gather.h"
#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

// Held beside those of a limit until they are dropped.
constexpr int64_t kRowsBesideLimit = 4096;

}  // namespace

Result<SortedBatch> SortStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(RowKeys keys, keys_.Encode(*batch));
  if (limit_) return PrepareLimited(batch, keys);
  return SortedBatch::Make(batch, std::move(keys), context().poll);
}

Result<SortedBatch> SortStage::PrepareLimited(const BatchPtr& batch, const RowKeys& keys) const {
  return SortedBatch::MakeOf(batch, keys, bound_.Select(keys, *limit_), context().poll);
}

Status SortStage::Consume(SortedBatch batch) {
  if (batch.order.empty()) return Status::OK();
  if (limit_ && std::ssize(batch.order) == *limit_) {
    bound_.Lower(batch.keys.row(batch.order.back()));
  }
  ARROW_RETURN_NOT_OK(sort_.Add(std::move(batch)));
  if (limit_ && sort_.num_rows() > 2 * *limit_ + kRowsBesideLimit) ARROW_RETURN_NOT_OK(KeepFirst());
  grant_->Set(sort_.num_bytes());
  if (!grant_->has_to_shrink()) return Status::OK();
  ARROW_RETURN_NOT_OK(KeepFirst());
  ARROW_RETURN_NOT_OK(sort_.Spill());
  grant_->Set(0);
  return Status::OK();
}

Status SortStage::KeepFirst() {
  if (!limit_ || sort_.num_rows() <= *limit_) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const std::string last_key, sort_.KeepFirst(*limit_));
  bound_.Lower(last_key);
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
  ARROW_RETURN_NOT_OK(KeepFirst());
  // While the rows are put together, they are there twice.
  grant_->Set(2 * sort_.num_bytes());
  if (!sort_.has_spilled() && !grant_->has_to_shrink()) return StartMerge();
  ARROW_ASSIGN_OR_RAISE(merge_, sort_.Merge());
  grant_->Set(0);
  return Status::OK();
}

void SortStage::PushFromDisk() {
  int64_t num_left = limit_.value_or(std::numeric_limits<int64_t>::max());
  output_.PushStream(context(), [&]() -> Result<BatchPtr> {
    if (num_left == 0) return nullptr;
    ARROW_ASSIGN_OR_RAISE(BatchPtr rows, merge_->Next());
    if (rows == nullptr) return nullptr;
    if (rows->num_rows() > num_left) rows = rows->Slice(0, num_left);
    num_left -= rows->num_rows();
    return WithoutOrderKey(rows);
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
