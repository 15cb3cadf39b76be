#include "local/operators/filter.h"

namespace tarn::local {

Status FilterStage::Process(const BatchPtr& batch, const Emit& emit) const {
  ARROW_ASSIGN_OR_RAISE(const BatchPtr output, batch->SelectColumns(columns_));
  ARROW_ASSIGN_OR_RAISE(BatchPtr passed, FilterRows(predicate_, *batch, output));
  return emit(std::move(passed));
}

}  // namespace tarn::local
