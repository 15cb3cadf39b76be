#include "local/operators/limit.h"

namespace tarn::local {

Result<BatchPtr> LimitOperator::Next() {
  if (num_rows_left_ <= 0) {
    input_ = nullptr;
    return nullptr;
  }
  ARROW_ASSIGN_OR_RAISE(BatchPtr batch, input_->Next());
  if (batch == nullptr) return nullptr;
  if (batch->num_rows() > num_rows_left_) batch = batch->Slice(0, num_rows_left_);
  num_rows_left_ -= batch->num_rows();
  return batch;
}

}  // namespace tarn::local
