#include "local/operators/one_row.h"

namespace tarn::local {

Result<BatchPtr> OneRowOperator::Next() {
  if (done_) return nullptr;
  done_ = true;
  return arrow::RecordBatch::Make(schema(), 1, arrow::ArrayVector{});
}

}  // namespace tarn::local
