#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/error.h"
#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "local/unique_keys.h"
#include "plan/plan.h"
#include "run/broken_rule.h"

namespace tarn::local {

/// \brief The rules that a table's rows must keep: its key, its checks, its least number of rows.
class TableChecks {
 public:
  /// \param[in] table borrowed.
  static Result<std::unique_ptr<TableChecks>> Make(const plan::TablePlan& table,
                                                   const ExprContext& context,
                                                   const StageContext& stage);

  /// \brief What the rules ask of the rows of one batch.
  struct Rows {
    BatchPtr batch;
    std::shared_ptr<const UniqueKeys::Rows> keys;  ///< null where no row can repeat a key
    std::vector<std::shared_ptr<arrow::BooleanArray>> holds;  ///< by check: whether it does
  };

  /// \brief Evaluate the rules for a batch. Threads: any number at once.
  Result<Rows> Prepare(const BatchPtr& batch) const;

  /// \brief Judge the next rows.
  /// \return why that was not possible; not whether a rule is broken
  Status Consume(const Rows& rows);

  /// \brief Whether keys of rows are kept, so that later ones can't repeat them.
  bool keeps_keys() const { return unique_ != nullptr; }

  /// \brief The columns of the key, where keeps_keys().
  std::shared_ptr<arrow::Schema> key_schema() const;

  /// \brief The keys of rows that the table has already, and that are not judged. Before any
  /// Consume. \param[in] keys rows of key_schema()
  Status ConsumeOldKeys(const BatchPtr& keys);

  /// \brief Go on with what Consume left to be done by several threads. Threads: any number at
  /// once.
  void Work() {
    if (unique_ != nullptr) unique_->Work();
  }

  /// \brief All rows were seen. Called once. As UniqueKeys::Close.
  void Close(Status input, std::function<void(Status status)> on_end);

  /// \brief Whether a row is known to break a rule so far.
  bool is_broken() const {
    return is_broken_ || (unique_ != nullptr && unique_->num_repeated() > 0);
  }

  /// \brief The rules that the rows break, each with the number of rows. Called once, when Close
  /// has ended.
  std::vector<run::BrokenRule> Finish();

 private:
  TableChecks(const plan::TablePlan& table, const ExprContext& context);

  Status CheckKey(const Rows& rows);
  Status CheckRows(const Rows& rows);
  Status Count(run::BrokenRule* rule, const arrow::RecordBatch& batch, int64_t row);

  const plan::TablePlan& table_;
  const std::vector<CompiledExpr> exprs_;  // of the table's checks
  std::vector<int> key_columns_;
  std::unique_ptr<UniqueKeys> unique_;  // null where no row can repeat a key
  run::BrokenRule key_not_null_;
  run::BrokenRule key_unique_;
  std::vector<run::BrokenRule> checks_;  // one per check of the table
  bool is_broken_ = false;
  int64_t num_rows_ = 0;
};

}  // namespace tarn::local
