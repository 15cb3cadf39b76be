#include "local/operators/stream_input.h"

namespace tarn::local {

Result<BatchPtr> StreamInputOperator::Next() {
  ARROW_ASSIGN_OR_RAISE(BatchPtr batch, stream_->Next(reader_));
  if (batch == nullptr) return batch;
  arrow::ArrayVector columns;
  for (int column : columns_) columns.push_back(batch->column(column));
  return arrow::RecordBatch::Make(schema(), batch->num_rows(), std::move(columns));
}

}  // namespace tarn::local
