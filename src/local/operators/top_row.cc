#include "local/operators/top_row.h"

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

// The rows at `positions` of a partition, as they go to disk.
Result<BatchPtr> CandidatesAt(const TopRowInput& input, int64_t batch, int partition,
                              std::span<const int64_t> positions) {
  std::vector<int64_t> rows, numbers;
  for (const int64_t position : positions) {
    rows.push_back(input.candidates.begin(partition) + position);
    numbers.push_back(NumberOfRow(batch, input.candidates.first(partition)[position]));
  }
  return TakeNumbered(input.best, std::move(rows), numbers);
}

}  // namespace

TopRowStage::TopRowStage(StageContext context, SchemaPtr schema, const plan::TopRow& top_row,
                         const ExprContext& expr_context, PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      schema_(std::move(schema)),
      keys_(top_row.partition_by, top_row.order_by, expr_context),
      output_(this->context().meter, std::move(next)),
      lanes_(Lanes::Make(this->context(), kNumPartitions)),
      grant_(this->context().memory, kNumPartitions) {}

Result<std::shared_ptr<TopRowStage>> TopRowStage::Make(StageContext context, SchemaPtr schema,
                                                       const plan::TopRow& top_row,
                                                       const ExprContext& expr_context,
                                                       PieceSinkPtr next) {
  std::shared_ptr<TopRowStage> stage(new TopRowStage(std::move(context), std::move(schema), top_row,
                                                     expr_context, std::move(next)));
  ARROW_RETURN_NOT_OK(stage->MakePartition(/*level=*/0).status());  // whether there can be one
  return stage;
}

Result<std::unique_ptr<TopRowStage::Partition>> TopRowStage::MakePartition(int level) const {
  auto partition = std::make_unique<Partition>();
  ARROW_ASSIGN_OR_RAISE(partition->keys,
                        SpillingKeys::Make(keys_.partition_types, /*keeps_keys=*/false, level,
                                           context().spill.get()));
  partition->best = std::make_unique<BestRows>(schema_, BestRows::Ties::kFirst, context().poll);
  return partition;
}

Result<TopRowInput> TopRowStage::Prepare(const BatchPtr& batch) const {
  TopRowInput input;
  ARROW_ASSIGN_OR_RAISE(input.keys, EncodeKeys(keys_.partition_by, *batch));
  ARROW_ASSIGN_OR_RAISE(input.order, keys_.order_by.Encode(*batch));
  ARROW_ASSIGN_OR_RAISE(input.candidates,
                        BatchCandidates::Make(keys_.partition_types, input.keys, input.order));
  const std::span<const int64_t> rows = input.candidates.best();
  const arrow::Int64Array numbers(std::ssize(rows), arrow::Buffer::Wrap(rows.data(), rows.size()));
  ARROW_ASSIGN_OR_RAISE(input.best,
                        TakeRows(batch, arrow::MakeArray(numbers.data()), context().poll));
  ARROW_ASSIGN_OR_RAISE(input.best_bytes, BatchBytes(*input.best));
  return input;
}

Status TopRowStage::Consume(TopRowInput input) {
  const auto shared = std::make_shared<const TopRowInput>(std::move(input));
  lanes_->Add(shared->candidates.partitions(), shared->best_bytes,
              [this, batch = num_batches_++, shared](int partition) {
                return ConsumeRows(partition, batch, *shared);
              });
  return lanes_->status();
}

Status TopRowStage::ConsumeRows(int partition, int64_t batch, const TopRowInput& input) {
  std::unique_ptr<Partition>& state = partitions_[partition];
  if (state == nullptr) {
    ARROW_ASSIGN_OR_RAISE(state, MakePartition(/*level=*/0));
  }
  if (is_frozen_) state->keys->Freeze();
  const std::span<const int64_t> first = input.candidates.first(partition);
  ARROW_ASSIGN_OR_RAISE(
      const auto numbers,
      state->keys->Insert(input.keys, first, [&](std::span<const int64_t> positions) {
        return CandidatesAt(input, batch, partition, positions);
      }));
  AddFirstNumbers(
      *numbers, [&](int64_t i) { return NumberOfRow(batch, first[i]); }, &state->first);
  const std::span<const int64_t> best = input.candidates.best(partition);
  const int64_t num_bytes =
      input.best_bytes * std::ssize(best) / std::max<int64_t>(input.best->num_rows(), 1);
  ARROW_RETURN_NOT_OK(state->best->Consume(input.BestOf(partition), num_bytes, input.order, best,
                                           *numbers, state->keys->num_keys()));
  if (grant_.Set(partition, state->num_bytes())) is_frozen_ = true;
  return Status::OK();
}

void TopRowStage::Finish(Status status) {
  lanes_->Close([this, status = std::move(status)] {
    // What a partition says is of rows before the input's end.
    const Status first = lanes_->status().ok() ? status : lanes_->status();
    first.ok() ? FinishPartitions() : PushOutput(first);
  });
}

std::vector<int> TopRowStage::PartitionsWithRows() const {
  std::vector<int> numbers;
  for (int i = 0; i < kNumPartitions; ++i) {
    if (partitions_[i] != nullptr) numbers.push_back(i);
  }
  return numbers;
}

void TopRowStage::FinishPartitions() {
  const std::vector<int> numbers = PartitionsWithRows();
  const bool has_spilled = std::any_of(numbers.begin(), numbers.end(), [this](int partition) {
    return partitions_[partition]->keys->has_spilled();
  });
  if (has_spilled) {
    runs_ = std::make_unique<NumberedRuns>(schema_, context().spill.get(), context().poll);
  }
  Lanes::Run(
      context(), numbers, [this](int partition) { return FinishPartition(partition); },
      [this](const Status& status) {
        status.ok() && runs_ != nullptr ? ProcessSpilled() : PushOutput(status);
      });
}

Status TopRowStage::FinishPartition(int partition) {
  Partition& state = *partitions_[partition];
  ARROW_ASSIGN_OR_RAISE(BatchPtr rows, state.best->Finish(state.keys->num_keys()));
  state.best = nullptr;
  if (runs_ == nullptr) {
    state.finished = std::move(rows);
  } else {
    ARROW_RETURN_NOT_OK(runs_->Add(rows, state.first));
    state.first = std::vector<int64_t>();
    ARROW_ASSIGN_OR_RAISE(state.on_disk, state.keys->TakeSpilled());
  }
  state.keys = nullptr;
  grant_.Set(partition, 0);
  return Status::OK();
}

// When no partition holds anything any more.
void TopRowStage::ProcessSpilled() {
  Lanes::Run(
      context(), PartitionsWithRows(),
      [this](int partition) { return ProcessSpilledOf(partition); },
      [this](const Status& status) { PushOutput(status); });
}

Status TopRowStage::ProcessSpilledOf(int partition) {
  MemoryGrant grant(context().memory);
  return ProcessParts(std::move(partitions_[partition]->on_disk), context().poll, &grant,
                      [&](const SpilledPart& part) { return ProcessPart(part, &grant); });
}

Result<std::vector<SpilledPart>> TopRowStage::ProcessPart(const SpilledPart& part,
                                                          MemoryGrant* grant) {
  ARROW_ASSIGN_OR_RAISE(const auto state, MakePartition(part.level));
  for (size_t i = 0; i < part.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr read, part.rows.Read(i));
    const BatchPtr batch = WithoutOrderKey(read);
    ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(keys_.partition_by, *batch));
    ARROW_ASSIGN_OR_RAISE(const RowKeys order, keys_.order_by.Encode(*batch));
    ARROW_ASSIGN_OR_RAISE(const auto numbers, state->keys->Insert(keys, [&] { return read; }));
    AddFirstNumbers(*read, *numbers, &state->first);
    ARROW_RETURN_NOT_OK(state->best->Consume(batch, order, *numbers, state->keys->num_keys()));
    grant->Set(state->num_bytes());
    if (grant->has_to_shrink()) state->keys->Freeze();
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, state->best->Finish(state->keys->num_keys()));
  ARROW_RETURN_NOT_OK(runs_->Add(rows, state->first));
  return state->keys->TakeSpilled();
}

void TopRowStage::PushOutput(const Status& status) {
  const SelfTime::Scope scope(context().meter->time(), SelfTime::Threads::kOne);
  if (!status.ok()) {
    output_.End(status);
  } else if (runs_ != nullptr) {
    output_.PushStream(context(), [this] { return runs_->Next(); });
  } else {
    auto merge = std::make_shared<PartitionMerge>(schema_);
    for (const int partition : PartitionsWithRows()) {
      Partition& state = *partitions_[partition];
      merge->Add(std::move(state.finished), std::move(state.first));
    }
    merge->Close();
    output_.PushAll(context(), merge->num_pieces(),
                    [merge](int64_t piece) { return merge->Piece(piece); });
  }
  runs_ = nullptr;
  for (int i = 0; i < kNumPartitions; ++i) {
    partitions_[i] = nullptr;
    grant_.Set(i, 0);
  }
}

}  // namespace tarn::local
