#pragma once

#include <arrow/array.h>

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "local/keys/encoded_keys.h"
#include "plan/expr.h"

namespace tarn::local {

/// \brief Encode keys, with those that Spark holds to be equal made the same: -0.0 becomes 0.0,
/// every NaN the same NaN.
Result<EncodedKeys> EncodeKeys(arrow::ArrayVector columns, int64_t num_rows);

/// \brief The same of key expressions over `batch`.
Result<EncodedKeys> EncodeKeys(const std::vector<CompiledExpr>& keys,
                               const arrow::RecordBatch& batch);

/// \brief `column` with -0.0 and NaN made uniform; itself when there is nothing to change.
Result<std::shared_ptr<arrow::Array>> NormalizeKey(const std::shared_ptr<arrow::Array>& column);

/// \brief Numbers distinct keys in the order in which they first appear: 0, 1, 2, …
///
/// NULL is a value like any other. Without key columns all rows have key 0.
/// Threads: one at a time while keys are inserted; then any number at once may find them.
class KeyTable {
 public:
  /// \param[in] keeps_keys whether TakeKeys() will be called
  /// \return NotImplemented for what holds a MAP.
  static Result<std::unique_ptr<KeyTable>> Make(
      const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys = false);

  /// \brief The number of each row's key; new keys are added.
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const EncodedKeys& keys);
  /// \brief The same of the keys of `rows` alone, in this order: one number for each of them.
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const EncodedKeys& keys,
                                                     std::span<const int64_t> rows);
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const arrow::ArrayVector& keys,
                                                     int64_t num_rows);

  /// \brief The number of each row's key; null for keys that are not in the table.
  Result<std::shared_ptr<arrow::UInt32Array>> Find(const EncodedKeys& keys) const;
  /// \brief The same of the keys of `rows` alone: one number for each of them.
  Result<std::shared_ptr<arrow::UInt32Array>> Find(const EncodedKeys& keys,
                                                   std::span<const int64_t> rows) const;

  /// \brief The distinct keys, by number; of nested ones that are equal, the first. Called once,
  /// last: what else is held for them is freed first.
  Result<arrow::ArrayVector> TakeKeys();

  uint32_t num_keys() const { return has_columns_ ? num_keys_ : 1; }

  /// \brief Held in memory.
  int64_t num_bytes() const;

 private:
  /// A key's number and the upper half of its hash.
  struct Slot {
    uint32_t tag = 0;
    uint32_t number = 0;
  };
  static constexpr uint32_t kFree = std::numeric_limits<uint32_t>::max();

  KeyTable(const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys);

  std::string_view KeyOf(uint32_t number) const {
    return std::string_view(bytes_).substr(begins_[number], begins_[number + 1] - begins_[number]);
  }
  template <class Rows>
  Result<std::shared_ptr<arrow::UInt32Array>> InsertRows(const EncodedKeys& keys, const Rows& rows);
  template <class Rows>
  Result<std::shared_ptr<arrow::UInt32Array>> FindRows(const EncodedKeys& keys,
                                                       const Rows& rows) const;
  size_t FindSlot(const EncodedKeys& keys, int64_t row) const;
  Status Add(const EncodedKeys& keys, int64_t row, size_t slot);
  void Grow();
  Status KeepKeys(const arrow::ArrayVector& keys, const std::vector<int64_t>& rows);

  const bool has_columns_;
  const bool keeps_keys_;
  const std::vector<std::shared_ptr<arrow::DataType>> types_;
  std::vector<Slot> slots_;                 // a power of two, at most half of them taken
  uint32_t num_keys_ = 0;                   // number of those taken
  std::vector<uint64_t> hashes_;            // by number
  std::string bytes_;                       // of the keys, by number
  std::vector<size_t> begins_;              // in bytes_, by number, and the end of the last
  std::vector<arrow::ArrayVector> values_;  // by column: the keys, by number, in parts
  int64_t values_bytes_ = 0;                // of values_
};

/// \brief The types of `exprs`.
std::vector<std::shared_ptr<arrow::DataType>> TypesOf(const std::vector<plan::ExprPtr>& exprs);

}  // namespace tarn::local
