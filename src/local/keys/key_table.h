#pragma once

#include <arrow/array.h>
#include <arrow/compute/row/grouper.h>

#include <memory>
#include <vector>

#include "local/batch/operator.h"
#include "local/expr/compiled_expr.h"
#include "plan/expr.h"

namespace tarn::local {

/// \brief Evaluate the key expressions over `batch`, with keys that Spark holds to be equal made
/// the same: -0.0 becomes 0.0, every NaN the same NaN.
Result<arrow::ArrayVector> EvaluateKeys(const std::vector<CompiledExpr>& keys,
                                        const arrow::RecordBatch& batch);

/// \brief `column` with -0.0 and NaN made uniform; itself when there is nothing to change.
Result<std::shared_ptr<arrow::Array>> NormalizeKey(const std::shared_ptr<arrow::Array>& column);

/// \brief Numbers distinct keys in the order in which they first appear: 0, 1, 2, …
///
/// NULL is a value like any other. Without key columns all rows have key 0.
class KeyTable {
 public:
  /// \return NotImplemented for what holds a MAP.
  static Result<std::unique_ptr<KeyTable>> Make(
      const std::vector<std::shared_ptr<arrow::DataType>>& types);

  /// \brief The number of each row's key; new keys are added.
  Result<std::shared_ptr<arrow::UInt32Array>> Insert(const arrow::ArrayVector& keys,
                                                     int64_t num_rows);

  /// \brief The numbers of the keys of many rows, some of them at a time.
  /// \param[in] keys expressions over `rows`
  /// \param[in] poll asked in between
  Result<std::vector<uint32_t>> InsertAll(const std::vector<CompiledExpr>& keys,
                                          const BatchPtr& rows, const Poll& poll);

  /// \brief The number of each row's key; null for keys that are not in the table.
  Result<std::shared_ptr<arrow::UInt32Array>> Find(const arrow::ArrayVector& keys,
                                                   int64_t num_rows) const;

  /// \brief The distinct keys, by number; of nested ones that are equal, the first.
  Result<arrow::ArrayVector> Keys() const;

  uint32_t num_keys() const { return grouper_ == nullptr ? 1 : grouper_->num_groups(); }

 private:
  KeyTable(std::unique_ptr<arrow::compute::Grouper> grouper, std::vector<bool> is_nested)
      : grouper_(std::move(grouper)),
        is_nested_(std::move(is_nested)),
        first_values_(is_nested_.size()) {}

  Result<std::shared_ptr<arrow::UInt32Array>> NumbersOf(const arrow::UInt32Array& groups) const;
  Result<arrow::compute::ExecBatch> BatchOf(const arrow::ArrayVector& keys, int64_t num_rows) const;
  Status KeepNestedKeys(const arrow::ArrayVector& keys, const std::vector<int64_t>& rows);

  std::unique_ptr<arrow::compute::Grouper> grouper_;  // null without key columns
  // The grouper takes nested values as their row keys; what they were is kept beside it.
  std::vector<bool> is_nested_;                   // by column
  std::vector<arrow::ArrayVector> first_values_;  // by column, of nested ones, by number
  // The grouper numbers new keys by their hashes, and so by what the processor can do.
  std::vector<uint32_t> number_of_group_;
  std::vector<uint32_t> group_of_number_;
};

/// \brief The types of `exprs`.
std::vector<std::shared_ptr<arrow::DataType>> TypesOf(const std::vector<plan::ExprPtr>& exprs);

}  // namespace tarn::local
