#include "local/run_plan.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>

#include "base/units.h"
#include "engine/broken_rule.h"
#include "engine/estimate.h"
#include "local/run_graph.h"
#include "local/scan/source_scan.h"
#include "local/table_run.h"
#include "system/machine.h"

namespace tarn::local {
namespace {

int NumThreads(const RunOptions& options) {
  if (options.num_threads > 0) return options.num_threads;
  return ThisMachine().num_cores;
}

// Spark spills to disk where memory ends; this engine does not.
void WarnOfMemory(int64_t num_bytes, const RunOptions& options) {
  const int64_t there = ThisMachine().memory_bytes;
  if (num_bytes <= there) return;
  options.context.warn(
      fmt::format("the tables may take up to {} of memory, and here are {}: Spark (--engine spark) "
                  "spills to disk, and uses other machines; `tarn plan` estimates both",
                  FormatBytes(num_bytes), FormatBytes(there)));
}

ExprContext ContextOf(const RunOptions& options) {
  const auto since_1970 = options.context.started_at.time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
}

using Tables = std::vector<std::shared_ptr<TableRun>>;

// The error to report: that a table was stopped because of another's error is ignored.
Status FirstError(const SourceScan& scan, const Tables& tables, const RunControl& control) {
  ARROW_RETURN_NOT_OK(scan.status());
  Status cancelled;
  for (size_t i = 0; i < tables.size(); ++i) {
    const TableRun& table = *tables[i];
    const Status status = table.has_ended() ? table.status() : control.Poll(static_cast<int>(i));
    if (!status.ok() && !status.IsCancelled()) return status;
    if (status.IsCancelled()) cancelled = status;
    if (status.ok() && !table.has_ended()) return Status::UnknownError("a table did not end");
  }
  return cancelled;
}

// Whether no table takes more rows.
bool HaveAllEnded(const Tables& tables, const RunControl& control) {
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i]->has_ended() && control.Poll(static_cast<int>(i)).ok()) return false;
  }
  return true;
}

std::vector<run::BrokenRule> BrokenRules(const Tables& tables) {
  std::vector<run::BrokenRule> all;
  for (const auto& table : tables) {
    all.insert(all.end(), table->broken_rules().begin(), table->broken_rules().end());
  }
  return all;
}

}  // namespace

Result<RunMetrics> RunPlan(const plan::Plan& plan, lake::Transaction* transaction,
                           const RunOptions& options) {
  ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
  const auto begin = std::chrono::steady_clock::now();
  const int num_threads = NumThreads(options);
  Scheduler scheduler;
  Backlog backlog;
  RunControl control(options.context.stop);

  SourceScan scan({&plan, options.context.storages, &scheduler, &backlog, &control, transaction,
                   options.retry_quarantine, options.context.observer, options.context.warn});
  ARROW_RETURN_NOT_OK(scan.List());
  const plan::Plan ordered = plan::OrderJoins(plan, engine::TextBytes(scan.sizes()));
  WarnOfMemory(engine::LocalMemory(ordered, scan.sizes()), options);

  Tables tables;
  TableRun::Options table_options;
  table_options.plan = &ordered;
  table_options.context = ContextOf(options);
  table_options.num_threads = num_threads;
  table_options.scheduler = &scheduler;
  table_options.backlog = &backlog;
  table_options.control = &control;
  table_options.transaction = transaction;
  table_options.observer = options.context.observer;
  table_options.begin = begin;
  table_options.on_end = [&] {
    if (HaveAllEnded(tables, control)) scan.Abandon();
  };
  for (int table = 0; table < static_cast<int>(plan.tables.size()); ++table) {
    table_options.table = table;
    ARROW_ASSIGN_OR_RAISE(auto run, TableRun::Make(table_options));
    tables.push_back(std::move(run));
  }
  ARROW_ASSIGN_OR_RAISE(const auto graph, RunGraph::Make({&ordered,
                                                          ContextOf(options),
                                                          &scheduler,
                                                          &backlog,
                                                          &control,
                                                          options.analyze,
                                                          {tables.begin(), tables.end()}}));
  graph->Start();
  scan.Start(graph->sources(), num_threads);
  const Status ran = scheduler.Run(num_threads);
  const Status failed = ran.ok() ? FirstError(scan, tables, control) : ran;
  if (failed.IsCancelled()) return failed;
  const Status judged = scan.Finish(/*is_whole=*/failed.ok());
  ARROW_RETURN_NOT_OK(failed);
  const std::vector<run::BrokenRule> broken = BrokenRules(tables);
  if (!broken.empty()) return engine::ErrorOf(broken);
  ARROW_RETURN_NOT_OK(judged);

  RunMetrics result;
  result.plan = ordered;
  if (options.analyze) result.nodes = graph->metrics();
  result.sources = scan.metrics();
  return result;
}

}  // namespace tarn::local
