#include "local/operators/aggregate.h"

#include <arrow/compute/api.h>

#include <limits>

namespace tarn::local {
namespace {

Result<std::shared_ptr<arrow::Array>> KeepValues(const std::shared_ptr<arrow::Array>& values,
                                                 const arrow::BooleanArray& keep) {
  if (keep.true_count() == values->length()) return values;
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum kept, arrow::compute::Filter(values, keep));
  return kept.make_array();
}

Result<BatchPtr> KeepRows(const arrow::RecordBatch& batch, const arrow::BooleanArray& keep) {
  arrow::ArrayVector columns;
  for (const auto& column : batch.columns()) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), KeepValues(column, keep));
  }
  return arrow::RecordBatch::Make(batch.schema(), keep.true_count(), std::move(columns));
}

}  // namespace

AggregateStage::AggregateStage(StageContext context, SchemaPtr schema,
                               const plan::Aggregate& aggregate, const ExprContext& expr_context,
                               PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      schema_(std::move(schema)),
      aggregate_(aggregate),
      keys_(CompileAll(aggregate_.keys, expr_context)),
      output_(this->context().meter, std::move(next)) {
  for (const plan::AggregateCall& call : aggregate_.calls) {
    Call& compiled = calls_.emplace_back();
    compiled.args = CompileAll(call.args, expr_context);
    if (call.filter != nullptr) compiled.filter.emplace(call.filter, expr_context);
  }
}

Result<std::shared_ptr<AggregateStage>> AggregateStage::Make(StageContext context, SchemaPtr schema,
                                                             const plan::Aggregate& aggregate,
                                                             const ExprContext& expr_context,
                                                             PieceSinkPtr next) {
  std::shared_ptr<AggregateStage> stage(new AggregateStage(
      std::move(context), std::move(schema), aggregate, expr_context, std::move(next)));
  ARROW_ASSIGN_OR_RAISE(stage->groups_,
                        KeyTable::Make(TypesOf(aggregate.keys), /*keeps_keys=*/true));
  for (const plan::AggregateCall& call : stage->aggregate_.calls) {
    ARROW_ASSIGN_OR_RAISE(auto accumulator, Accumulator::Make(call));
    stage->accumulators_.push_back(
        std::make_unique<AccumulatorQueue>(stage->context(), std::move(accumulator)));
  }
  return stage;
}

Result<AggregateInput> AggregateStage::Prepare(const BatchPtr& batch) const {
  AggregateInput input;
  ARROW_ASSIGN_OR_RAISE(input.keys, EncodeKeys(keys_, *batch));
  for (const Call& call : calls_) {
    ARROW_ASSIGN_OR_RAISE(auto evaluated, Evaluate(call, batch));
    input.calls.push_back(std::move(evaluated));
  }
  return input;
}

// The arguments of rows that the filter drops are not evaluated: they may be errors.
Result<AggregateInput::Call> AggregateStage::Evaluate(const Call& call,
                                                      const BatchPtr& batch) const {
  AggregateInput::Call evaluated;
  BatchPtr kept = batch;
  if (call.filter.has_value()) {
    ARROW_ASSIGN_OR_RAISE(const auto keep, call.filter->Evaluate(*batch));
    evaluated.keep = std::static_pointer_cast<arrow::BooleanArray>(keep);
    ARROW_ASSIGN_OR_RAISE(kept, KeepRows(*batch, *evaluated.keep));
  }
  ARROW_ASSIGN_OR_RAISE(evaluated.args, EvaluateAll(call.args, *kept));
  return evaluated;
}

Status AggregateStage::Consume(AggregateInput input) {
  ARROW_ASSIGN_OR_RAISE(const auto groups, groups_->Insert(input.keys));
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    GroupedRows rows;
    rows.args = std::move(input.calls[i].args);
    rows.groups = groups;
    rows.num_groups = groups_->num_keys();
    if (input.calls[i].keep != nullptr) {
      ARROW_ASSIGN_OR_RAISE(const auto kept, KeepValues(groups, *input.calls[i].keep));
      rows.groups = std::static_pointer_cast<arrow::UInt32Array>(kept);
    }
    ARROW_RETURN_NOT_OK(accumulators_[i]->status());
    accumulators_[i]->Add(std::move(rows));
  }
  return Status::OK();
}

void AggregateStage::Finish(Status status) {
  input_status_ = std::move(status);
  num_open_ = accumulators_.size() + 1;
  const auto on_end = [this] {
    if (--num_open_ == 0) FinishOutput();
  };
  for (const auto& accumulator : accumulators_) accumulator->Close(on_end);
  on_end();
}

void AggregateStage::FinishOutput() {
  const SelfTime::Scope scope(context().meter->time());
  const Status status = FirstError();
  if (!status.ok()) {
    output_.End(status);
  } else {
    output_.PushSliced(context(), CatchingOutOfMemory([&] { return Aggregated(); }));
  }
  groups_ = nullptr;
  accumulators_.clear();
}

// By batch, then by function.
Status AggregateStage::FirstError() {
  Status first = input_status_;
  int64_t num_consumed = std::numeric_limits<int64_t>::max();
  for (const auto& accumulator : accumulators_) {
    Status status = accumulator->status();
    if (status.ok() || accumulator->num_consumed() >= num_consumed) continue;
    num_consumed = accumulator->num_consumed();
    first = std::move(status);
  }
  return first;
}

Result<BatchPtr> AggregateStage::Aggregated() {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, groups_->Keys());
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(auto column,
                          accumulators_[i]->accumulator()->Finish(groups_->num_keys()));
    if (!column->type()->Equals(*aggregate_.calls[i].type)) {
      return Status::TypeError(aggregate_.calls[i].function->name, " returned ", *column->type(),
                               " where the plan has ", *aggregate_.calls[i].type);
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema_, groups_->num_keys(), std::move(columns));
}

}  // namespace tarn::local
