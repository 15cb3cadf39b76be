#include "local/operators/top_row.h"

#include "local/keys/best_rows.h"

namespace tarn::local {

Result<BatchPtr> TopRowOperator::Compute(Operator* input) {
  ARROW_ASSIGN_OR_RAISE(auto partitions, KeyTable::Make(keys_.partition_types));
  BestRows best(schema(), BestRows::Ties::kFirst, poll());
  bool any = false;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, input->Next());
    if (batch == nullptr) break;
    any = true;
    ARROW_ASSIGN_OR_RAISE(const auto keys, EvaluateKeys(keys_.partition_by, *batch));
    ARROW_ASSIGN_OR_RAISE(const auto groups, partitions->Insert(keys, batch->num_rows()));
    ARROW_ASSIGN_OR_RAISE(const RowKeys sort_keys, keys_.order_by.Encode(*batch));
    ARROW_RETURN_NOT_OK(best.Consume(batch, sort_keys, *groups, partitions->num_keys()));
  }
  return best.Finish(any ? partitions->num_keys() : 0);
}

}  // namespace tarn::local
