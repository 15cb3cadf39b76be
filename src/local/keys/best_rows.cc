#include "local/keys/best_rows.h"

#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "local/keys/all_rows.h"

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
  return ConsumeRows(batch, keys, AllRows{batch->num_rows()}, groups, num_groups);
}

Status BestRows::Consume(const BatchPtr& batch, const RowKeys& keys, std::span<const int64_t> rows,
                         const arrow::UInt32Array& groups, uint32_t num_groups) {
  return ConsumeRows(batch, keys, rows, groups, num_groups);
}

template <class Rows>
Status BestRows::ConsumeRows(const BatchPtr& batch, const RowKeys& keys, const Rows& rows,
                             const arrow::UInt32Array& groups, uint32_t num_groups) {
  best_keys_.resize(num_groups);
  best_rows_.resize(num_groups, kNone);
  const bool has_null = groups.null_count() > 0;
  // Rows that are the best so far are numbered from num_kept_ by their place among `rows`; those
  // that last get their final places below.
  for (int64_t i = 0; i < groups.length(); ++i) {
    if (has_null && groups.IsNull(i)) continue;
    const uint32_t group = groups.Value(i);
    const std::string_view key = keys.row(rows[i]);
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
    int64_t& best = best_rows_[groups.Value(i)];
    if (best != num_kept_ + i) continue;
    // A place only moves down, so that it never takes the number of a later row.
    best = num_kept_ + static_cast<int64_t>(winners.size());
    winners.push_back(rows[i]);
  }
  if (winners.empty()) return Status::OK();
  ARROW_RETURN_NOT_OK(Keep(batch, std::move(winners)));
  const int64_t num_groups_twice = 2 * static_cast<int64_t>(num_groups);
  const bool are_many = num_kept_ > num_groups_twice + kPassedRowsMax;
  const bool are_large =
      num_kept_ > num_groups_twice && kept_bytes_ > 2 * compacted_bytes_ + kPassedBytesMax;
  return are_many || are_large ? Compact() : Status::OK();
}

Status BestRows::Keep(const BatchPtr& batch, std::vector<int64_t> rows) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(const BatchPtr kept,
                        TakeRows(batch, std::make_shared<arrow::Int64Array>(
                                            num_rows, arrow::Buffer::FromVector(std::move(rows)))));
  for (int i = 0; i < kept->num_columns(); ++i) kept_[i].push_back(kept->column(i));
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*kept));
  kept_bytes_ += num_bytes;
  num_kept_ += num_rows;
  return Status::OK();
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
