#include "local/operators/top_row.h"

#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

Result<std::shared_ptr<TopRowStage>> TopRowStage::Make(StageContext context, SchemaPtr schema,
                                                       const plan::TopRow& top_row,
                                                       const ExprContext& expr_context,
                                                       PieceSinkPtr next) {
  std::shared_ptr<TopRowStage> stage(new TopRowStage(std::move(context), std::move(schema), top_row,
                                                     expr_context, std::move(next)));
  ARROW_ASSIGN_OR_RAISE(stage->partitions_, stage->MakePartitions(/*level=*/0));
  return stage;
}

Result<TopRowStage::Partitions> TopRowStage::MakePartitions(int level) const {
  Partitions partitions;
  ARROW_ASSIGN_OR_RAISE(partitions.keys,
                        SpillingKeys::Make(keys_.partition_types, /*keeps_keys=*/false, level,
                                           context().spill.get()));
  partitions.best = std::make_unique<BestRows>(schema_, BestRows::Ties::kFirst, context().poll);
  return partitions;
}

Result<PartitionedRows> TopRowStage::Prepare(const BatchPtr& batch) const {
  PartitionedRows rows;
  rows.batch = batch;
  ARROW_ASSIGN_OR_RAISE(rows.partition_keys, EncodeKeys(keys_.partition_by, *batch));
  ARROW_ASSIGN_OR_RAISE(rows.sort_keys, keys_.order_by.Encode(*batch));
  return rows;
}

Status TopRowStage::Consume(PartitionedRows rows) {
  const auto keyed = [&]() -> Result<BatchPtr> {
    ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOfBatch(num_batches_, rows.batch->num_rows()));
    return AddOrderKey(rows.batch, std::move(keys));
  };
  ARROW_ASSIGN_OR_RAISE(const auto numbers, partitions_.keys->Insert(rows.partition_keys, keyed));
  ++num_batches_;
  ARROW_RETURN_NOT_OK(partitions_.best->Consume(rows.batch, rows.sort_keys, *numbers,
                                                partitions_.keys->num_keys()));
  grant_.Set(partitions_.num_bytes());
  if (grant_.has_to_shrink()) partitions_.keys->Freeze();
  return Status::OK();
}

void TopRowStage::Finish(Status status) {
  if (!status.ok()) {
    output_.End(status);
  } else if (partitions_.keys->has_spilled()) {
    PushSpilled();
  } else {
    const uint32_t num_partitions = num_batches_ > 0 ? partitions_.keys->num_keys() : 0;
    output_.PushSliced(
        context(), CatchingOutOfMemory([&] { return partitions_.best->Finish(num_partitions); }));
  }
  partitions_ = {};
  grant_.Set(0);
}

void TopRowStage::PushSpilled() {
  NumberedRuns output(schema_, context().spill.get(), context().poll);
  const Status status = CatchOutOfMemory([&] { return ProcessSpilled(&output); });
  if (!status.ok()) return output_.End(status);
  output_.PushStream(context(), [&] { return output.Next(); });
}

Status TopRowStage::ProcessSpilled(NumberedRuns* output) {
  {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr rows,
                          partitions_.best->Finish(partitions_.keys->num_keys()));
    ARROW_RETURN_NOT_OK(output->AddFirst(rows));
  }
  ARROW_ASSIGN_OR_RAISE(auto parts, partitions_.keys->TakeSpilled());
  partitions_ = {};
  grant_.Set(0);
  return ProcessParts(std::move(parts), context().poll, &grant_,
                      [&](const SpilledPart& part) { return ProcessPart(part, output); });
}

Result<std::vector<SpilledPart>> TopRowStage::ProcessPart(const SpilledPart& part,
                                                          NumberedRuns* output) {
  ARROW_ASSIGN_OR_RAISE(const Partitions partitions, MakePartitions(part.level));
  std::vector<int64_t> first;  // by partition: number of its first row
  for (size_t i = 0; i < part.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, part.rows.Read(i));
    ARROW_ASSIGN_OR_RAISE(const PartitionedRows rows, Prepare(WithoutOrderKey(batch)));
    ARROW_ASSIGN_OR_RAISE(const auto numbers,
                          partitions.keys->Insert(rows.partition_keys, [&] { return batch; }));
    AddFirstNumbers(*batch, *numbers, &first);
    ARROW_RETURN_NOT_OK(partitions.best->Consume(rows.batch, rows.sort_keys, *numbers,
                                                 partitions.keys->num_keys()));
    grant_.Set(partitions.num_bytes() + static_cast<int64_t>(first.capacity() * sizeof(int64_t)));
    if (grant_.has_to_shrink()) partitions.keys->Freeze();
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, partitions.best->Finish(partitions.keys->num_keys()));
  ARROW_RETURN_NOT_OK(output->Add(rows, first));
  return partitions.keys->TakeSpilled();
}

}  // namespace tarn::local
