#include "local/run_plan.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "engine/broken_rule.h"
#include "engine/estimate.h"
#include "engine/table_spec.h"
#include "local/memory_shares.h"
#include "local/run_environment.h"
#include "local/run_graph.h"
#include "local/scan/source_scan.h"
#include "local/table_run.h"
#include "system/process.h"

namespace tarn::local {
namespace {

// What memory does not hold goes to disk, here as on Spark, which has more of both.
void WarnOfSpilling(const plan::Plan& plan, const std::vector<engine::InputSize>& sizes,
                    int64_t memory_bytes, int num_threads, const RunOptions& options) {
  const int64_t num_bytes = engine::LocalMemory(plan, sizes);
  if (!engine::SpillsMostly(engine::Sum(sizes), num_bytes, memory_bytes, num_threads)) return;
  options.context.warn(fmt::format(
      "the tables may take up to {} of memory, of which the run may use {}: most of the "
      "time may go into writing the rest to disk; give it more (--memory), or use more "
      "machines (--engine spark); `tarn plan` estimates both",
      FormatBytes(num_bytes), FormatBytes(memory_bytes)));
}

WrittenTables CountWritten(const plan::Plan& plan) {
  WrittenTables tables;
  for (const plan::TablePlan& table : plan.tables) {
    if (!table.selected || table.use == plan::TablePlan::Use::kVanished) continue;
    ++(engine::SpecOf(table).gathers_rows() ? tables.num_gathering : tables.num_streaming);
  }
  return tables;
}

void ReportSpilled(int64_t num_bytes, const std::string& folder, run::Observer* observer) {
  if (num_bytes == 0 || observer == nullptr) return;
  observer->OnEvent(run::Spilled{num_bytes, folder});
}

using Tables = std::vector<std::shared_ptr<TableRun>>;

int64_t SpilledBytes(const RunGraph& graph, const Tables& tables) {
  int64_t num_bytes = graph.spilled_bytes();
  for (const auto& table : tables) num_bytes += table->spilled_bytes();
  return num_bytes;
}

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

// `options` are those of all tables.
Status MakeTables(TableRun::Options options, Tables* tables) {
  for (options.table = 0; options.table < std::ssize(options.plan->tables); ++options.table) {
    ARROW_ASSIGN_OR_RAISE(auto run, TableRun::Make(options));
    tables->push_back(std::move(run));
  }
  return Status::OK();
}

// Without what is of the run as a whole.
void AddParts(const RunGraph& graph, const SourceScan& scan, const Tables& tables,
              RunMetrics* metrics) {
  metrics->nodes = graph.metrics();
  metrics->sources = scan.metrics();
  for (const auto& table : tables) metrics->tables.push_back(table->metrics());
}

// All but RunMetrics::rest and what is of the run as a whole.
Result<RunMetrics> Compute(const plan::Plan& plan, lake::Transaction* transaction,
                           const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const int num_threads = NumThreads(options);
  const pipeline::RunLimits& limits = plan.pipeline->run;
  ARROW_ASSIGN_OR_RAISE(const std::string spill_dir, SpillFolderOf(limits));
  const int64_t memory_bytes = MemoryOf(limits);
  const MemoryShares shares = ShareMemory(memory_bytes, CountWritten(plan));
  if (transaction != nullptr) transaction->LimitMemory(shares.uploads);
  MemoryBudget memory(shares.operators);
  std::unique_ptr<RunGraph> graph;  // outlives what scan and scheduler hold of it
  Scheduler scheduler;
  Backlog backlog(shares.backlog);
  RunControl control(options.context.stop);

  SourceScan scan({&plan, options.context.storages, &scheduler, &backlog, &control, transaction,
                   options.retry_quarantine, options.context.observer, options.analyze,
                   options.context.warn, options.context.increment, options.listings});
  ARROW_RETURN_NOT_OK(scan.List());
  const plan::Plan ordered =
      plan::OrderJoins(plan, engine::SourceSizes(scan.sizes(), scan.TakeSamples()));
  WarnOfSpilling(ordered, scan.sizes(), memory_bytes, num_threads, options);

  Tables tables;
  TableRun::Options table_options;
  table_options.plan = &ordered;
  table_options.context = ContextOf(plan, options);
  table_options.num_threads = num_threads;
  table_options.scheduler = &scheduler;
  table_options.backlog = &backlog;
  table_options.control = &control;
  table_options.memory = &memory;
  table_options.spill_dir = spill_dir;
  table_options.gathered_bytes_max = shares.gathered_per_table;
  table_options.row_group_bytes_max = shares.row_group_per_table;
  table_options.transaction = transaction;
  table_options.increment = options.context.increment;
  table_options.storages = options.context.storages;
  table_options.observer = options.context.observer;
  table_options.begin = begin;
  table_options.analyze = options.analyze;
  table_options.on_rows = options.on_rows;
  table_options.on_end = [&] {
    if (HaveAllEnded(tables, control)) scan.Abandon();
  };
  ARROW_RETURN_NOT_OK(MakeTables(table_options, &tables));
  ARROW_ASSIGN_OR_RAISE(graph, RunGraph::Make({&ordered,
                                               ContextOf(plan, options),
                                               &scheduler,
                                               &backlog,
                                               &control,
                                               options.analyze,
                                               {tables.begin(), tables.end()},
                                               &memory,
                                               spill_dir}));
  graph->Start();
  scan.Start(graph->sources(), num_threads);
  const Status ran = scheduler.Run(num_threads);
  ReportSpilled(SpilledBytes(*graph, tables), spill_dir, options.context.observer);
  const Status failed = ran.ok() ? FirstError(scan, tables, control) : ran;
  if (failed.IsCancelled()) return failed;
  const Status judged = scan.Finish(/*is_whole=*/failed.ok());
  ARROW_RETURN_NOT_OK(failed);
  const std::vector<run::BrokenRule> broken = BrokenRules(tables);
  if (!broken.empty()) return engine::ErrorOf(broken);
  ARROW_RETURN_NOT_OK(judged);

  RunMetrics result;
  result.plan = ordered;
  if (options.analyze) AddParts(*graph, scan, tables, &result);
  return result;
}

void Add(const Work& work, Work* sum) {
  sum->cpu_seconds += work.cpu_seconds;
  sum->serial_seconds += work.serial_seconds;
}

// The parts of what was measured, summed up; the rest is what the process took beside them.
void AddRest(const ProcessUsage& before, RunMetrics* metrics) {
  const ProcessUsage now = UsageOfThisProcess();
  Work& all = metrics->all;
  for (const NodeMetrics& node : metrics->nodes) Add(node.work, &all);
  for (const SourceMetrics& source : metrics->sources) Add(source.work, &all);
  for (const TableMetrics& table : metrics->tables) Add(table.work, &all);
  metrics->kernel_seconds = now.kernel_seconds - before.kernel_seconds;
  const double used = now.user_seconds - before.user_seconds + metrics->kernel_seconds;
  metrics->rest.cpu_seconds = std::max(metrics->rest.cpu_seconds, used - all.cpu_seconds);
  Add(metrics->rest, &all);
  all.wall_seconds = metrics->rest.wall_seconds;
  metrics->peak_memory_bytes = now.peak_memory_bytes;
}

}  // namespace

Result<RunMetrics> RunPlan(const plan::Plan& plan, lake::Transaction* transaction,
                           const RunOptions& options) {
  ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
  if (!options.analyze) return Compute(plan, transaction, options);
  const ProcessUsage before = UsageOfThisProcess();
  SelfTime rest;
  Result<RunMetrics> metrics = [&] {
    // What this thread does before and after the scheduler's tasks, it does alone.
    const SelfTime::Scope scope(&rest, SelfTime::Threads::kOne);
    return Compute(plan, transaction, options);
  }();
  ARROW_RETURN_NOT_OK(metrics.status());
  metrics->rest = rest.work();
  metrics->num_threads = NumThreads(options);
  AddRest(before, &*metrics);
  return metrics;
}

}  // namespace tarn::local
