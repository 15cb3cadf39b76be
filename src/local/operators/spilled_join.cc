#include "local/operators/spilled_join.h"

#include <utility>

namespace tarn::local {
namespace {

Status Append(const BatchPtr& rows, std::span<const int64_t> numbers, SpilledRows* run) {
  ARROW_ASSIGN_OR_RAISE(auto order_keys, OrderKeysOf(numbers));
  return run->Append(AddOrderKey(rows, std::move(order_keys)));
}

Status AddRun(SpilledRows run, std::vector<SpilledRows>* runs) {
  if (run.num_rows() == 0) return Status::OK();
  ARROW_RETURN_NOT_OK(run.Flush());
  runs->push_back(std::move(run));
  return Status::OK();
}

}  // namespace

Status SpilledJoin::Run(JoinPartitions* left, JoinPartitions* right, Status left_status) {
  error_ = std::move(left_status);
  error_number_ = left->num_rows();
  for (int i = 0; i < SpilledPartitions::kNumPartitions; ++i) {
    ARROW_RETURN_NOT_OK(
        JoinPartition(std::move(left->partition(i)), std::move(right->partition(i))));
  }
  ARROW_ASSIGN_OR_RAISE(
      merge_, SpillMerge::Make(spec_->schema, std::exchange(runs_, {}), store_.get(), poll_));
  return Status::OK();
}

Result<BatchPtr> SpilledJoin::Next() {
  ARROW_ASSIGN_OR_RAISE(BatchPtr rows, merge_->Next());
  if (rows != nullptr && is_left_done_) return WithoutOrderKey(rows);
  if (rows != nullptr) {
    int64_t num_rows = rows->num_rows();
    while (num_rows > 0 && NumberAt(*rows, num_rows - 1) >= error_number_) --num_rows;
    if (num_rows > 0) return WithoutOrderKey(rows->Slice(0, num_rows));
  }
  ARROW_RETURN_NOT_OK(error_);
  if (is_left_done_) return nullptr;
  is_left_done_ = true;
  ARROW_ASSIGN_OR_RAISE(merge_, SpillMerge::Make(spec_->schema, std::exchange(unmatched_right_, {}),
                                                 store_.get(), poll_));
  return Next();
}

Status SpilledJoin::JoinPartition(SpilledRows left_rows, SpilledRows right) {
  if (left_rows.num_rows() == 0 && !spec_->keeps_right) return Status::OK();
  LeftRows left{std::move(left_rows), {}};
  SpilledRows unmatched = MakeRun();
  size_t next_batch = 0;
  do {
    const bool is_first = next_batch == 0;
    ARROW_ASSIGN_OR_RAISE(Chunk chunk, ReadChunk(&right, &next_batch));
    const bool is_only = is_first && next_batch == right.num_batches();
    const bool is_noted = spec_->keeps_left || spec_->is_existence;
    if (is_noted && !is_only) left.matched.resize(left.rows.num_rows());
    ARROW_RETURN_NOT_OK(ProbeChunk(&chunk, is_only, &left));
    if (spec_->keeps_right) ARROW_RETURN_NOT_OK(AddUnmatchedRight(chunk, &unmatched));
  } while (next_batch < right.num_batches());
  ARROW_RETURN_NOT_OK(AddRun(std::move(unmatched), &unmatched_right_));
  if (left.matched.empty()) return Status::OK();
  return spec_->is_existence ? AddByMatches(left) : AddUnmatchedLeft(left);
}

// As many batches as may be in memory, at least one if there is any.
Result<SpilledJoin::Chunk> SpilledJoin::ReadChunk(SpilledRows* right, size_t* next_batch) const {
  Chunk chunk;
  ARROW_ASSIGN_OR_RAISE(chunk.rows,
                        BuildSide::Make(spec_->right_schema, spec_->key_types, memory_));
  chunk.grant = std::make_unique<MemoryGrant>(memory_);
  while (*next_batch < right->num_batches() && !chunk.rows->has_to_shrink()) {
    ARROW_RETURN_NOT_OK(poll_());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, right->Read(*next_batch));
    right->Free((*next_batch)++);
    for (int64_t row = 0; spec_->keeps_right && row < batch->num_rows(); ++row) {
      chunk.numbers.push_back(NumberAt(*batch, row));
    }
    const size_t num_bytes = chunk.numbers.capacity() * sizeof(int64_t) + chunk.numbers.size() / 8;
    chunk.grant->Set(static_cast<int64_t>(num_bytes));
    BatchPtr rows = WithoutOrderKey(batch);
    ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(spec_->right_keys, *rows));
    ARROW_RETURN_NOT_OK(chunk.rows->Add(std::move(rows), keys));
  }
  ARROW_RETURN_NOT_OK(chunk.rows->Finish(spec_->held_right, poll_));
  chunk.matched.resize(chunk.numbers.size());
  return chunk;
}

// The output of a chunk, which is all of its partition if `is_only`: then left rows without a match
// are part of it.
Status SpilledJoin::ProbeChunk(Chunk* chunk, bool is_only, LeftRows* left) {
  BatchProbe::Join join{spec_.get(), chunk->rows.get(), spec_->keeps_left && is_only, nullptr,
                        null_matches_};
  if (spec_->keeps_right) join.on_match = [chunk](int64_t row) { chunk->matched[row] = true; };
  SpilledRows run = MakeRun();
  int64_t first_row = 0;
  for (size_t i = 0; i < left->rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(poll_());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, left->rows.Read(i));
    if (NumberAt(*batch, 0) >= error_number_) break;
    ARROW_RETURN_NOT_OK(ProbeBatch(join, batch, first_row, left, &run));
    first_row += batch->num_rows();
  }
  return AddRun(std::move(run), &runs_);
}

