#include "local/operators/top_row.h"

#include "local/keys/best_rows.h"

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
  ARROW_ASSIGN_OR_RAISE(auto partitions, KeyTable::Make(partition_types_));
  BestRows best(schema(), BestRows::Ties::kFirst, poll_);
  bool any = false;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, input_->Next());
    if (batch == nullptr) break;
    any = true;
    ARROW_ASSIGN_OR_RAISE(const auto keys, EvaluateKeys(partition_by_, *batch));
    ARROW_ASSIGN_OR_RAISE(const auto groups, partitions->Insert(keys, batch->num_rows()));
    ARROW_ASSIGN_OR_RAISE(const RowKeys sort_keys, order_by_.Encode(*batch));
    ARROW_RETURN_NOT_OK(best.Consume(batch, sort_keys, *groups, partitions->num_keys()));
  }
  return best.Finish(any ? partitions->num_keys() : 0);
}

}  // namespace tarn::local
