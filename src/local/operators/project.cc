#include "local/operators/project.h"

namespace tarn::local {

Result<BatchPtr> ProjectOperator::Next() {
  if (rest_.empty()) {
    ARROW_ASSIGN_OR_RAISE(BatchPtr batch, input_->Next());
    if (batch == nullptr) return nullptr;
    rest_.push_back(std::move(batch));
  }
  while (true) {
    const BatchPtr batch = std::move(rest_.back());
    rest_.pop_back();
    Result<BatchPtr> projected = Project(*batch);
    const int64_t half = batch->num_rows() / 2;
    if (half == 0 || !projected.status().IsCapacityError()) return projected;
    rest_.push_back(batch->Slice(half));
    rest_.push_back(batch->Slice(0, half));
  }
}

Result<BatchPtr> ProjectOperator::Project(const arrow::RecordBatch& batch) const {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, EvaluateAll(exprs_, batch));
  return arrow::RecordBatch::Make(schema(), batch.num_rows(), std::move(columns));
}

}  // namespace tarn::local
