#include "local/keys/spilling_keys.h"

#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {

Result<std::unique_ptr<SpillingKeys>> SpillingKeys::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys, int level,
    SpillStore* store) {
  ARROW_ASSIGN_OR_RAISE(auto table, KeyTable::Make(types, keeps_keys));
  return std::unique_ptr<SpillingKeys>(new SpillingKeys(std::move(table), level, store));
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
  if (spilled_ == nullptr) {
    spilled_ = std::make_unique<SpilledPartitions>(batch->schema(), store_);
  }
  ARROW_RETURN_NOT_OK(spilled_->Add(batch, partitions));
  return numbers;
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

// New keys are numbered in the order of rows.
void AddFirstNumbers(const arrow::RecordBatch& rows, const arrow::UInt32Array& keys,
                     std::vector<int64_t>* first) {
  for (int64_t row = 0; row < keys.length(); ++row) {
    if (keys.IsValid(row) && keys.Value(row) == first->size()) {
      first->push_back(NumberAt(rows, row));
    }
  }
}

}  // namespace tarn::local
