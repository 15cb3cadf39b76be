#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/increment.h"
#include "lake/lake.h"
#include "lake/trial_files.h"
#include "local/batch/in_order_stage.h"
#include "local/batch/run_control.h"
#include "local/kernels/kernel.h"
#include "local/table_checks.h"
#include "plan/plan.h"
#include "run/events.h"

namespace tarn::local {

/// \brief What it took to check and write one table (`tarn plan --analyze`).
struct TableMetrics {
  int table = 0;           ///< its index in the plan
  lake::TableStats stats;  ///< of the files that it makes; rows alone where it is not selected
  std::vector<lake::StoredColumn> columns;  ///< of its largest file; empty as TrialFiles::columns
  Work work;                                ///< without that of the disk
  int64_t peak_bytes = 0;                   ///< as NodeMetrics
  int64_t spilled_bytes = 0;                ///< as NodeMetrics
};

/// \brief Takes the rows of one table: checks them and hands them to the writer.
///
/// A failure is reported to the run's control. A broken rule is none: the others go on, so that all
/// that is broken is found.
class TableRun : public InOrderStage<TableChecks::Rows> {
 public:
  /// \brief All pointers are borrowed.
  struct Options {
    const plan::Plan* plan = nullptr;
    ExprContext context;  ///< of the run
    int table = -1;       ///< index in plan->tables
    int num_threads = 1;  ///< of the run
    Scheduler* scheduler = nullptr;
    Backlog* backlog = nullptr;
    RunControl* control = nullptr;
    MemoryBudget* memory = nullptr;               ///< of the run
    std::string spill_dir;                        ///< where checks write what memory does not hold
    int64_t gathered_bytes_max = 0;               ///< of rows that wait to be written by partition
    int64_t row_group_bytes_max = 0;              ///< where rows are written as they come
    lake::Transaction* transaction = nullptr;     ///< null: nothing is written
    run::Observer* observer = nullptr;            ///< may be null
    std::chrono::steady_clock::time_point begin;  ///< of the run, for TableWritten::seconds
    /// As RunOptions::on_rows, of the table that is selected.
    std::function<Status(const BatchPtr& batch)> on_rows;
    std::function<void()> on_end;  ///< called when the table ends. Threads: any
    bool analyze = false;          ///< measure, and without a transaction write to nowhere
    /// As engine::RunContext::increment.
    const engine::Increment* increment = nullptr;
    storage::Storages* storages = nullptr;  ///< that Increment::old_files are read from
  };

  /// \brief Open the writer. Tables are made in the order of the plan.
  static Result<std::shared_ptr<TableRun>> Make(Options options);

  /// \brief Whether the table is written, or failed.
  bool has_ended() const { return has_ended_; }

  /// \brief Why the table is not written. Call after the run.
  const Status& status() const { return status_; }

  /// \brief What its checks wrote to disk because memory ended.
  int64_t spilled_bytes() const { return context().spill->bytes_written(); }

  /// \brief The rules that the table's rows break. Then nothing of it is complete. Call after the
  /// run.
  const std::vector<run::BrokenRule>& broken_rules() const { return broken_rules_; }

  /// \brief With Options::analyze. Call after the run.
  TableMetrics metrics() const;

 protected:
  Result<TableChecks::Rows> Prepare(const BatchPtr& batch) const override {
    return checks_->Prepare(batch);
  }
  Status Consume(TableChecks::Rows rows) override;
  void Finish(Status status) override;
  void WorkBeside() override { checks_->Work(); }

 private:
  TableRun(Options options, std::unique_ptr<NodeMeter> meter);

  Status OpenWriter();
  Status TakeOldKeys();
  void End(Status status);
  void FinishChecks();
  Status Write(const BatchPtr& batch);
  Status Replace(const BatchPtr& batch);
  void DropWriter();
  Status Close();
  void ReportProgress();

  const Options options_;
  const plan::TablePlan& table_;
  const std::unique_ptr<NodeMeter> meter_;
  std::unique_ptr<TableChecks> checks_;
  std::shared_ptr<lake::TrialFiles> trial_;    // null: the table is stored, or not written
  std::unique_ptr<lake::TableWriter> writer_;  // null when nothing is written
  MemoryGrant written_;                        // what that holds
  lake::TableStats stats_;
  int64_t num_rows_ = 0;
  std::vector<run::BrokenRule> broken_rules_;
  std::chrono::steady_clock::time_point last_report_;
  Status status_;
  std::atomic<bool> has_ended_ = false;
};

}  // namespace tarn::local
