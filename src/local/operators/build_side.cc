#include "local/operators/build_side.h"

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"

namespace tarn::local {

Result<std::unique_ptr<BuildSide>> BuildSide::Make(
    SchemaPtr schema, const std::vector<std::shared_ptr<arrow::DataType>>& key_types,
    MemoryBudget* memory) {
  ARROW_ASSIGN_OR_RAISE(auto table, KeyTable::Make(key_types));
  return std::unique_ptr<BuildSide>(new BuildSide(std::move(schema), std::move(table), memory));
}

Status BuildSide::Add(BatchPtr batch, const EncodedKeys& keys) {
  ARROW_ASSIGN_OR_RAISE(const auto numbers, table_->Insert(keys));
  numbers_.insert(numbers_.end(), numbers->raw_values(), numbers->raw_values() + numbers->length());
  ARROW_RETURN_NOT_OK(CountBytes(*batch));
  batches_.push_back(std::move(batch));
  return Status::OK();
}

// With what Finish takes besides, so that it does not take too much.
Status BuildSide::CountBytes(const arrow::RecordBatch& batch) {
  // A number of its key, a place in row_ids_, and a flag whether it matched.
  constexpr size_t kBytesPerRow = sizeof(uint32_t) + sizeof(int64_t) + 1;
  // In begins_, and next to it.
  constexpr size_t kBytesPerKey = 2 * sizeof(int64_t);
  int64_t num_bytes = 0;
  for (int i = 0; i < batch.num_columns(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const int64_t column_bytes, ColumnBytes(*batch.column(i)));
    column_bytes_[i] += column_bytes;
    num_bytes += column_bytes_[i];
    concatenated_bytes_ = std::max(concatenated_bytes_, column_bytes_[i]);
  }
  grant_.Set(
      num_bytes + concatenated_bytes_ + table_->num_bytes() +
      static_cast<int64_t>(numbers_.size() * kBytesPerRow + table_->num_keys() * kBytesPerKey));
  return Status::OK();
}

std::vector<BatchPtr> BuildSide::TakeBatches() && {
  std::vector<BatchPtr> batches = std::move(batches_);
  grant_.Set(0);
  return batches;
}

Status BuildSide::Finish(const Poll& poll) {
  ARROW_ASSIGN_OR_RAISE(rows_, Concatenate(schema_, std::exchange(batches_, {}), poll));
  Index();
  grant_.Set(grant_.num_bytes() - concatenated_bytes_);
  return Status::OK();
}

void BuildSide::Index() {
  const std::vector<uint32_t> numbers = std::exchange(numbers_, {});
  begins_.assign(table_->num_keys() + 1, 0);
  for (const uint32_t number : numbers) ++begins_[number + 1];
  for (size_t key = 1; key < begins_.size(); ++key) begins_[key] += begins_[key - 1];
  std::vector<int64_t> next(begins_.begin(), begins_.end() - 1);
  row_ids_.resize(numbers.size());
  for (size_t row = 0; row < numbers.size(); ++row) {
    row_ids_[next[numbers[row]]++] = static_cast<int64_t>(row);
  }
}

Result<std::vector<BuildSide::Matches>> BuildSide::Find(const EncodedKeys& keys,
                                                        const std::vector<bool>& null_safe) const {
  const int64_t num_rows = keys.num_rows();
  std::vector<Matches> matches(num_rows);
  if (rows_->num_rows() == 0) return matches;
  ARROW_ASSIGN_OR_RAISE(const auto numbers, table_->Find(keys));
  for (int64_t row = 0; row < num_rows; ++row) {
    if (numbers->IsNull(row)) continue;
    const uint32_t key = numbers->Value(row);
    matches[row] = {begins_[key], begins_[key + 1]};
  }
  // The table holds NULL as a value; where `=` joins, it matches nothing.
  for (size_t i = 0; i < null_safe.size(); ++i) {
    const arrow::Array& column = *keys.columns()[i];
    if (null_safe[i] || column.null_count() == 0) continue;
    for (int64_t row = 0; row < num_rows; ++row) {
      if (column.IsNull(row)) matches[row] = {};
    }
  }
  return matches;
}

}  // namespace tarn::local
