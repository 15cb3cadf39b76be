#pragma once

#include <arrow/array.h>

#include <memory>
#include <span>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "local/keys/dictionary_numbers.h"
#include "local/keys/encoded_keys.h"
#include "local/keys/key_index.h"
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

  uint32_t num_keys() const { return num_keys_; }

  /// \brief Held in memory.
  int64_t num_bytes() const;

 private:
  KeyTable(const std::vector<std::shared_ptr<arrow::DataType>>& types, bool keeps_keys);

  Status CheckEncoding(const EncodedKeys& keys) const;
  Result<std::shared_ptr<arrow::UInt32Array>> InsertRows(const EncodedKeys& keys,
                                                         const RowSelection& rows);
  Status InsertByCode(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers,
                      std::vector<int64_t>* new_rows);
  Result<std::shared_ptr<arrow::UInt32Array>> FindRows(const EncodedKeys& keys,
                                                       const RowSelection& rows) const;
  void FindByCode(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers) const;
  Status KeepKeys(const arrow::ArrayVector& keys, std::vector<int64_t> rows);

  const bool keeps_keys_;
  uint32_t num_keys_;
  const std::vector<std::shared_ptr<arrow::DataType>> types_;
  std::unique_ptr<KeyIndex> index_;             // null: there are no columns
  std::unique_ptr<DictionaryNumbers> by_code_;  // null: keys are not one column of text
  std::vector<arrow::ArrayVector> values_;      // by column: the keys, by number, in parts
  int64_t values_bytes_ = 0;                    // of values_
};

/// \brief The types of `exprs`.
std::vector<std::shared_ptr<arrow::DataType>> TypesOf(const std::vector<plan::ExprPtr>& exprs);

}  // namespace tarn::local
