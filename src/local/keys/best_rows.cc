#include "local/keys/best_rows.h"

#include <algorithm>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"

namespace tarn::local {
namespace {

// Of rows that were passed, kept beside as much as the others take: little, as an operator has many
// of these objects.
constexpr int64_t kPassedBytesMax = 1 << 20;
const int64_t kPassedRowsMax = kBatchRows / 4;

int64_t HeapBytes(const std::string& text) {
  return text.capacity() > std::string().capacity() ? static_cast<int64_t>(text.capacity()) : 0;
}

}  // namespace

Status BestRows::Consume(const BatchPtr& batch, const RowKeys& keys,
                         const arrow::UInt32Array& groups, uint32_t num_groups) {
  std::vector<int64_t> winners =
      FindWinners(keys, RowSelection(batch->num_rows()), groups, num_groups);
  if (winners.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*batch));
  return Keep(batch, num_bytes, std::move(winners), groups);
}

Status BestRows::Consume(const BatchPtr& batch, int64_t num_bytes, const RowKeys& keys,
                         std::span<const int64_t> key_rows, const arrow::UInt32Array& groups,
                         uint32_t num_groups) {
  std::vector<int64_t> winners = FindWinners(keys, RowSelection(key_rows), groups, num_groups);
  return winners.empty() ? Status::OK() : Keep(batch, num_bytes, std::move(winners), groups);
}

// The rows that are the best of their groups so far, ascending: each has the place then that it
// takes if all rows are kept.
std::vector<int64_t> BestRows::FindWinners(const RowKeys& keys, const RowSelection& key_rows,
                                           const arrow::UInt32Array& groups, uint32_t num_groups) {
  best_keys_.resize(num_groups);
  best_rows_.resize(num_groups, kNone);
  const bool has_null = groups.null_count() > 0;
  for (int64_t i = 0; i < groups.length(); ++i) {
    if (has_null && groups.IsNull(i)) continue;
    const uint32_t group = groups.Value(i);
    const std::string_view key = keys.row(key_rows[i]);
    if (best_rows_[group] != kNone) {
      const int order = key.compare(best_keys_[group]);
      if (order > 0 || (order == 0 && ties_ == Ties::kFirst)) continue;
    }
    key_bytes_ -= HeapBytes(best_keys_[group]);
    best_keys_[group].assign(key);
    key_bytes_ += HeapBytes(best_keys_[group]);
    best_rows_[group] = num_kept_ + i;
  }
  std::vector<int64_t> winners;
  for (int64_t i = 0; i < groups.length(); ++i) {
    if (has_null && groups.IsNull(i)) continue;
    if (best_rows_[groups.Value(i)] == num_kept_ + i) winners.push_back(i);
  }
  return winners;
}

// Keeps the winners, or all rows where few others are among them.
Status BestRows::Keep(const BatchPtr& batch, int64_t num_bytes, std::vector<int64_t> winners,
                      const arrow::UInt32Array& groups) {
  BatchPtr kept = batch;
  const auto num_winners = static_cast<int64_t>(winners.size());
  if (2 * num_winners < batch->num_rows()) {
    // A place only moves down, so that it never takes the number of a later row.
    for (int64_t place = 0; place < num_winners; ++place) {
      best_rows_[groups.Value(winners[place])] = num_kept_ + place;
    }
    ARROW_ASSIGN_OR_RAISE(
        kept, TakeRows(batch, std::make_shared<arrow::Int64Array>(
                                  num_winners, arrow::Buffer::FromVector(std::move(winners)))));
    ARROW_ASSIGN_OR_RAISE(num_bytes, BatchBytes(*kept));
  }
  for (int i = 0; i < kept->num_columns(); ++i) kept_[i].push_back(kept->column(i));
  kept_bytes_ += num_bytes;
  num_kept_ += kept->num_rows();
  const auto num_groups_twice = 2 * static_cast<int64_t>(best_rows_.size());
  const bool are_many = num_kept_ > num_groups_twice + kPassedRowsMax;
  const bool are_large =
      num_kept_ > num_groups_twice && kept_bytes_ > 2 * compacted_bytes_ + kPassedBytesMax;
  return are_many || are_large ? Compact() : Status::OK();
}

void BestRows::CopyGroup(uint32_t from, uint32_t to) {
  const size_t num_groups = std::max<size_t>(best_rows_.size(), std::max(from, to) + 1);
  best_keys_.resize(num_groups);
  best_rows_.resize(num_groups, kNone);
  best_keys_[to] = best_keys_[from];
  key_bytes_ += HeapBytes(best_keys_[to]);
  best_rows_[to] = best_rows_[from];
}

int64_t BestRows::num_bytes() const {
  const size_t by_group =
      best_keys_.capacity() * sizeof(std::string) + best_rows_.capacity() * sizeof(int64_t);
  return static_cast<int64_t>(by_group) + key_bytes_ + 2 * kept_bytes_;
}

Result<std::shared_ptr<arrow::Array>> BestRows::Take(int column,
                                                     const std::vector<uint64_t>& rows) const {
  ARROW_RETURN_NOT_OK(poll_());
  return TakeFromChunks(*schema_->field(column), kept_[column], rows);
}

Status BestRows::Compact() {
  std::vector<uint64_t> rows;
  for (int64_t& best : best_rows_) {
    if (best == kNone) continue;
    rows.push_back(static_cast<uint64_t>(best));
    best = static_cast<int64_t>(rows.size()) - 1;
  }
  kept_bytes_ = 0;
  for (int i = 0; i < schema_->num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto column, Take(i, rows));
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, ColumnBytes(*column));
    kept_bytes_ += num_bytes;
    kept_[i] = {std::move(column)};
  }
  compacted_bytes_ = kept_bytes_;
  num_kept_ = static_cast<int64_t>(rows.size());
  return Status::OK();
}

Result<BatchPtr> BestRows::Finish(uint32_t num_groups) {
  best_keys_ = std::vector<std::string>();
  std::vector<uint64_t> rows;
  rows.reserve(num_groups);
  best_rows_.resize(num_groups, kNone);
  for (const int64_t best : best_rows_) {
    rows.push_back(static_cast<uint64_t>(best == kNone ? num_kept_ : best));
  }
  arrow::ArrayVector columns;
  for (int i = 0; i < schema_->num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), Take(i, rows));
    kept_[i].clear();
  }
  return arrow::RecordBatch::Make(schema_, num_groups, std::move(columns));
}

}  // namespace tarn::local
