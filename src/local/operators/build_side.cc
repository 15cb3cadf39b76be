#include "local/operators/build_side.h"

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"

namespace tarn::local {
namespace {

// What a probe holds for each row, to know which match nothing.
constexpr int64_t kMatchedFlagBytes = 1;

}  // namespace

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
  constexpr size_t kBytesPerRow = sizeof(uint32_t) + sizeof(int64_t) + kMatchedFlagBytes;
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

Status BuildSide::Finish(const std::vector<int>& held, const Poll& poll) {
  std::vector<BatchPtr> batches;
  for (BatchPtr& batch : batches_) {
    ARROW_ASSIGN_OR_RAISE(batches.emplace_back(), batch->SelectColumns(held));
    batch = nullptr;
  }
  batches_.clear();
  arrow::FieldVector fields;
  int64_t num_bytes = 0;
  for (const int column : held) {
    fields.push_back(schema_->field(column));
    num_bytes += column_bytes_[column];
  }
  ARROW_ASSIGN_OR_RAISE(rows_,
                        Concatenate(arrow::schema(std::move(fields)), std::move(batches), poll));
  Index();
  num_bytes += static_cast<int64_t>((begins_.size() + row_ids_.size()) * sizeof(int64_t));
  grant_.Set(num_bytes + table_->num_bytes() + rows_->num_rows() * kMatchedFlagBytes);
  return Status::OK();
}

void BuildSide::Index() {
  const std::vector<uint32_t> numbers = std::exchange(numbers_, {});
  // Keys are numbered as they first come.
  if (table_->num_keys() == numbers.size()) return;
  begins_.assign(table_->num_keys() + 1, 0);
  for (const uint32_t number : numbers) ++begins_[number + 1];
  for (size_t key = 1; key < begins_.size(); ++key) begins_[key] += begins_[key - 1];
  if (std::is_sorted(numbers.begin(), numbers.end())) return;
  std::vector<int64_t> next(begins_.begin(), begins_.end() - 1);
  row_ids_.resize(numbers.size());
  for (size_t row = 0; row < numbers.size(); ++row) {
    row_ids_[next[numbers[row]]++] = static_cast<int64_t>(row);
  }
}

Result<std::vector<uint32_t>> BuildSide::Find(const EncodedKeys& keys,
                                              const std::vector<bool>& null_safe) const {
  const int64_t num_rows = keys.num_rows();
  if (rows_->num_rows() == 0) return std::vector<uint32_t>(num_rows, kNoKey);
  ARROW_ASSIGN_OR_RAISE(const auto found, table_->Find(keys));
  std::vector<uint32_t> numbers(found->raw_values(), found->raw_values() + num_rows);
  const auto exclude_nulls = [&](const arrow::Array& column) {
    if (column.null_count() == 0) return;
    for (int64_t row = 0; row < num_rows; ++row) {
      if (column.IsNull(row)) numbers[row] = kNoKey;
    }
  };
  exclude_nulls(*found);
  // The table holds NULL as a value; where `=` joins, it matches nothing.
  for (size_t i = 0; i < null_safe.size(); ++i) {
    if (!null_safe[i]) exclude_nulls(*keys.columns()[i]);
  }
  return numbers;
}

}  // namespace tarn::local
