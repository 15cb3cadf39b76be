#include "local/operators/sort_key.h"

#include "local/evaluate.h"

namespace tarn::local {

Result<RowKeys> EncodeSortKeys(const std::vector<plan::SortKey>& keys,
                               const arrow::RecordBatch& batch) {
  arrow::ArrayVector columns;
  std::vector<KeyOrder> orders;
  for (const plan::SortKey& key : keys) {
    ARROW_ASSIGN_OR_RAISE(auto column, EvaluateToArray(*key.expr, batch));
    columns.push_back(std::move(column));
    orders.push_back({key.descending, key.nulls_first});
  }
  return EncodeRowKeys(columns, orders, batch.num_rows());
}

}  // namespace tarn::local
