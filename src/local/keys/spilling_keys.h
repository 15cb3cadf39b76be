#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "local/keys/key_table.h"
#include "local/spill/spilled_part.h"

namespace tarn::local {

/// \brief Numbers distinct keys as a KeyTable does, as long as there is memory for them: once it is
/// frozen, rows whose key has no number go to disk.
///
/// All keys with a number were seen before any of those on disk. Threads: one at a time.
class SpillingKeys {
 public:
  /// The rows of a batch, in their order, with their order keys as the last column.
  using MakeRows = std::function<Result<BatchPtr>()>;
  /// The same of some of them: those at `positions` of the rows that keys are inserted of.
  using MakeRowsAt = std::function<Result<BatchPtr>(std::span<const int64_t> positions)>;

  /// \param[in] keeps_keys whether TakeKeys will be called
  /// \param[in] level how often the rows were partitioned before
  /// \param[in] store borrowed; null: Freeze is not called
  /// \param[in] batch_bytes as SpilledPartitions
  /// \return as KeyTable::Make
  static Result<std::unique_ptr<SpillingKeys>> Make(
      const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys, int level,
      SpillStore* store, int64_t batch_bytes = SpilledRows::kBatchBytes);

  /// \brief The number of each row's key; null for the rows that went to disk.
  /// \param[in] rows called where some do
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const EncodedKeys& keys, const MakeRows& rows);
  /// \brief The same of the keys of `rows` alone, in this order: one number for each of them.
  /// \param[in] make called where some go to disk
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const EncodedKeys& keys,
                                                     std::span<const int64_t> rows,
                                                     const MakeRowsAt& make);

  /// \brief Take no more keys.
  void Freeze() { is_frozen_ = true; }

  uint32_t num_keys() const { return table_->num_keys(); }
  bool has_spilled() const { return spilled_ != nullptr; }
  /// \brief Bytes held, about.
  int64_t num_bytes() const;

  /// \brief As that of KeyTable.
  Result<arrow::ArrayVector> TakeKeys() { return table_->TakeKeys(); }

  /// \brief The rows on disk. Called once, last.
  Result<std::vector<SpilledPart>> TakeSpilled();

 private:
  SpillingKeys(std::unique_ptr<KeyTable> table, int level, SpillStore* store, int64_t batch_bytes)
      : table_(std::move(table)), level_(level), store_(store), batch_bytes_(batch_bytes) {}

  Status Spill(const BatchPtr& rows, std::span<const int8_t> partitions);

  std::unique_ptr<KeyTable> table_;
  const int level_;
  SpillStore* const store_;
  const int64_t batch_bytes_;
  bool is_frozen_ = false;
  std::unique_ptr<SpilledPartitions> spilled_;  // null: no row went to disk
};

/// \brief Makes rows of an operator's input, numbered by NumberOfRow.
/// \param[in] batch borrowed, as is rows
/// \param[in] number of the batch
/// \param[in] rows of it that keys are inserted of
SpillingKeys::MakeRowsAt RowsOfBatch(const BatchPtr& batch, int64_t number,
                                     std::span<const int64_t> rows);

/// \brief Go on with the numbers of the rows that keys were first seen in.
/// \param[in] keys what SpillingKeys::Insert returned for some rows
/// \param[in] number_at of the row at a position of them
/// \param[in,out] first by key
template <class NumberAt>
void AddFirstNumbers(const arrow::UInt32Array& keys, const NumberAt& number_at,
                     std::vector<int64_t>* first) {
  // New keys are numbered in the order of rows.
  for (int64_t i = 0; i < keys.length(); ++i) {
    if (keys.Value(i) == first->size() && keys.IsValid(i)) first->push_back(number_at(i));
  }
}

/// \brief The same of rows with their order keys, which are their numbers.
void AddFirstNumbers(const arrow::RecordBatch& rows, const arrow::UInt32Array& keys,
                     std::vector<int64_t>* first);

}  // namespace tarn::local
