#include "local/operators/project.h"

namespace tarn::local {

Status ProjectStage::Process(const BatchPtr& batch, const Emit& emit) const {
  Result<BatchPtr> projected = Project(*batch);
  const int64_t half = batch->num_rows() / 2;
  if (half == 0 || !projected.status().IsCapacityError()) {
    ARROW_RETURN_NOT_OK(projected.status());
    return emit(*std::move(projected));
  }
  ARROW_RETURN_NOT_OK(Process(batch->Slice(0, half), emit));
  return Process(batch->Slice(half), emit);
}

Result<BatchPtr> ProjectStage::Project(const arrow::RecordBatch& batch) const {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, EvaluateAll(exprs_, batch));
  return arrow::RecordBatch::Make(schema_, batch.num_rows(), std::move(columns));
}

}  // namespace tarn::local