Status SpilledJoin::ProbeBatch(const BatchProbe::Join& join, const BatchPtr& batch,
                               int64_t first_row, LeftRows* left, SpilledRows* run) {
  ARROW_ASSIGN_OR_RAISE(BatchProbe probe, BatchProbe::Make(join, WithoutOrderKey(batch)));
  while (!probe.is_done()) {
    // Of a batch, none of very many pairs may pass.
    ARROW_RETURN_NOT_OK(poll_());
    if (spec_->is_right_existence) {
      ARROW_RETURN_NOT_OK(probe.TellNext());
      continue;
    }
    ARROW_RETURN_NOT_OK(spec_->is_existence ? AddMatches(&probe, batch, first_row, left, run)
                                            : AddPairs(&probe, batch, first_row, left, run));
  }
  if (!probe.error().ok()) NoteError(probe.error(), NumberAt(*batch, probe.error_row()));
  return Status::OK();
}

// `number`: of the left row that it is of. The first one counts.
void SpilledJoin::NoteError(const Status& error, int64_t number) {
  if (number >= error_number_) return;
  error_ = error;
  error_number_ = number;
}

Status SpilledJoin::AddPairs(BatchProbe* probe, const BatchPtr& batch, int64_t first_row,
                             LeftRows* left, SpilledRows* run) {
  std::vector<int64_t> rows;  // of the batch, then of the left input
  ARROW_ASSIGN_OR_RAISE(const BatchPtr output, probe->Next(&rows));
  if (output == nullptr) return Status::OK();
  const bool is_single = spec_->kind == plan::Join::Kind::kLeftSingle;
  for (int64_t& row : rows) {
    const int64_t number = NumberAt(*batch, row);
    if (!left->matched.empty()) {
      // Earlier chunks may have one already.
      if (is_single && left->matched[first_row + row]) NoteError(TooManyRows(*spec_), number);
      left->matched[first_row + row] = true;
    }
    row = number;
  }
  return Append(output, rows, run);
}

// With several chunks, it is only known after the last of them what the output is.
Status SpilledJoin::AddMatches(BatchProbe* probe, const BatchPtr& batch, int64_t first_row,
                               LeftRows* left, SpilledRows* run) {
  ARROW_ASSIGN_OR_RAISE(const BatchProbe::Matches matches, probe->NextMatches());
  if (left->matched.empty()) return AddRowsOfMatches(batch, matches, run);
  for (size_t i = 0; i < matches.found.size(); ++i) {
    if (matches.found[i]) left->matched[first_row + matches.first_row + i] = true;
  }
  return Status::OK();
}

Status SpilledJoin::AddRowsOfMatches(const BatchPtr& batch, const BatchProbe::Matches& matches,
                                     SpilledRows* run) const {
  std::vector<int64_t> rows;
  ARROW_ASSIGN_OR_RAISE(const BatchPtr output,
                        RowsOfMatches(*spec_, WithoutOrderKey(batch), matches, &rows));
  if (rows.empty()) return Status::OK();
  for (int64_t& row : rows) row = NumberAt(*batch, row);
  return Append(output, rows, run);
}

Status SpilledJoin::AddByMatches(const LeftRows& left) {
  SpilledRows run = MakeRun();
  auto matched = left.matched.begin();
  for (size_t i = 0; i < left.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(poll_());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, left.rows.Read(i));
    const auto end = matched + batch->num_rows();
    ARROW_RETURN_NOT_OK(AddRowsOfMatches(batch, {0, std::vector<bool>(matched, end)}, &run));
    matched = end;
  }
  return AddRun(std::move(run), &runs_);
}

Status SpilledJoin::AddUnmatchedLeft(const LeftRows& left) {
  SpilledRows run = MakeRun();
  int64_t first_row = 0;
  for (size_t i = 0; i < left.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(poll_());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, left.rows.Read(i));
    std::vector<int64_t> rows, numbers;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      if (left.matched[first_row + row]) continue;
      rows.push_back(row);
      numbers.push_back(NumberAt(*batch, row));
    }
    first_row += batch->num_rows();
    ARROW_ASSIGN_OR_RAISE(const BatchPtr output,
                          UnmatchedLeft(*spec_, WithoutOrderKey(batch), std::move(rows)));
    ARROW_RETURN_NOT_OK(Append(output, numbers, &run));
  }
  return AddRun(std::move(run), &runs_);
}

Status SpilledJoin::AddUnmatchedRight(const Chunk& chunk, SpilledRows* run) const {
  const auto num_rows = static_cast<int64_t>(chunk.matched.size());
  for (int64_t next = 0; next < num_rows;) {
    ARROW_RETURN_NOT_OK(poll_());
    std::vector<int64_t> rows, numbers;
    for (; next < num_rows && std::ssize(rows) < kBatchRows; ++next) {
      if (!IsPutOutLast(*spec_, chunk.matched[next])) continue;
      rows.push_back(next);
      numbers.push_back(chunk.numbers[next]);
    }
    ARROW_ASSIGN_OR_RAISE(const BatchPtr output,
                          UnmatchedRight(*spec_, *chunk.rows, std::move(rows)));
    ARROW_RETURN_NOT_OK(Append(output, numbers, run));
  }
  return Status::OK();
}

}  // namespace tarn::local
