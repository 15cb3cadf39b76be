#include "local/operators/aggregate.h"

#include <numeric>
#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

// By which it is judged how many groups there are.
constexpr int64_t kSampleRows = 1024;

// So many are not divided: a partition would have but a few of them.
constexpr uint32_t kFewGroups = 32;

}  // namespace

AggregateStage::AggregateStage(StageContext context, SchemaPtr schema,
                               const plan::Aggregate& aggregate, const ExprContext& expr_context,
                               PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      schema_(std::move(schema)),
      aggregate_(aggregate),
      exprs_(aggregate_, expr_context),
      output_(this->context().meter, std::move(next)),
      partitions_(
          std::make_unique<PartitionedGroups>(this->context(), aggregate_, exprs_, schema_)),
      grant_(this->context().memory) {}

Result<std::shared_ptr<AggregateStage>> AggregateStage::Make(StageContext context, SchemaPtr schema,
                                                             const plan::Aggregate& aggregate,
                                                             const ExprContext& expr_context,
                                                             PieceSinkPtr next) {
  std::shared_ptr<AggregateStage> stage(new AggregateStage(
      std::move(context), std::move(schema), aggregate, expr_context, std::move(next)));
  ARROW_ASSIGN_OR_RAISE(stage->groups_,
                        AggregateGroups::Make(stage->context(), stage->aggregate_, /*level=*/0));
  if (stage->aggregate_.keys.empty()) stage->mode_ = Mode::kTogether;
  return stage;
}

Result<AggregateRows> AggregateStage::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(AggregateInput input, exprs_.Evaluate(batch));
  if (mode_ != Mode::kPartitioned) return AggregateRows{std::move(input)};
  ARROW_ASSIGN_OR_RAISE(auto partitioned, PartitionedInput::Make(std::move(input)));
  return AggregateRows{{}, std::move(partitioned)};
}

// Judged by the first batch; which of the ways it is does not change the result.
Result<bool> AggregateStage::HaveFewGroups(const EncodedKeys& keys) const {
  if (aggregate_.calls.size() < 2 || keys.num_rows() < kSampleRows) return false;
  std::vector<int64_t> sample(kSampleRows);
  std::iota(sample.begin(), sample.end(), 0);
  ARROW_ASSIGN_OR_RAISE(const auto table, KeyTable::Make(TypesOf(aggregate_.keys)));
  ARROW_RETURN_NOT_OK(table->Insert(keys, sample).status());
  return table->num_keys() <= kFewGroups;
}

Status AggregateStage::Consume(AggregateRows rows) {
  if (mode_ == Mode::kUnknown) {
    ARROW_ASSIGN_OR_RAISE(const bool are_few, HaveFewGroups(rows.input.keys));
    mode_ = are_few ? Mode::kTogether : Mode::kPartitioned;
  }
  if (mode_ == Mode::kTogether) return ConsumeTogether(std::move(rows.input));
  if (rows.partitioned == nullptr) {
    ARROW_ASSIGN_OR_RAISE(rows.partitioned, PartitionedInput::Make(std::move(rows.input)));
  }
  return partitions_->Consume(rows.partitioned);
}

Status AggregateStage::ConsumeTogether(AggregateInput input) {
  const auto keyed = [&]() -> Result<BatchPtr> {
    ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOfBatch(num_batches_, input.batch->num_rows()));
    return AddOrderKey(input.batch, std::move(keys));
  };
  ARROW_ASSIGN_OR_RAISE(const auto groups, groups_->Number(input, keyed));
  ++num_batches_;
  ARROW_ASSIGN_OR_RAISE(auto rows, groups_->RowsOf(std::move(input.calls), groups));
  ARROW_RETURN_NOT_OK(groups_->Add(std::move(rows)));
  grant_.Set(groups_->num_bytes());
  if (grant_.has_to_shrink()) groups_->Freeze();
  return Status::OK();
}

void AggregateStage::Finish(Status status) {
  if (mode_ == Mode::kPartitioned) {
    return partitions_->Close(std::move(status), [this] {
      const SelfTime::Scope scope(context().meter->time(), SelfTime::Threads::kOne);
      partitions_->Push(output_);
    });
  }
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
  NumberedRuns runs(schema_, context().spill.get(), context().poll);
  const Status status = CatchOutOfMemory([&] { return ProcessSpilled(std::move(error), &runs); });
  if (!status.ok()) return output_.End(status);
  output_.PushStream(context(), [&] { return runs.Next(); });
}

// Also where an error is known: one of the rows on disk may come before it.
Status AggregateStage::ProcessSpilled(CallError error, NumberedRuns* runs) {
  if (input_status_.IsCancelled()) return input_status_;
  if (error.ok() && input_status_.ok()) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, groups_->Finish(schema_, &error));
    if (batch != nullptr) ARROW_RETURN_NOT_OK(runs->AddFirst(batch));
  }
  ARROW_ASSIGN_OR_RAISE(auto parts, groups_->TakeSpilled());
  groups_ = nullptr;
  grant_.Set(0);
  SpilledGroups spilled(context(), aggregate_, exprs_, schema_, runs);
  ARROW_RETURN_NOT_OK(spilled.Process(std::move(parts)));
  error.Add(spilled.error());
  if (error.batch != CallError::kAtEnd) return error.status;
  ARROW_RETURN_NOT_OK(input_status_);
  return error.status;
}

}  // namespace tarn::local
