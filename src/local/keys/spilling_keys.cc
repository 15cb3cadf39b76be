#include "local/keys/spilling_keys.h"

#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

Result<std::unique_ptr<SpillingKeys>> SpillingKeys::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys, int level,
    SpillStore* store, int64_t batch_bytes) {
  ARROW_ASSIGN_OR_RAISE(auto table, KeyTable::Make(types, keeps_keys));
  return std::unique_ptr<SpillingKeys>(
      new SpillingKeys(std::move(table), level, store, batch_bytes));
}

Result<std::shared_ptr<arrow::UInt32Array>> SpillingKeys::Insert(const EncodedKeys& keys,
                                                                 const MakeRows& rows) {
  if (!is_frozen_) return table_->Insert(keys);
  ARROW_ASSIGN_OR_RAISE(auto numbers, table_->Find(keys));
  if (numbers->null_count() == 0) return numbers;
  std::vector<int8_t> partitions(static_cast<size_t>(keys.num_rows()), SpilledPartitions::kNone);
  for (int64_t row = 0; row < keys.num_rows(); ++row) {
    if (numbers->IsNull(row)) partitions[row] = SpilledPartitions::Of(keys.hash(row), level_);
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, rows());
  ARROW_RETURN_NOT_OK(Spill(batch, partitions));
  return numbers;
}

Result<std::shared_ptr<arrow::UInt32Array>> SpillingKeys::Insert(const EncodedKeys& keys,
                                                                 std::span<const int64_t> rows,
                                                                 const MakeRowsAt& make) {
  if (!is_frozen_) return table_->Insert(keys, rows);
  ARROW_ASSIGN_OR_RAISE(auto numbers, table_->Find(keys, rows));
  if (numbers->null_count() == 0) return numbers;
  std::vector<int64_t> positions;
  std::vector<int8_t> partitions;
  for (int64_t i = 0; i < numbers->length(); ++i) {
    if (numbers->IsValid(i)) continue;
    positions.push_back(i);
    partitions.push_back(SpilledPartitions::Of(keys.hash(rows[i]), level_));
  }
  ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, make(positions));
  ARROW_RETURN_NOT_OK(Spill(batch, partitions));
  return numbers;
}

Status SpillingKeys::Spill(const BatchPtr& rows, std::span<const int8_t> partitions) {
  if (spilled_ == nullptr) {
    spilled_ = std::make_unique<SpilledPartitions>(rows->schema(), store_, batch_bytes_);
  }
  return spilled_->Add(rows, partitions);
}

int64_t SpillingKeys::num_bytes() const {
  return table_->num_bytes() + (spilled_ == nullptr ? 0 : spilled_->pending_bytes());
}

Result<std::vector<SpilledPart>> SpillingKeys::TakeSpilled() {
  table_ = nullptr;
  if (spilled_ == nullptr) return std::vector<SpilledPart>();
  ARROW_ASSIGN_OR_RAISE(auto parts, PartsOf(spilled_.get(), level_ + 1));
  spilled_ = nullptr;
  return parts;
}

SpillingKeys::MakeRowsAt RowsOfBatch(const BatchPtr& batch, int64_t number,
                                     std::span<const int64_t> rows) {
  return [&batch, number, rows](std::span<const int64_t> positions) {
    std::vector<int64_t> taken, numbers;
    for (const int64_t position : positions) {
      taken.push_back(rows[position]);
      numbers.push_back(NumberOfRow(number, rows[position]));
    }
    return TakeNumbered(batch, std::move(taken), numbers);
  };
}

void AddFirstNumbers(const arrow::RecordBatch& rows, const arrow::UInt32Array& keys,
                     std::vector<int64_t>* first) {
  AddFirstNumbers(
      keys, [&rows](int64_t row) { return NumberAt(rows, row); }, first);
}

}  // namespace tarn::local
