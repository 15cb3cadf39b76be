#pragma once

#include <functional>
#include <memory>
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

  /// \param[in] keeps_keys whether TakeKeys will be called
  /// \param[in] level how often the rows were partitioned before
  /// \param[in] store borrowed; null: Freeze is not called
  /// \return as KeyTable::Make
  static Result<std::unique_ptr<SpillingKeys>> Make(
      const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys, int level,
      SpillStore* store);

  /// \brief The number of each row's key; null for the rows that went to disk.
  /// \param[in] rows called where some do
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const EncodedKeys& keys, const MakeRows& rows);

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
  SpillingKeys(std::unique_ptr<KeyTable> table, int level, SpillStore* store)
      : table_(std::move(table)), level_(level), store_(store) {}

  std::unique_ptr<KeyTable> table_;
  const int level_;
  SpillStore* const store_;
  bool is_frozen_ = false;
  std::unique_ptr<SpilledPartitions> spilled_;  // null: no row went to disk
};

/// \brief Go on with the numbers of the rows that keys were first seen in.
/// \param[in] rows with their order keys, which are numbers
/// \param[in] keys what SpillingKeys::Insert returned for them
/// \param[in,out] first by key
void AddFirstNumbers(const arrow::RecordBatch& rows, const arrow::UInt32Array& keys,
                     std::vector<int64_t>* first);

}  // namespace tarn::local
