#include "local/spill/spilled_rows.h"

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"

namespace tarn::local {

Status SpilledRows::Append(const BatchPtr& rows) {
  if (rows->num_rows() == 0) return Status::OK();
  // What is written is flat: so much is to be read at once.
  ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, FlattenBatch(rows));
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*batch));
  num_rows_ += batch->num_rows();
  if (num_bytes < batch_bytes_ / 2) {
    pending_.push_back(batch);
    pending_bytes_ += num_bytes;
    return pending_bytes_ < batch_bytes_ ? Status::OK() : Flush();
  }
  ARROW_RETURN_NOT_OK(Flush());
  const int64_t num_slices = num_bytes / batch_bytes_ + 1;
  const int64_t rows_per_slice = std::max<int64_t>(1, batch->num_rows() / num_slices);
  for (int64_t row = 0; row < batch->num_rows(); row += rows_per_slice) {
    ARROW_RETURN_NOT_OK(Write(batch->Slice(row, rows_per_slice)));
  }
  return Status::OK();
}

Status SpilledRows::Flush() {
  if (pending_.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, Concatenate(schema_, std::exchange(pending_, {})));
  pending_bytes_ = 0;
  return Write(batch);
}

Status SpilledRows::Write(const BatchPtr& batch) {
  ARROW_ASSIGN_OR_RAISE(SpilledBatch spilled, store_->Write(*batch));
  batches_.push_back(std::move(spilled));
  return Status::OK();
}

Result<BatchPtr> SpilledReader::Next() {
  if (next_ == rows_.num_batches()) return nullptr;
  ARROW_ASSIGN_OR_RAISE(BatchPtr batch, rows_.Read(next_));
  rows_.Free(next_++);
  return batch;
}

}  // namespace tarn::local
