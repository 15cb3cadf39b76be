#include "local/operators/top_row.h"

#include "local/operators/best_rows.h"
#include "local/operators/key_table.h"
#include "local/operators/sort_key.h"

namespace tarn::local {

Result<BatchPtr> TopRowOperator::Next() {
  if (input_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(BatchPtr rows, TopRows());
    output_ = Slicer(std::move(rows));
    input_ = nullptr;
  }
  return output_.Next();
}

Result<BatchPtr> TopRowOperator::TopRows() {
  ARROW_ASSIGN_OR_RAISE(auto partitions, KeyTable::Make(TypesOf(top_row_.partition_by)));
  BestRows best(schema(), BestRows::Ties::kFirst);
  bool any = false;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, input_->Next());
    if (batch == nullptr) break;
    any = true;
    ARROW_ASSIGN_OR_RAISE(const auto keys, EvaluateKeys(top_row_.partition_by, *batch));
    ARROW_ASSIGN_OR_RAISE(const auto groups, partitions->Insert(keys, batch->num_rows()));
    ARROW_ASSIGN_OR_RAISE(const RowKeys sort_keys, EncodeSortKeys(top_row_.order_by, *batch));
    ARROW_RETURN_NOT_OK(best.Consume(batch, sort_keys, *groups, partitions->num_keys()));
  }
  return best.Finish(any ? partitions->num_keys() : 0);
}

}  // namespace tarn::local
