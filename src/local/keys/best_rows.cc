#include "local/keys/best_rows.h"

#include "local/batch/gather.h"

namespace tarn::local {

Status BestRows::Consume(const BatchPtr& batch, const RowKeys& keys,
                         const arrow::UInt32Array& groups, uint32_t num_groups) {
  best_keys_.resize(num_groups);
  best_rows_.resize(num_groups, kNone);
  // Rows of this batch that are the best so far are numbered from num_kept_ by their place in it;
  // those that last get their final places below.
  for (int64_t row = 0; row < batch->num_rows(); ++row) {
    const uint32_t group = groups.Value(row);
    const std::string_view key = keys.row(row);
    if (best_rows_[group] != kNone) {
      const int order = key.compare(best_keys_[group]);
      if (order > 0 || (order == 0 && ties_ == Ties::kFirst)) continue;
    }
    best_keys_[group].assign(key);
    best_rows_[group] = num_kept_ + row;
  }
  std::vector<int64_t> winners;
  for (int64_t row = 0; row < batch->num_rows(); ++row) {
    int64_t& best = best_rows_[groups.Value(row)];
    if (best != num_kept_ + row) continue;
    // A place only moves down, so that it never takes the number of a later row.
    best = num_kept_ + static_cast<int64_t>(winners.size());
    winners.push_back(row);
  }
  if (winners.empty()) return Status::OK();
  const auto num_winners = static_cast<int64_t>(winners.size());
  ARROW_ASSIGN_OR_RAISE(
      BatchPtr kept,
      TakeRows(batch, std::make_shared<arrow::Int64Array>(
                          num_winners, arrow::Buffer::FromVector(std::move(winners)))));
  kept_.push_back(std::move(kept));
  num_kept_ += num_winners;
  if (num_kept_ > 2 * static_cast<int64_t>(num_groups) + 4 * kBatchRows) return Compact();
  return Status::OK();
}

std::shared_ptr<arrow::Array> BestRows::RowsByGroup() const {
  std::vector<int64_t> rows = best_rows_;
  std::vector<uint8_t> validity(arrow::bit_util::BytesForBits(rows.size()), 0);
  int64_t num_null = 0;
  for (size_t group = 0; group < rows.size(); ++group) {
    const bool valid = rows[group] != kNone;
    arrow::bit_util::SetBitTo(validity.data(), group, valid);
    if (valid) continue;
    ++num_null;
    rows[group] = 0;
  }
  const auto length = static_cast<int64_t>(rows.size());
  return std::make_shared<arrow::Int64Array>(length, arrow::Buffer::FromVector(std::move(rows)),
                                             arrow::Buffer::FromVector(std::move(validity)),
                                             num_null);
}

Status BestRows::Compact() {
  ARROW_ASSIGN_OR_RAISE(BatchPtr all, Concatenate(schema_, kept_, poll_));
  kept_.clear();
  std::vector<int64_t> rows;
  for (int64_t& best : best_rows_) {
    if (best == kNone) continue;
    rows.push_back(best);
    best = static_cast<int64_t>(rows.size()) - 1;
  }
  num_kept_ = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(BatchPtr compacted,
                        TakeRows(all,
                                 std::make_shared<arrow::Int64Array>(
                                     num_kept_, arrow::Buffer::FromVector(std::move(rows))),
                                 poll_));
  kept_.push_back(std::move(compacted));
  return Status::OK();
}

Result<BatchPtr> BestRows::Finish(uint32_t num_groups) {
  best_rows_.resize(num_groups, kNone);
  ARROW_ASSIGN_OR_RAISE(BatchPtr all, Concatenate(schema_, kept_, poll_));
  kept_.clear();
  return TakeRows(all, RowsByGroup(), poll_);
}

}  // namespace tarn::local
