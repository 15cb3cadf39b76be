#pragma once

#include <memory>
#include <vector>

#include "local/batch/operator.h"
#include "local/keys/key_table.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The right input of a join, held in memory and found by key.
class BuildSide {
 public:
  /// \brief Rows [begin, end) of row_ids().
  struct Matches {
    int64_t begin = 0;
    int64_t end = 0;
  };

  /// \brief Read all of `input`.
  static Result<std::unique_ptr<BuildSide>> Make(const plan::Join& join, const ExprContext& context,
                                                 Operator* input, const Poll& poll);

  /// \brief Which rows have the keys of each row of `probe`; residual conditions are not looked at.
  Result<std::vector<Matches>> Find(const arrow::RecordBatch& probe) const;

  const BatchPtr& rows() const { return rows_; }

  /// \brief Row numbers, grouped by key; in the input's order within a key.
  const std::vector<int64_t>& row_ids() const { return row_ids_; }

 private:
  BuildSide(const plan::Join& join, const ExprContext& context)
      : join_(join),
        left_keys_(CompileAll(join.left_keys, context)),
        right_keys_(CompileAll(join.right_keys, context)) {}
  Status Index(const Poll& poll);

  const plan::Join& join_;
  const std::vector<CompiledExpr> left_keys_;
  const std::vector<CompiledExpr> right_keys_;
  BatchPtr rows_;
  std::unique_ptr<KeyTable> table_;
  std::vector<int64_t> begins_;  // by key number, and the end of the last
  std::vector<int64_t> row_ids_;
};

}  // namespace tarn::local
