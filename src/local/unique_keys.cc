#include "local/unique_keys.h"

#include <algorithm>
#include <numeric>

#include "base/out_of_memory.h"
#include "local/batch/encoding.h"
#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

bool HasNull(const EncodedKeys& keys, int64_t row) {
  return std::any_of(keys.columns().begin(), keys.columns().end(),
                     [row](const auto& column) { return column->IsNull(row); });
}

}  // namespace

UniqueKeys::UniqueKeys(std::vector<int> columns, StageContext context)
    : columns_(std::move(columns)),
      context_(std::move(context)),
      lanes_(Lanes::Make(context_, kNumPartitions)),
      grant_(context_.memory, kNumPartitions) {}

Result<std::unique_ptr<UniqueKeys>> UniqueKeys::Make(const arrow::Schema& schema,
                                                     std::vector<int> columns,
                                                     StageContext context) {
  std::unique_ptr<UniqueKeys> keys(new UniqueKeys(std::move(columns), std::move(context)));
  for (const int column : keys->columns_) keys->types_.push_back(schema.field(column)->type());
  ARROW_RETURN_NOT_OK(keys->MakeSeen(/*level=*/0).status());  // whether there can be some
  return keys;
}

Result<UniqueKeys::Seen> UniqueKeys::MakeSeen(int level) const {
  Seen seen;
  ARROW_ASSIGN_OR_RAISE(
      seen.keys, SpillingKeys::Make(types_, /*keeps_keys=*/false, level, context_.spill.get()));
  return seen;
}

Result<std::shared_ptr<const UniqueKeys::Rows>> UniqueKeys::Prepare(const BatchPtr& batch) const {
  ARROW_ASSIGN_OR_RAISE(const BatchPtr keys, batch->SelectColumns(columns_));
  return PrepareKeys(keys);
}

Result<std::shared_ptr<const UniqueKeys::Rows>> UniqueKeys::PrepareKeys(const BatchPtr& keys) {
  auto rows = std::make_shared<Rows>();
  rows->batch = keys;
  ARROW_ASSIGN_OR_RAISE(rows->keys, EncodeKeys(keys->columns(), keys->num_rows()));
  rows->partitions = KeyPartitions(rows->keys);
  return rows;
}

Status UniqueKeys::Consume(const std::shared_ptr<const Rows>& rows) {
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*rows->batch));
  lanes_->Add(rows->partitions.numbers(), num_bytes,
              [this, number = num_batches_++, rows](int partition) {
                return JudgeRows(partition, number, *rows);
              });
  return lanes_->status();
}

Status UniqueKeys::JudgeRows(int partition, int64_t number, const Rows& rows) {
  auto& [seen, sample, on_disk] = partitions_[partition];
  if (seen.keys == nullptr) {
    ARROW_ASSIGN_OR_RAISE(seen, MakeSeen(/*level=*/0));
  }
  if (is_frozen_) seen.keys->Freeze();
  const std::span<const int64_t> some = rows.partitions.rows(partition);
  const uint32_t num_known = seen.keys->num_keys();
  ARROW_ASSIGN_OR_RAISE(const auto numbers,
                        seen.keys->Insert(rows.keys, some, RowsOfBatch(rows.batch, number, some)));
  if (grant_.Set(partition, seen.keys->num_bytes())) is_frozen_ = true;
  const Judged judged{*rows.batch, rows.keys, some,
                      [number](int64_t row) { return NumberOfRow(number, row); }};
  return Judge(judged, *numbers, num_known, &seen, &sample);
}

// `numbers` are those of the rows' keys, of which the first `num_known` were seen in rows before.
Status UniqueKeys::Judge(const Judged& judged, const arrow::UInt32Array& numbers,
                         uint32_t num_known, Seen* seen, Sample* sample) {
  const uint32_t num_new = seen->keys->num_keys() - num_known;
  if (num_new == numbers.length()) return Status::OK();
  std::vector<bool> is_seen(num_new, false);
  for (int64_t i = 0; i < numbers.length(); ++i) {
    if (numbers.IsNull(i)) continue;  // it is on disk
    const uint32_t number = numbers.Value(i);
    const bool is_repeated = number < num_known || is_seen[number - num_known];
    if (!is_repeated) is_seen[number - num_known] = true;
    const int64_t row = judged.rows[i];
    if (!is_repeated || HasNull(judged.keys, row)) continue;
    ++num_repeated_;
    // Rows come in order: later ones are not among the first.
    if (seen->in_sample.size() == kSampleRowsMax || !seen->in_sample.insert(number).second) {
      continue;
    }
    ARROW_RETURN_NOT_OK(AddTo(sample, judged.batch, row, judged.number_of(row)));
  }
  return Status::OK();
}

