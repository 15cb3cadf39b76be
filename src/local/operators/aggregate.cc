#include "local/operators/aggregate.h"

#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

AggregateStage::AggregateStage(StageContext context, SchemaPtr schema,
                               const plan::Aggregate& aggregate, const ExprContext& expr_context,
                               PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      schema_(std::move(schema)),
      aggregate_(aggregate),
      exprs_(aggregate_, expr_context),
      output_(this->context().meter, std::move(next)),
      grant_(this->context().memory) {}

Result<std::shared_ptr<AggregateStage>> AggregateStage::Make(StageContext context, SchemaPtr schema,
                                                             const plan::Aggregate& aggregate,
                                                             const ExprContext& expr_context,
                                                             PieceSinkPtr next) {
  std::shared_ptr<AggregateStage> stage(new AggregateStage(
      std::move(context), std::move(schema), aggregate, expr_context, std::move(next)));
  ARROW_ASSIGN_OR_RAISE(stage->groups_,
                        AggregateGroups::Make(stage->context(), stage->aggregate_, /*level=*/0));
  return stage;
}

Status AggregateStage::Consume(AggregateInput input) {
  const auto keyed = [&]() -> Result<BatchPtr> {
    ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOfBatch(num_batches_, input.batch->num_rows()));
    return AddOrderKey(input.batch, std::move(keys));
  };
  ARROW_ASSIGN_OR_RAISE(const auto groups, groups_->Number(input, keyed));
  ++num_batches_;
  ARROW_ASSIGN_OR_RAISE(auto rows, groups_->RowsOf(std::move(input), groups));
  ARROW_RETURN_NOT_OK(groups_->Add(std::move(rows)));
  grant_.Set(groups_->num_bytes());
  if (grant_.has_to_shrink()) groups_->Freeze();
  return Status::OK();
}

void AggregateStage::Finish(Status status) {
  input_status_ = std::move(status);
  groups_->Close([this] { FinishOutput(); });
}

void AggregateStage::FinishOutput() {
  const SelfTime::Scope scope(context().meter->time());
  CallError error = groups_->error();
  error.Add(groups_->ConsumeRest());
  if (groups_->has_spilled()) {
    PushSpilled(std::move(error));
  } else {
    PushGroups(std::move(error));
  }
  groups_ = nullptr;
  grant_.Set(0);
}

void AggregateStage::PushGroups(CallError error) {
  output_.PushSliced(context(), CatchingOutOfMemory([&]() -> Result<BatchPtr> {
                       // A function's error is one of rows before that of the input.
                       ARROW_RETURN_NOT_OK(error.status);
                       ARROW_RETURN_NOT_OK(input_status_);
                       ARROW_ASSIGN_OR_RAISE(BatchPtr batch, groups_->Finish(schema_, &error));
                       ARROW_RETURN_NOT_OK(error.status);
                       return batch;
                     }));
}

void AggregateStage::PushSpilled(CallError error) {
  SpilledGroups spilled(context(), aggregate_, exprs_, schema_);
  const Status status =
      CatchOutOfMemory([&] { return ProcessSpilled(std::move(error), &spilled); });
  if (!status.ok()) return output_.End(status);
  output_.PushStream(context(), [&] { return spilled.Next(); });
}

// Also where an error is known: one of the rows on disk may come before it.
Status AggregateStage::ProcessSpilled(CallError error, SpilledGroups* spilled) {
  if (input_status_.IsCancelled()) return input_status_;
  if (error.ok() && input_status_.ok()) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, groups_->Finish(schema_, &error));
    if (batch != nullptr) ARROW_RETURN_NOT_OK(spilled->AddFirst(batch));
  }
  ARROW_ASSIGN_OR_RAISE(auto parts, groups_->TakeSpilled());
  groups_ = nullptr;
  grant_.Set(0);
  ARROW_RETURN_NOT_OK(spilled->Process(std::move(parts)));
  error.Add(spilled->error());
  if (error.batch != CallError::kAtEnd) return error.status;
  ARROW_RETURN_NOT_OK(input_status_);
  return error.status;
}

}  // namespace tarn::local
