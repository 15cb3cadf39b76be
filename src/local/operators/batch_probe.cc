#include "local/operators/batch_probe.h"

#include <arrow/compute/api.h>

#include <algorithm>

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

Result<arrow::ArrayVector> NullColumns(const arrow::Schema& schema, int64_t num_rows) {
  arrow::ArrayVector columns;
  for (const auto& field : schema.fields()) {
    ARROW_ASSIGN_OR_RAISE(auto column, arrow::MakeArrayOfNull(field->type(), num_rows));
    columns.push_back(std::move(column));
  }
  return columns;
}

// Rows of the build side by number; kNone gives a row of nulls.
Result<arrow::ArrayVector> GatherRight(const BuildSide& build, std::vector<int64_t> rows) {
  const bool none = std::all_of(rows.begin(), rows.end(), [](int64_t row) { return row == kNone; });
  if (none) return NullColumns(*build.rows()->schema(), static_cast<int64_t>(rows.size()));
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken, TakeRows(build.rows(), RowNumbers(std::move(rows))));
  return taken->columns();
}

BatchPtr Output(const JoinSpec& spec, int64_t num_rows, arrow::ArrayVector left,
                const arrow::ArrayVector& right) {
  left.insert(left.end(), right.begin(), right.end());
  return arrow::RecordBatch::Make(spec.schema, num_rows, std::move(left));
}

}  // namespace

Result<BatchProbe> BatchProbe::Make(const Join& join, BatchPtr batch) {
  ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(join.spec->left_keys, *batch));
  ARROW_ASSIGN_OR_RAISE(auto matches, join.build->Find(keys, join.spec->null_safe));
  return BatchProbe(join, std::move(batch), std::move(matches));
}

Result<BatchPtr> BatchProbe::Next(std::vector<int64_t>* left_rows) {
  Candidates candidates = NextCandidates();
  ARROW_ASSIGN_OR_RAISE(const std::vector<bool> passes, Passes(&candidates));
  Pairs pairs = AddUnmatched(candidates, passes);
  if (pairs.left.empty()) return BatchPtr();
  if (left_rows != nullptr) *left_rows = pairs.left;
  return Gather(std::move(pairs));
}

BatchProbe::Candidates BatchProbe::NextCandidates() {
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
      pairs.right.push_back(join_.build->row_ids()[i]);
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

// Candidates from the first left row with an error on are taken out.
Result<std::vector<bool>> BatchProbe::Passes(Candidates* candidates) {
  Pairs& pairs = candidates->pairs;
  const auto num_pairs = static_cast<int64_t>(pairs.left.size());
  if (!join_.spec->residual.has_value() || num_pairs == 0) {
    return std::vector<bool>(num_pairs, true);
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, Gather(pairs));
  Result<std::vector<bool>> passes = Evaluate(*rows);
  if (passes.ok() || passes.status().IsOutOfMemory()) return passes;
  error_ = passes.status();
  ARROW_ASSIGN_OR_RAISE(const int64_t failing, FindError(*rows));
  row_ = pairs.left[failing];
  const auto num_before =
      std::lower_bound(pairs.left.begin(), pairs.left.end(), row_) - pairs.left.begin();
  pairs.left.resize(num_before);
  pairs.right.resize(num_before);
  candidates->end_row = row_;
  candidates->last_complete = true;
  return Evaluate(*rows->Slice(0, num_before));
}

Result<std::vector<bool>> BatchProbe::Evaluate(const arrow::RecordBatch& pairs) const {
  ARROW_ASSIGN_OR_RAISE(const auto mask, join_.spec->residual->Evaluate(pairs));
  const auto& values = static_cast<const arrow::BooleanArray&>(*mask);
  std::vector<bool> passes(pairs.num_rows());
  for (int64_t i = 0; i < pairs.num_rows(); ++i) passes[i] = values.IsValid(i) && values.Value(i);
  return passes;
}

// The first of `pairs`, which have an error, with one; error_ becomes that one. Of several errors,
// the residual reports any.
Result<int64_t> BatchProbe::FindError(const arrow::RecordBatch& pairs) {
  int64_t num_good = 0, num_bad = pairs.num_rows();  // so many first ones have none; have one
  while (num_good + 1 < num_bad) {
    const int64_t middle = num_good + (num_bad - num_good) / 2;
    const Status status = Evaluate(*pairs.Slice(0, middle)).status();
    if (status.IsOutOfMemory()) return status;
    if (!status.ok()) error_ = status;
    (status.ok() ? num_good : num_bad) = middle;
  }
  return num_good;
}

// The candidates that pass, and a row with nulls for each left row that is done without a match.
BatchProbe::Pairs BatchProbe::AddUnmatched(const Candidates& candidates,
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
      if (join_.on_match) join_.on_match(right);
    }
    if (row + 1 == candidates.end_row && !candidates.last_complete) break;
    if (!row_matched_ && join_.keeps_left) {
      pairs.left.push_back(row);
      pairs.right.push_back(kNone);
    }
    row_matched_ = false;
  }
  return pairs;
}

Result<BatchPtr> BatchProbe::Gather(Pairs pairs) const {
  const auto num_rows = static_cast<int64_t>(pairs.left.size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector left, GatherLeft(std::move(pairs.left)));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right,
                        GatherRight(*join_.build, std::move(pairs.right)));
  return Output(*join_.spec, num_rows, std::move(left), right);
}

Result<arrow::ArrayVector> BatchProbe::GatherLeft(std::vector<int64_t> rows) const {
  // The usual case, every row matched at most once by an outer join, copies nothing.
  if (IsIdentity(rows, batch_->num_rows())) return batch_->columns();
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken, TakeRows(batch_, RowNumbers(std::move(rows))));
  return taken->columns();
}

Result<BatchPtr> UnmatchedLeft(const JoinSpec& spec, const BatchPtr& left,
                               std::vector<int64_t> rows) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken, TakeRows(left, RowNumbers(std::move(rows))));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right, NullColumns(*spec.right_schema, num_rows));
  return Output(spec, num_rows, taken->columns(), right);
}

Result<BatchPtr> UnmatchedRight(const JoinSpec& spec, const BuildSide& build,
                                std::vector<int64_t> rows) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector left, NullColumns(*spec.left_schema, num_rows));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right, GatherRight(build, std::move(rows)));
  return Output(spec, num_rows, std::move(left), right);
}

}  // namespace tarn::local
