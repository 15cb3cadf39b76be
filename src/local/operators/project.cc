#include "local/operators/project.h"

#include "local/evaluate.h"

namespace tarn::local {

Result<BatchPtr> ProjectOperator::Next() {
  ARROW_ASSIGN_OR_RAISE(BatchPtr batch, input_->Next());
  if (batch == nullptr) return nullptr;
  arrow::ArrayVector columns;
  columns.reserve(exprs_.size());
  for (const plan::ExprPtr& expr : exprs_) {
    ARROW_ASSIGN_OR_RAISE(auto column, EvaluateToArray(*expr, *batch));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema(), batch->num_rows(), std::move(columns));
}

}  // namespace tarn::local
