#include "local/operators/filter.h"

namespace tarn::local {

Result<BatchPtr> FilterOperator::Next() {
  while (true) {
    ARROW_ASSIGN_OR_RAISE(BatchPtr batch, input_->Next());
    if (batch == nullptr) return nullptr;
    ARROW_ASSIGN_OR_RAISE(batch, FilterRows(predicate_, batch));
    if (batch->num_rows() > 0) return batch;
  }
}

}  // namespace tarn::local
