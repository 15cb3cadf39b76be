#include "local/operators/aggregate_groups.h"

#include <arrow/compute/api.h>

#include <utility>

#include "base/out_of_memory.h"

namespace tarn::local {
namespace {

Result<std::shared_ptr<arrow::UInt32Array>> KeepGroups(
    const std::shared_ptr<arrow::UInt32Array>& groups, const arrow::BooleanArray& keep) {
  if (keep.true_count() == groups->length()) return groups;
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum kept, arrow::compute::Filter(groups, keep));
  return std::static_pointer_cast<arrow::UInt32Array>(kept.make_array());
}

}  // namespace

void CallError::Add(CallError other) {
  if (other.ok()) return;
  if (ok() || std::pair(other.batch, other.call) < std::pair(batch, call)) *this = std::move(other);
}

Result<std::unique_ptr<AggregateGroups>> AggregateGroups::Make(const StageContext& context,
                                                               const plan::Aggregate& aggregate,
                                                               int level, int num_parts) {
  std::unique_ptr<AggregateGroups> groups(new AggregateGroups(context, aggregate));
  ARROW_ASSIGN_OR_RAISE(
      groups->keys_,
      SpillingKeys::Make(TypesOf(aggregate.keys), /*keeps_keys=*/true, level, context.spill.get()));
  const AccumulatorContext accumulators{context.memory, context.spill.get(), context.poll,
                                        num_parts};
  for (const plan::AggregateCall& call : aggregate.calls) {
    ARROW_ASSIGN_OR_RAISE(auto accumulator, Accumulator::Make(call, accumulators));
    groups->accumulators_.push_back(
        std::make_unique<AccumulatorQueue>(context, std::move(accumulator)));
  }
  return groups;
}

Result<std::vector<GroupedRows>> AggregateGroups::RowsOf(
    std::vector<AggregateInput::Call> calls,
    const std::shared_ptr<arrow::UInt32Array>& groups) const {
  std::vector<GroupedRows> by_call;
  for (AggregateInput::Call& call : calls) {
    GroupedRows& rows = by_call.emplace_back();
    rows.args = std::move(call.args);
    rows.groups = groups;
    rows.num_groups = num_groups();
    if (call.keep != nullptr) {
      ARROW_ASSIGN_OR_RAISE(rows.groups, KeepGroups(groups, *call.keep));
    }
    if (rows.groups->null_count() == 0) continue;
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum known, arrow::compute::IsValid(rows.groups));
    ARROW_ASSIGN_OR_RAISE(
        rows, SelectRows(rows, static_cast<const arrow::BooleanArray&>(*known.make_array())));
  }
  return by_call;
}

Status AggregateGroups::Add(std::vector<GroupedRows> rows) {
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    ARROW_RETURN_NOT_OK(accumulators_[i]->status());
    accumulators_[i]->Add(std::move(rows[i]));
  }
  return Status::OK();
}

void AggregateGroups::Close(const std::function<void()>& on_end) {
  num_open_ = accumulators_.size() + 1;
  const auto on_one_end = [this, on_end] {
    if (--num_open_ == 0) on_end();
  };
  for (const auto& accumulator : accumulators_) accumulator->Close(on_one_end);
  on_one_end();
}

CallError AggregateGroups::error() const {
  CallError first;
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    first.Add({accumulators_[i]->num_consumed(), i, accumulators_[i]->status()});
  }
  return first;
}

void AggregateGroups::Consume(const std::vector<GroupedRows>& rows, int64_t batch,
                              CallError* error) {
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    error->Add({batch, i, accumulators_[i]->Consume(rows[i])});
  }
}

CallError AggregateGroups::ConsumeRest() {
  CallError first;
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    if (!accumulators_[i]->status().ok()) continue;
    CallError error{0, i, Status::OK()};
    error.status = CatchOutOfMemory(
        [&] { return accumulators_[i]->accumulator()->ConsumeRest(num_groups(), &error.batch); });
    first.Add(std::move(error));
  }
  return first;
}

int64_t AggregateGroups::num_bytes() const {
  int64_t num_bytes = keys_->num_bytes();
  for (const auto& accumulator : accumulators_) num_bytes += accumulator->num_bytes();
  return num_bytes;
}

Result<BatchPtr> AggregateGroups::Finish(const SchemaPtr& schema, CallError* error) {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, keys_->TakeKeys());
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    ARROW_RETURN_NOT_OK(context_.poll());
    Result<std::shared_ptr<arrow::Array>> column =
        accumulators_[i]->accumulator()->Finish(num_groups());
    if (!column.ok()) {
      error->Add({CallError::kAtEnd, i, column.status()});
      return nullptr;
    }
    if (!(*column)->type()->Equals(*aggregate_.calls[i].type)) {
      return Status::TypeError(aggregate_.calls[i].function->name, " returned ", *(*column)->type(),
                               " where the plan has ", *aggregate_.calls[i].type);
    }
    columns.push_back(*std::move(column));
  }
  return arrow::RecordBatch::Make(schema, num_groups(), std::move(columns));
}

}  // namespace tarn::local
