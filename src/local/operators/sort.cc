#include "local/operators/sort.h"

#include <arrow/array.h>

#include "local/batch/gather.h"
#include "rows/row_sort.h"

namespace tarn::local {

Result<BatchPtr> SortOperator::Next() {
  if (input_ != nullptr) ARROW_RETURN_NOT_OK(Sort());
  if (position_ >= order_->length()) return nullptr;
  const auto rows = order_->Slice(position_, kBatchRows);
  position_ += rows->length();
  return TakeRows(rows_, rows);
}

Status SortOperator::Sort() {
  ARROW_ASSIGN_OR_RAISE(rows_, DrainToOne(input_.get(), poll_));
  input_ = nullptr;
  std::vector<int64_t> order;
  if (rows_->num_rows() > 0) {
    ARROW_ASSIGN_OR_RAISE(const RowKeys keys, keys_.Encode(*rows_, poll_));
    ARROW_ASSIGN_OR_RAISE(order, SortRows(keys, poll_));
  }
  order_ = std::make_shared<arrow::Int64Array>(rows_->num_rows(),
                                               arrow::Buffer::FromVector(std::move(order)));
  return Status::OK();
}

}  // namespace tarn::local
