#include "local/operators/hash_join.h"

#include <arrow/compute/api.h>

#include "local/batch/gather.h"

namespace tarn::local {
namespace {

constexpr int64_t kNone = -1;

// `rows` as an array in which kNone is null.
std::shared_ptr<arrow::Array> RowNumbers(std::vector<int64_t> rows) {
  const auto length = static_cast<int64_t>(rows.size());
  const int64_t num_null = std::count(rows.begin(), rows.end(), kNone);
  std::shared_ptr<arrow::Buffer> validity;
  if (num_null > 0) {
    std::vector<uint8_t> bits(arrow::bit_util::BytesForBits(length), 0);
    for (int64_t i = 0; i < length; ++i) {
      if (rows[i] != kNone) arrow::bit_util::SetBit(bits.data(), i);
    }
    validity = arrow::Buffer::FromVector(std::move(bits));
  }
  return std::make_shared<arrow::Int64Array>(length, arrow::Buffer::FromVector(std::move(rows)),
                                             std::move(validity), num_null);
}

bool IsIdentity(const std::vector<int64_t>& rows, int64_t num_rows) {
  if (static_cast<int64_t>(rows.size()) != num_rows) return false;
  for (int64_t i = 0; i < num_rows; ++i) {
    if (rows[i] != i) return false;
  }
  return true;
}

Result<arrow::ArrayVector> Nulls(const arrow::Schema& schema, int64_t num_rows) {
  arrow::ArrayVector columns;
  for (const auto& field : schema.fields()) {
    ARROW_ASSIGN_OR_RAISE(auto column, arrow::MakeArrayOfNull(field->type(), num_rows));
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

HashJoinOperator::HashJoinOperator(SchemaPtr schema, OperatorPtr left, OperatorPtr right,
                                   plan::Join join, const ExprContext& context, Poll poll)
    : Operator(std::move(schema)),
      join_(std::move(join)),
      context_(context),
      poll_(std::move(poll)),
      left_(std::move(left)),
      right_(std::move(right)),
      left_schema_(left_->schema()) {
  if (join_.residual != nullptr) residual_.emplace(join_.residual, context_);
}

bool HashJoinOperator::keeps_left() const {
  return join_.kind == plan::Join::Kind::kLeft || join_.kind == plan::Join::Kind::kFull;
}

bool HashJoinOperator::keeps_right() const {
  return join_.kind == plan::Join::Kind::kRight || join_.kind == plan::Join::Kind::kFull;
}

Result<BatchPtr> HashJoinOperator::Next() {
  if (right_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(build_, BuildSide::Make(join_, context_, right_.get(), poll_));
    right_ = nullptr;
    if (keeps_right()) right_matched_.assign(build_->rows()->num_rows(), false);
  }
  while (left_ != nullptr) {
    // Of a batch, none of very many pairs may pass.
    ARROW_RETURN_NOT_OK(poll_());
    if (batch_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(const bool more, NextLeft());
      if (!more) break;
    }
    const Candidates candidates = NextCandidates();
    ARROW_ASSIGN_OR_RAISE(const std::vector<bool> passes, Passes(candidates.pairs));
    Pairs pairs = AddUnmatched(candidates, passes);
    BatchPtr output;
    if (!pairs.left.empty()) {
      ARROW_ASSIGN_OR_RAISE(output, Gather(std::move(pairs)));
    }
    if (row_ == batch_->num_rows()) batch_ = nullptr;
    if (output != nullptr) return output;
  }
  return keeps_right() ? NextUnmatchedRight() : nullptr;
}

Result<bool> HashJoinOperator::NextLeft() {
  ARROW_ASSIGN_OR_RAISE(batch_, left_->Next());
  if (batch_ == nullptr) {
    left_ = nullptr;
    return false;
  }
  ARROW_ASSIGN_OR_RAISE(matches_, build_->Find(*batch_));
  row_ = 0;
  row_offset_ = 0;
  row_matched_ = false;
  return true;
}

HashJoinOperator::Candidates HashJoinOperator::NextCandidates() {
  Candidates candidates;
  candidates.first_row = row_;
  Pairs& pairs = candidates.pairs;
  while (row_ < batch_->num_rows()) {
    const auto room = kBatchRows - static_cast<int64_t>(pairs.left.size());
    const BuildSide::Matches& match = matches_[row_];
    const int64_t begin = match.begin + row_offset_;
    const int64_t count = std::min(room, match.end - begin);
    for (int64_t i = begin; i < begin + count; ++i) {
      pairs.left.push_back(row_);
      pairs.right.push_back(build_->row_ids()[i]);
    }
    if (begin + count < match.end) {
      row_offset_ += count;
      candidates.last_complete = false;
      break;
    }
    ++row_;
    row_offset_ = 0;
  }
  candidates.end_row = candidates.last_complete ? row_ : row_ + 1;
  return candidates;
}

Result<std::vector<bool>> HashJoinOperator::Passes(const Pairs& candidates) const {
  const auto num_candidates = static_cast<int64_t>(candidates.left.size());
  if (!residual_.has_value() || num_candidates == 0) {
    return std::vector<bool>(num_candidates, true);
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, Gather(candidates));
  ARROW_ASSIGN_OR_RAISE(const auto mask, residual_->Evaluate(*rows));
  const auto& values = static_cast<const arrow::BooleanArray&>(*mask);
  std::vector<bool> passes(num_candidates);
  for (int64_t i = 0; i < num_candidates; ++i) passes[i] = values.IsValid(i) && values.Value(i);
  return passes;
}

// The candidates that pass, and a row with nulls for each left row that is done without a match.
HashJoinOperator::Pairs HashJoinOperator::AddUnmatched(const Candidates& candidates,
                                                       const std::vector<bool>& passes) {
  Pairs pairs;
  pairs.left.reserve(candidates.pairs.left.size());
  pairs.right.reserve(candidates.pairs.left.size());
  size_t position = 0;
  for (int64_t row = candidates.first_row; row < candidates.end_row; ++row) {
    for (; position < candidates.pairs.left.size() && candidates.pairs.left[position] == row;
         ++position) {
      if (!passes[position]) continue;
      const int64_t right = candidates.pairs.right[position];
      pairs.left.push_back(row);
      pairs.right.push_back(right);
      row_matched_ = true;
      if (!right_matched_.empty()) right_matched_[right] = true;
    }
    if (row + 1 == candidates.end_row && !candidates.last_complete) break;
    if (!row_matched_ && keeps_left()) {
      pairs.left.push_back(row);
      pairs.right.push_back(kNone);
    }
    row_matched_ = false;
  }
  return pairs;
}

Result<BatchPtr> HashJoinOperator::Gather(Pairs pairs) const {
  const auto num_rows = static_cast<int64_t>(pairs.left.size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, GatherLeft(std::move(pairs.left)));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right, GatherRight(std::move(pairs.right)));
  columns.insert(columns.end(), right.begin(), right.end());
  return arrow::RecordBatch::Make(schema(), num_rows, std::move(columns));
}

Result<arrow::ArrayVector> HashJoinOperator::GatherLeft(std::vector<int64_t> rows) const {
  // The usual case, every row matched at most once by an outer join, copies nothing.
  if (IsIdentity(rows, batch_->num_rows())) return batch_->columns();
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken, TakeRows(batch_, RowNumbers(std::move(rows))));
  return taken->columns();
}

Result<arrow::ArrayVector> HashJoinOperator::GatherRight(std::vector<int64_t> rows) const {
  const bool none = std::all_of(rows.begin(), rows.end(), [](int64_t row) { return row == kNone; });
  if (none) return Nulls(*build_->rows()->schema(), static_cast<int64_t>(rows.size()));
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken,
                        TakeRows(build_->rows(), RowNumbers(std::move(rows))));
  return taken->columns();
}

Result<BatchPtr> HashJoinOperator::NextUnmatchedRight() {
  std::vector<int64_t> rows;
  const auto num_rows = static_cast<int64_t>(right_matched_.size());
  for (; next_right_ < num_rows && static_cast<int64_t>(rows.size()) < kBatchRows; ++next_right_) {
    if (!right_matched_[next_right_]) rows.push_back(next_right_);
  }
  if (rows.empty()) return nullptr;
  const auto count = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, Nulls(*left_schema_, count));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right, GatherRight(std::move(rows)));
  columns.insert(columns.end(), right.begin(), right.end());
  return arrow::RecordBatch::Make(schema(), count, std::move(columns));
}

}  // namespace tarn::local
