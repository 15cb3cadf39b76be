#include "local/operators/select_columns.h"

namespace tarn::local {

Status SelectColumnsStage::Process(const BatchPtr& batch, const Emit& emit) const {
  arrow::ArrayVector columns;
  for (const int column : columns_) columns.push_back(batch->column(column));
  return emit(arrow::RecordBatch::Make(schema_, batch->num_rows(), std::move(columns)));
}

}  // namespace tarn::local
