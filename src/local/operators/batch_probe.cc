#include "local/operators/batch_probe.h"

#include <arrow/builder.h>
#include <arrow/compute/api.h>

#include <algorithm>

#include "local/batch/gather.h"
#include "sql/text.h"

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

// Of the fields from `begin` on, before `end`.
Result<arrow::ArrayVector> NullColumns(const arrow::Schema& schema, size_t begin, size_t end,
                                       int64_t num_rows) {
  arrow::ArrayVector columns;
  for (size_t i = begin; i < end; ++i) {
    const auto& type = schema.field(static_cast<int>(i))->type();
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::MakeArrayOfNull(type, num_rows));
  }
  return columns;
}

// Columns of `batch` at row numbers; kNone gives nulls.
Result<arrow::ArrayVector> TakeColumns(const arrow::RecordBatch& batch,
                                       const std::vector<int>& columns, std::vector<int64_t> rows) {
  if (columns.empty()) return arrow::ArrayVector();
  ARROW_ASSIGN_OR_RAISE(const BatchPtr selected, batch.SelectColumns(columns));
  // The usual case, every row matched at most once by an outer join, copies nothing.
  if (IsIdentity(rows, batch.num_rows())) return selected->columns();
  const bool none = std::all_of(rows.begin(), rows.end(), [](int64_t row) { return row == kNone; });
  if (none) {
    return NullColumns(*selected->schema(), 0, columns.size(), static_cast<int64_t>(rows.size()));
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr taken, TakeRows(selected, RowNumbers(std::move(rows))));
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
  ARROW_ASSIGN_OR_RAISE(auto numbers, join.build->Find(keys, join.spec->null_safe));
  BatchProbe probe(join, std::move(batch), std::move(numbers));
  if (join.spec->null_aware) probe.FindNullMatches(keys);
  return probe;
}

// Gives such rows a key, any one: it is only asked whether there is one.
void BatchProbe::FindNullMatches(const EncodedKeys& keys) {
  if (join_.null_matches.of_all) {
    std::fill(keys_.begin(), keys_.end(), 0);
  } else if (join_.null_matches.of_nulls && keys.columns()[0]->null_count() > 0) {
    for (size_t row = 0; row < keys_.size(); ++row) {
      if (keys.columns()[0]->IsNull(static_cast<int64_t>(row))) keys_[row] = 0;
    }
  }
}

Result<BatchProbe::Matches> BatchProbe::NextMatches() {
  Matches matches{row_, {}};
  if (!join_.spec->residual.has_value()) {
    for (; row_ < batch_->num_rows(); ++row_) {
      matches.found.push_back(keys_[row_] != BuildSide::kNoKey);
    }
    return matches;
  }
  Candidates candidates = NextCandidates();
  ARROW_ASSIGN_OR_RAISE(const std::vector<bool> passes, Passes(&candidates));
  size_t position = 0;
  for (int64_t row = candidates.first_row; row < candidates.end_row; ++row) {
    for (; position < passes.size() && candidates.pairs.left[position] == row; ++position) {
      row_matched_ = row_matched_ || passes[position];
    }
    const bool has_more = row + 1 == candidates.end_row && !candidates.last_complete;
    if (has_more && !row_matched_) break;
    if (has_more) {
      // One match is enough.
      ++row_;
      row_offset_ = 0;
    }
    matches.found.push_back(row_matched_);
    row_matched_ = false;
  }
  return matches;
}

Result<BatchPtr> BatchProbe::Next(std::vector<int64_t>* left_rows) {
  ARROW_ASSIGN_OR_RAISE(Pairs pairs, NextPairs());
  if (join_.spec->kind == plan::Join::Kind::kLeftSingle) CheckSingle(&pairs);
  const int64_t num_rows = pairs.size();
  if (num_rows == 0) return BatchPtr();
  if (left_rows != nullptr) *left_rows = pairs.left;
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, Gather(join_.spec->columns, std::move(pairs)));
  return arrow::RecordBatch::Make(join_.spec->schema, num_rows, std::move(columns));
}

// A left row that comes twice is an error; what came before it stays.
void BatchProbe::CheckSingle(Pairs* pairs) {
  for (size_t i = 0; i < pairs->left.size(); ++i) {
    if (pairs->left[i] != last_row_) {
      last_row_ = pairs->left[i];
      continue;
    }
    error_ = TooManyRows(*join_.spec);
    row_ = last_row_;
    const size_t num_before = i > 0 ? i - 1 : 0;
    pairs->left.resize(num_before);
    pairs->right.resize(num_before);
  }
}

Result<BatchProbe::Pairs> BatchProbe::NextPairs() {
  if (!join_.spec->residual.has_value()) {
    return join_.build->is_unique() ? NextOfUniqueKeys() : NextOfEqualKeys();
  }
  Candidates candidates = NextCandidates();
  ARROW_ASSIGN_OR_RAISE(const std::vector<bool> passes, Passes(&candidates));
  return AddUnmatched(candidates, passes);
}

// Of keys that no two right rows have: the number of a key is that of its row.
BatchProbe::Pairs BatchProbe::NextOfUniqueKeys() {
  Pairs pairs;
  const int64_t end = std::min(batch_->num_rows(), row_ + kBatchRows);
  pairs.left.resize(end - row_);
  pairs.right.resize(end - row_);
  int64_t num_pairs = 0;
  for (; row_ < end; ++row_) {
    const uint32_t key = keys_[row_];
    const bool is_found = key != BuildSide::kNoKey;
    pairs.left[num_pairs] = row_;
    pairs.right[num_pairs] = is_found ? static_cast<int64_t>(key) : kNone;
    num_pairs += static_cast<int64_t>(is_found || join_.keeps_left);
  }
  pairs.left.resize(num_pairs);
  pairs.right.resize(num_pairs);
  TellMatches(pairs);
  return pairs;
}

