#pragma once

#include <chrono>
#include <deque>

#include "base/error.h"
#include "lake/lake.h"
#include "local/batch/run_control.h"
#include "local/operator_tree.h"
#include "local/run_plan.h"

namespace tarn::local {

/// \brief One table at work: pulls its tree, checks the rows, hands them to other tables and the
/// writer.
///
/// Threads: one runs it.
class TableRun {
 public:
  /// \brief All pointers are borrowed.
  struct Options {
    const plan::Plan* plan = nullptr;
    ExprContext context;  ///< of the run
    int table = -1;       ///< index in plan->tables
    int num_threads = 1;  ///< that the writer may use
    Streams* streams = nullptr;
    RunControl* control = nullptr;
    lake::Transaction* transaction = nullptr;     ///< null: nothing is written
    run::Observer* observer = nullptr;            ///< may be null
    std::deque<NodeMetrics>* metrics = nullptr;   ///< null: not measured
    std::chrono::steady_clock::time_point begin;  ///< of the run, for TableWritten::seconds
  };

  /// \brief Build the tree and open the writer. Tables are made in the order of the plan.
  static Result<std::unique_ptr<TableRun>> Make(Options options);

  /// \brief All of it. A failure is reported to the run's control and to the tables that read this
  /// one; a broken rule is none: these go on, so that all that is broken is found.
  Status Run();

  /// \brief The rules that the table's rows break, once it has run. Then nothing of it is complete.
  const std::vector<run::BrokenRule>& broken_rules() const { return broken_rules_; }

 private:
  explicit TableRun(Options options)
      : options_(std::move(options)), table_(options_.plan->tables[options_.table]) {}

  Status PullAll();
  Status Close();
  void ReportProgress();

  const Options options_;
  const plan::TablePlan& table_;
  OperatorPtr tree_;
  std::unique_ptr<lake::TableWriter> writer_;  // null when nothing is written
  int64_t num_rows_ = 0;
  int64_t num_batches_ = 0;
  std::vector<run::BrokenRule> broken_rules_;
  std::chrono::steady_clock::time_point last_report_;
};

}  // namespace tarn::local
