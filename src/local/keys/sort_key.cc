#include "local/keys/sort_key.h"

#include "local/batch/encoding.h"

namespace tarn::local {

SortKeys::SortKeys(const std::vector<plan::SortKey>& keys, const ExprContext& context) {
  for (const plan::SortKey& key : keys) {
    exprs_.emplace_back(key.expr, context);
    orders_.push_back({key.descending, key.nulls_first});
  }
}

Result<RowKeys> SortKeys::Encode(const arrow::RecordBatch& batch, const Poll& poll) const {
  arrow::ArrayVector columns;
  for (const CompiledExpr& expr : exprs_) {
    ARROW_RETURN_NOT_OK(poll());
    ARROW_ASSIGN_OR_RAISE(const auto column, expr.Evaluate(batch));
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), Flatten(column));
  }
  return EncodeRowKeys(columns, orders_, batch.num_rows());
}

}  // namespace tarn::local