// Without a residual every candidate passes.
BatchProbe::Pairs BatchProbe::NextOfEqualKeys() {
  Pairs pairs;
  while (row_ < batch_->num_rows() && pairs.size() < kBatchRows) {
    if (keys_[row_] == BuildSide::kNoKey && join_.keeps_left) {
      pairs.Add(row_++, kNone);
    } else if (!AddCandidates(&pairs)) {
      break;
    }
  }
  TellMatches(pairs);
  return pairs;
}

void BatchProbe::TellMatches(const Pairs& pairs) const {
  if (!join_.on_match) return;
  for (const int64_t right : pairs.right) {
    if (right != kNone) join_.on_match(right);
  }
}

// Adds what there is room for of those of row_, or of its rest.
// \return whether they are done; row_ is then the next one.
bool BatchProbe::AddCandidates(Pairs* pairs) {
  if (keys_[row_] != BuildSide::kNoKey) {
    const BuildSide::Range range = join_.build->RowsOf(keys_[row_]);
    const int64_t begin = range.begin + row_offset_;
    const int64_t end = std::min(range.end, begin + kBatchRows - pairs->size());
    for (int64_t i = begin; i < end; ++i) pairs->Add(row_, join_.build->RowAt(i));
    if (end < range.end) {
      row_offset_ += end - begin;
      return false;
    }
  }
  ++row_;
  row_offset_ = 0;
  return true;
}

BatchProbe::Candidates BatchProbe::NextCandidates() {
  Candidates candidates;
  candidates.first_row = row_;
  while (row_ < batch_->num_rows() && candidates.last_complete) {
    candidates.last_complete = AddCandidates(&candidates.pairs);
  }
  candidates.end_row = candidates.last_complete ? row_ : row_ + 1;
  return candidates;
}

// Candidates from the first left row with an error on are taken out.
Result<std::vector<bool>> BatchProbe::Passes(Candidates* candidates) {
  Pairs& pairs = candidates->pairs;
  if (pairs.size() == 0) return std::vector<bool>();
  const JoinSpec::Residual& residual = *join_.spec->residual;
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, Gather(residual.columns, pairs));
  const BatchPtr rows = arrow::RecordBatch::Make(residual.schema, pairs.size(), std::move(columns));
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
  ARROW_ASSIGN_OR_RAISE(const auto mask, join_.spec->residual->condition.Evaluate(pairs));
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
      pairs.Add(row, candidates.pairs.right[position]);
      row_matched_ = true;
    }
    if (row + 1 == candidates.end_row && !candidates.last_complete) break;
    if (!row_matched_ && join_.keeps_left) pairs.Add(row, kNone);
    row_matched_ = false;
  }
  TellMatches(pairs);
  return pairs;
}

Result<arrow::ArrayVector> BatchProbe::Gather(const PairColumns& columns, Pairs pairs) const {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector taken,
                        TakeColumns(*batch_, columns.left, std::move(pairs.left)));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right,
                        TakeColumns(*join_.build->rows(), columns.right, std::move(pairs.right)));
  taken.insert(taken.end(), right.begin(), right.end());
  return taken;
}

Status TooManyRows(const JoinSpec& spec) {
  return MakeError({sql::MakeDiagnostic(
      spec.at, "SCALAR_SUBQUERY_TOO_MANY_ROWS: a subquery used as a value gives more than one row",
      "aggregate its rows, with max or any_value, or add LIMIT 1")});
}

Result<BatchPtr> RowsOfMatches(const JoinSpec& spec, const BatchPtr& left,
                               const BatchProbe::Matches& matches, std::vector<int64_t>* rows) {
  const bool takes_all = spec.kind == plan::Join::Kind::kLeftMark;
  const bool taken = spec.kind == plan::Join::Kind::kLeftSemi;
  for (size_t i = 0; i < matches.found.size(); ++i) {
    if (takes_all || matches.found[i] == taken) {
      rows->push_back(matches.first_row + static_cast<int64_t>(i));
    }
  }
  const auto num_rows = static_cast<int64_t>(rows->size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, TakeColumns(*left, spec.columns.left, *rows));
  if (spec.has_mark) {
    arrow::BooleanBuilder marks;
    ARROW_RETURN_NOT_OK(marks.AppendValues(matches.found));
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), marks.Finish());
  }
  return Output(spec, num_rows, std::move(columns), {});
}

Result<BatchPtr> UnmatchedLeft(const JoinSpec& spec, const BatchPtr& left,
                               std::vector<int64_t> rows) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector taken,
                        TakeColumns(*left, spec.columns.left, std::move(rows)));
  ARROW_ASSIGN_OR_RAISE(
      const arrow::ArrayVector right,
      NullColumns(*spec.schema, taken.size(), spec.schema->fields().size(), num_rows));
  return Output(spec, num_rows, std::move(taken), right);
}

Result<BatchPtr> UnmatchedRight(const JoinSpec& spec, const BuildSide& build,
                                std::vector<int64_t> rows) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector left,
                        NullColumns(*spec.schema, 0, spec.columns.left.size(), num_rows));
  ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector right,
                        TakeColumns(*build.rows(), spec.columns.right, std::move(rows)));
  return Output(spec, num_rows, std::move(left), right);
}

}  // namespace tarn::local
