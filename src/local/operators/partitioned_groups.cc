#include "local/operators/partitioned_groups.h"

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "local/operators/spilled_groups.h"
#include "local/spill/order_key.h"

namespace tarn::local {

PartitionedGroups::PartitionedGroups(const StageContext& context, const plan::Aggregate& aggregate,
                                     const AggregateExprs& exprs, SchemaPtr schema)
    : context_(context),
      aggregate_(aggregate),
      exprs_(exprs),
      schema_(std::move(schema)),
      lanes_(Lanes::Make(context, kNumPartitions)),
      grant_(context.memory, kNumPartitions) {}

Status PartitionedGroups::Consume(const std::shared_ptr<const PartitionedInput>& input) {
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*input->batch()));
  lanes_->Add(input->partitions().numbers(), num_bytes,
              [this, batch = num_batches_++, input](int partition) {
                return ConsumeRows(partition, batch, *input);
              });
  return lanes_->status();
}

// A function's error is one of its batch: of this one, other partitions are consumed as well.
Status PartitionedGroups::ConsumeRows(int partition, int64_t batch, const PartitionedInput& input) {
  Partition& state = partitions_[partition];
  if (state.groups == nullptr) {
    ARROW_ASSIGN_OR_RAISE(state.groups,
                          AggregateGroups::Make(context_, aggregate_, /*level=*/0, kNumPartitions));
  }
  if (is_frozen_) state.groups->Freeze();
  const std::span<const int64_t> rows = input.partitions().rows(partition);
  ARROW_ASSIGN_OR_RAISE(
      const auto groups,
      state.groups->Number(input.keys(), rows, RowsOfBatch(input.batch(), batch, rows)));
  AddFirstNumbers(
      *groups, [&](int64_t i) { return NumberOfRow(batch, rows[i]); }, &state.first);
  state.batches.push_back(batch);
  ARROW_ASSIGN_OR_RAISE(const auto by_call, state.groups->RowsOf(input.CallsOf(partition), groups));
  state.groups->Consume(by_call, batch, &state.error);
  if (grant_.Set(partition, state.num_bytes())) is_frozen_ = true;
  return state.error.status;
}

void PartitionedGroups::Close(Status input, std::function<void()> on_end) {
  input_status_ = std::move(input);
  on_end_ = std::move(on_end);
  lanes_->Close([this] { FinishPartitions(); });
}

// Also where an error is known: one of the rows on disk may come before it.
void PartitionedGroups::FinishPartitions() {
  if (input_status_.IsCancelled()) return End(input_status_);
  std::vector<int> numbers;
  bool has_spilled = false;
  for (int i = 0; i < kNumPartitions; ++i) {
    if (partitions_[i].groups == nullptr) continue;
    numbers.push_back(i);
    has_spilled = has_spilled || partitions_[i].groups->has_spilled();
  }
  if (has_spilled) {
    runs_ = std::make_unique<NumberedRuns>(schema_, context_.spill.get(), context_.poll);
  }
  Lanes::Run(
      context_, numbers, [this](int partition) { return FinishPartition(partition); },
      [this, numbers](Status status) {
        status.ok() && runs_ != nullptr ? ProcessSpilled(numbers) : End(std::move(status));
      });
}

Status PartitionedGroups::FinishPartition(int partition) {
  Partition& state = partitions_[partition];
  CallError rest = state.groups->ConsumeRest();
  if (!rest.ok()) rest.batch = state.batches[rest.batch];
  state.error.Add(std::move(rest));
  if (state.error.ok() && input_status_.ok()) {
    ARROW_ASSIGN_OR_RAISE(state.finished, state.groups->Finish(schema_, &state.error));
  }
  if (runs_ != nullptr) {
    const BatchPtr rows = std::exchange(state.finished, nullptr);
    if (rows != nullptr) ARROW_RETURN_NOT_OK(runs_->Add(rows, state.first));
    state.first = std::vector<int64_t>();
    ARROW_ASSIGN_OR_RAISE(state.on_disk, state.groups->TakeSpilled());
  }
  state.groups = nullptr;
  grant_.Set(partition, 0);
  return Status::OK();
}

// When no partition holds anything any more.
void PartitionedGroups::ProcessSpilled(const std::vector<int>& partitions) {
  Lanes::Run(
      context_, partitions, [this](int partition) { return ProcessSpilledOf(partition); },
      [this](Status status) { End(std::move(status)); });
}

Status PartitionedGroups::ProcessSpilledOf(int partition) {
  Partition& state = partitions_[partition];
  SpilledGroups spilled(context_, aggregate_, exprs_, schema_, runs_.get());
  ARROW_RETURN_NOT_OK(spilled.Process(std::move(state.on_disk)));
  state.error.Add(spilled.error());
  return Status::OK();
}

void PartitionedGroups::End(Status status) {
  finish_status_ = std::move(status);
  on_end_();
}

// In the order of rows: a function's comes before that of the input, but for those of results.
Status PartitionedGroups::FirstError() const {
  CallError error;
  for (const Partition& partition : partitions_) error.Add(partition.error);
  if (error.batch != CallError::kAtEnd) return error.status;
  ARROW_RETURN_NOT_OK(lanes_->status());
  ARROW_RETURN_NOT_OK(input_status_);
  ARROW_RETURN_NOT_OK(finish_status_);
  return error.status;
}

void PartitionedGroups::Push(const StageOutput& output) {
  if (Status failed = FirstError(); !failed.ok()) return output.End(failed);
  if (runs_ != nullptr) return output.PushStream(context_, [this] { return runs_->Next(); });
  auto merge = std::make_shared<PartitionMerge>(schema_);
  for (Partition& partition : partitions_) {
    if (partition.finished == nullptr) continue;
    merge->Add(std::exchange(partition.finished, nullptr), std::move(partition.first));
  }
  merge->Close();
  output.PushAll(context_, merge->num_pieces(),
                 [merge](int64_t piece) { return merge->Piece(piece); });
}

}  // namespace tarn::local
