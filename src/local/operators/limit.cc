#include "local/operators/limit.h"

#include <algorithm>

namespace tarn::local {

void LimitStage::Start() {
  output_.SetNumPieces(1);
  FinishIfClosed();
}

Status LimitStage::Consume(BatchPtr batch) {
  const int64_t num_skipped = std::min(num_to_skip_, batch->num_rows());
  num_to_skip_ -= num_skipped;
  if (num_skipped == batch->num_rows()) return Status::OK();
  batch = batch->Slice(num_skipped);
  if (batch->num_rows() > num_rows_left_) batch = batch->Slice(0, num_rows_left_);
  num_rows_left_ -= batch->num_rows();
  if (num_rows_left_ == 0) Close();
  output_.Push(0, std::move(batch));
  return Status::OK();
}

void LimitStage::Finish(Status status) {
  if (!status.ok()) output_.Push(0, std::move(status));
  output_.Complete(0);
}

}  // namespace tarn::local
