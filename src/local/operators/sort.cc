#include "local/operators/sort.h"

#include <numeric>

namespace tarn::local {

Result<BatchPtr> SortOperator::Next() {
  if (input_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(BatchPtr sorted, Sorted());
    output_ = Slicer(std::move(sorted));
    input_ = nullptr;
  }
  return output_.Next();
}

Result<BatchPtr> SortOperator::Sorted() {
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, DrainToOne(input_.get()));
  if (rows->num_rows() == 0 || keys_.empty()) return rows;
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, keys_.Encode(*rows));
  std::vector<int64_t> order(rows->num_rows());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t left, int64_t right) { return keys.row(left) < keys.row(right); });
  return TakeRows(rows, std::make_shared<arrow::Int64Array>(
                            rows->num_rows(), arrow::Buffer::FromVector(std::move(order))));
}

}  // namespace tarn::local