Status UniqueKeys::AddTo(Sample* sample, const arrow::RecordBatch& batch, int64_t row,
                         int64_t number) {
  const auto later = std::find_if(sample->begin(), sample->end(),
                                  [number](const auto& other) { return other.first > number; });
  ARROW_ASSIGN_OR_RAISE(const BatchPtr flat, FlattenBatch(batch.Slice(row, 1)));
  std::vector<int> columns(static_cast<size_t>(flat->num_columns()));
  std::iota(columns.begin(), columns.end(), 0);
  ARROW_ASSIGN_OR_RAISE(SampleRow added, SampleOf(*flat, columns, 0));
  sample->insert(later, {number, std::move(added)});
  if (sample->size() > kSampleRowsMax) sample->pop_back();
  return Status::OK();
}

void UniqueKeys::Close(Status input, std::function<void(Status)> on_end) {
  lanes_->Close([this, input = std::move(input), on_end = std::move(on_end)] {
    // What a partition says is of rows before the input's end.
    Status status = lanes_->status().ok() ? input : lanes_->status();
    if (status.ok()) status = CatchOutOfMemory([this] { return TakeSpilled(); });
    if (!status.ok()) return on_end(std::move(status));
    std::vector<int> partitions;
    for (int i = 0; i < kNumPartitions; ++i) {
      if (!partitions_[i].on_disk.empty()) partitions.push_back(i);
    }
    Lanes::Run(
        context_, partitions, [this](int partition) { return JudgeSpilled(partition); }, on_end);
  });
}

// All of it before some is judged: then there is memory.
Status UniqueKeys::TakeSpilled() {
  for (int i = 0; i < kNumPartitions; ++i) {
    auto& [seen, sample, on_disk] = partitions_[i];
    if (seen.keys == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(on_disk, seen.keys->TakeSpilled());
    seen = {};
    grant_.Set(i, 0);
  }
  return Status::OK();
}

Status UniqueKeys::JudgeSpilled(int partition) {
  auto& [seen, sample, on_disk] = partitions_[partition];
  MemoryGrant grant(context_.memory);
  return ProcessParts(
      std::move(on_disk), context_.poll, &grant,
      [&, to = &sample](const SpilledPart& part) { return JudgePart(part, &grant, to); });
}

Result<std::vector<SpilledPart>> UniqueKeys::JudgePart(const SpilledPart& part, MemoryGrant* grant,
                                                       Sample* sample) {
  ARROW_ASSIGN_OR_RAISE(Seen seen, MakeSeen(part.level));
  for (size_t i = 0; i < part.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr read, part.rows.Read(i));
    const BatchPtr batch = WithoutOrderKey(read);
    ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(batch->columns(), batch->num_rows()));
    const uint32_t num_known = seen.keys->num_keys();
    ARROW_ASSIGN_OR_RAISE(const auto numbers, seen.keys->Insert(keys, [&] { return read; }));
    std::vector<int64_t> rows(static_cast<size_t>(batch->num_rows()));
    std::iota(rows.begin(), rows.end(), 0);
    const Judged judged{*batch, keys, rows, [&](int64_t row) { return NumberAt(*read, row); }};
    ARROW_RETURN_NOT_OK(Judge(judged, *numbers, num_known, &seen, sample));
    grant->Set(seen.keys->num_bytes());
    if (grant->has_to_shrink()) seen.keys->Freeze();
  }
  return seen.keys->TakeSpilled();
}

std::vector<SampleRow> UniqueKeys::sample() const {
  Sample all;
  for (const Partition& partition : partitions_) {
    all.insert(all.end(), partition.sample.begin(), partition.sample.end());
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<SampleRow> rows;
  for (auto& [number, row] : all) {
    if (rows.size() < kSampleRowsMax) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tarn::local
