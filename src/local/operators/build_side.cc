#include "local/operators/build_side.h"

#include "local/batch/gather.h"

namespace tarn::local {

Result<std::unique_ptr<BuildSide>> BuildSide::Make(const plan::Join& join,
                                                   const ExprContext& context, Operator* input,
                                                   const Poll& poll) {
  std::unique_ptr<BuildSide> side(new BuildSide(join, context));
  ARROW_ASSIGN_OR_RAISE(side->rows_, DrainToOne(input, poll));
  ARROW_ASSIGN_OR_RAISE(side->table_, KeyTable::Make(TypesOf(join.right_keys)));
  ARROW_RETURN_NOT_OK(side->Index(poll));
  return side;
}

Status BuildSide::Index(const Poll& poll) {
  const int64_t num_rows = rows_->num_rows();
  if (num_rows == 0) {
    begins_.assign(2, 0);
    return Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const std::vector<uint32_t> numbers,
                        table_->InsertAll(right_keys_, rows_, poll));
  begins_.assign(table_->num_keys() + 1, 0);
  for (int64_t row = 0; row < num_rows; ++row) ++begins_[numbers[row] + 1];
  for (size_t key = 1; key < begins_.size(); ++key) begins_[key] += begins_[key - 1];
  std::vector<int64_t> next(begins_.begin(), begins_.end() - 1);
  row_ids_.resize(num_rows);
  for (int64_t row = 0; row < num_rows; ++row) row_ids_[next[numbers[row]]++] = row;
  return Status::OK();
}

Result<std::vector<BuildSide::Matches>> BuildSide::Find(const arrow::RecordBatch& probe) const {
  const int64_t num_rows = probe.num_rows();
  std::vector<Matches> matches(num_rows);
  ARROW_ASSIGN_OR_RAISE(const auto keys, EvaluateKeys(left_keys_, probe));
  if (rows_->num_rows() == 0) return matches;
  ARROW_ASSIGN_OR_RAISE(const auto numbers, table_->Find(keys, num_rows));
  for (int64_t row = 0; row < num_rows; ++row) {
    if (numbers->IsNull(row)) continue;
    const uint32_t key = numbers->Value(row);
    matches[row] = {begins_[key], begins_[key + 1]};
  }
  // The table holds NULL as a value; where `=` joins, it matches nothing.
  for (size_t i = 0; i < keys.size(); ++i) {
    if (join_.null_safe[i] || keys[i]->null_count() == 0) continue;
    for (int64_t row = 0; row < num_rows; ++row) {
      if (keys[i]->IsNull(row)) matches[row] = {};
    }
  }
  return matches;
}

}  // namespace tarn::local
