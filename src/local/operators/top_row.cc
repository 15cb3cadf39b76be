#include "local/operators/top_row.h"

namespace tarn::local {

Result<std::shared_ptr<TopRowStage>> TopRowStage::Make(StageContext context, SchemaPtr schema,
                                                       const plan::TopRow& top_row,
                                                       const ExprContext& expr_context,
                                                       PieceSinkPtr next) {
  std::shared_ptr<TopRowStage> stage(new TopRowStage(std::move(context), std::move(schema), top_row,
                                                     expr_context, std::move(next)));
  ARROW_ASSIGN_OR_RAISE(stage->partitions_, KeyTable::Make(stage->keys_.partition_types));
  return stage;
}

Result<PartitionedRows> TopRowStage::Prepare(const BatchPtr& batch) const {
  PartitionedRows rows;
  rows.batch = batch;
  ARROW_ASSIGN_OR_RAISE(rows.partition_keys, EncodeKeys(keys_.partition_by, *batch));
  ARROW_ASSIGN_OR_RAISE(rows.sort_keys, keys_.order_by.Encode(*batch));
  return rows;
}

Status TopRowStage::Consume(PartitionedRows rows) {
  has_rows_ = true;
  ARROW_ASSIGN_OR_RAISE(const auto groups, partitions_->Insert(rows.partition_keys));
  return best_->Consume(rows.batch, rows.sort_keys, *groups, partitions_->num_keys());
}

void TopRowStage::Finish(Status status) {
  const uint32_t num_partitions = has_rows_ ? partitions_->num_keys() : 0;
  if (!status.ok()) {
    output_.End(status);
  } else {
    output_.PushSliced(context(),
                       CatchingOutOfMemory([&] { return best_->Finish(num_partitions); }));
  }
  best_ = nullptr;
  partitions_ = nullptr;
}

}  // namespace tarn::local
