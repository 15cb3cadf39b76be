#include "local/run_plan.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/units.h"
#include "engine/broken_rule.h"
#include "engine/estimate.h"
#include "local/operator_tree.h"
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

// The error to report: that a table was stopped because of another's error is ignored.
Status FirstError(const SourceScan& scan, const std::vector<Status>& tables) {
  ARROW_RETURN_NOT_OK(scan.status());
  const Status* cancelled = nullptr;
  for (const Status& status : tables) {
    if (!status.ok() && !status.IsCancelled()) return status;
    if (status.IsCancelled()) cancelled = &status;
  }
  return cancelled == nullptr ? Status::OK() : *cancelled;
}

// Every table on a thread of its own; `scan` is abandoned when the last one ends.
std::vector<Status> RunTables(const std::vector<std::unique_ptr<TableRun>>& tables, CpuSlots* slots,
                              SourceScan* scan) {
  std::vector<Status> statuses(tables.size());
  std::atomic<size_t> num_running = tables.size();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < tables.size(); ++i) {
    threads.emplace_back([&, i] {
      {
        SlotGuard slot(slots, CpuSlots::Priority::kConsumer);
        statuses[i] = tables[i]->Run();
      }
      if (--num_running == 0) scan->Abandon();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return statuses;
}

std::vector<run::BrokenRule> BrokenRules(const std::vector<std::unique_ptr<TableRun>>& tables) {
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
  CpuSlots slots(num_threads);
  RunControl control(options.context.stop);
  Streams streams(plan, &slots, options.context.stop);

  SourceScan scan({&plan, options.context.storages, streams.sources(), &slots, &control,
                   transaction, options.retry_quarantine, options.context.observer,
                   options.context.warn});
  ARROW_RETURN_NOT_OK(scan.List());
  const plan::Plan ordered = plan::OrderJoins(plan, engine::TextBytes(scan.sizes()));
  WarnOfMemory(engine::LocalMemory(ordered, scan.sizes()), options);

  std::vector<std::deque<NodeMetrics>> metrics(plan.tables.size());
  std::vector<std::unique_ptr<TableRun>> tables;
  for (int table = 0; table < static_cast<int>(plan.tables.size()); ++table) {
    TableRun::Options table_options;
    table_options.plan = &ordered;
    table_options.context = ContextOf(options);
    table_options.table = table;
    table_options.num_threads = num_threads;
    table_options.streams = &streams;
    table_options.control = &control;
    table_options.transaction = transaction;
    table_options.observer = options.context.observer;
    table_options.metrics = options.analyze ? &metrics[table] : nullptr;
    table_options.begin = begin;
    ARROW_ASSIGN_OR_RAISE(auto run, TableRun::Make(std::move(table_options)));
    tables.push_back(std::move(run));
  }
  scan.Start(num_threads);
  const std::vector<Status> statuses = RunTables(tables, &slots, &scan);
  scan.Join();
  const Status failed = FirstError(scan, statuses);
  if (failed.IsCancelled()) return failed;
  const Status judged = scan.Finish(/*is_whole=*/failed.ok());
  ARROW_RETURN_NOT_OK(failed);
  const std::vector<run::BrokenRule> broken = BrokenRules(tables);
  if (!broken.empty()) return engine::ErrorOf(broken);
  ARROW_RETURN_NOT_OK(judged);

  RunMetrics result;
  result.plan = ordered;
  for (const auto& table : metrics)
    result.nodes.insert(result.nodes.end(), table.begin(), table.end());
  result.sources = scan.metrics();
  return result;
}

}  // namespace tarn::local
