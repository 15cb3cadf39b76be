#include "local/operators/union_all.h"

namespace tarn::local {

Result<BatchPtr> UnionAllOperator::Next() {
  for (; position_ < inputs_.size(); ++position_) {
    ARROW_ASSIGN_OR_RAISE(BatchPtr batch, inputs_[position_]->Next());
    if (batch != nullptr) {
      return arrow::RecordBatch::Make(schema(), batch->num_rows(), batch->columns());
    }
    inputs_[position_] = nullptr;
  }
  return nullptr;
}

}  // namespace tarn::local
