#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "local/operators/key_table.h"
#include "local/operators/operator.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The rules that a table's rows must keep: its key, its checks, its least number of rows.
class TableChecks {
 public:
  /// \param[in] table borrowed.
  static Result<std::unique_ptr<TableChecks>> Make(const plan::TablePlan& table,
                                                   const ExprContext& context);

  /// \brief Look at the next rows.
  /// \return kCheckFailed with the table, the rule and an example.
  Status Consume(const arrow::RecordBatch& batch);

  /// \brief All rows were seen.
  Status Finish() const;

 private:
  TableChecks(const plan::TablePlan& table, const ExprContext& context)
      : table_(table), checks_(CompileAll(table.checks, context)) {}

  Status CheckKey(const arrow::RecordBatch& batch);
  Result<int64_t> FirstRepeated(const arrow::ArrayVector& keys, int64_t num_rows);
  Status CheckRows(const arrow::RecordBatch& batch) const;

  const plan::TablePlan& table_;
  const std::vector<CompiledExpr> checks_;
  std::vector<int> key_columns_;
  std::unique_ptr<KeyTable> keys_;  // null without a key
  int64_t num_rows_ = 0;
};

}  // namespace tarn::local
