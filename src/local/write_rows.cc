#include "local/write_rows.h"

#include <arrow/compute/initialize.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/table_spec.h"
#include "local/memory_shares.h"
#include "local/run_environment.h"
#include "local/table_run.h"

namespace tarn::local {
namespace {

// Pieces of about kBatchRows: several threads evaluate the rules.
std::vector<BatchPtr> Sliced(const std::vector<BatchPtr>& rows) {
  std::vector<BatchPtr> pieces;
  for (const BatchPtr& batch : rows) {
    for (int64_t begin = 0; begin < batch->num_rows(); begin += kBatchRows) {
      pieces.push_back(batch->Slice(begin, kBatchRows));
    }
  }
  return pieces;
}

}  // namespace

Result<std::vector<run::BrokenRule>> WriteRows(const plan::Plan& plan, int table,
                                               std::vector<BatchPtr> rows,
                                               lake::Transaction* transaction,
                                               const RunOptions& options) {
  ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
  const pipeline::RunLimits& limits = plan.pipeline->run;
  const bool gathers_rows = engine::SpecOf(plan.tables[table]).gathers_rows();
  const MemoryShares shares =
      ShareMemory(MemoryOf(limits), {gathers_rows ? 1 : 0, gathers_rows ? 0 : 1});
  if (transaction != nullptr) transaction->LimitMemory(shares.uploads);
  const int num_threads = NumThreads(options);
  MemoryBudget memory(shares.operators);
  Scheduler scheduler;
  Backlog backlog(shares.backlog);
  RunControl control(options.context.stop);

  TableRun::Options run;
  run.plan = &plan;
  run.context = ContextOf(plan, options);
  run.table = table;
  run.num_threads = num_threads;
  run.scheduler = &scheduler;
  run.backlog = &backlog;
  run.control = &control;
  run.memory = &memory;
  ARROW_ASSIGN_OR_RAISE(run.spill_dir, SpillFolderOf(limits));
  run.gathered_bytes_max = shares.gathered_per_table;
  run.row_group_bytes_max = shares.row_group_per_table;
  run.transaction = transaction;
  run.increment = options.context.increment;
  run.storages = options.context.storages;
  run.observer = options.context.observer;
  run.begin = std::chrono::steady_clock::now() -
              std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                  std::chrono::system_clock::now() - options.context.started_at);
  run.on_end = [] {};
  ARROW_ASSIGN_OR_RAISE(const auto sink, TableRun::Make(std::move(run)));

  const std::vector<BatchPtr> pieces = Sliced(rows);
  rows.clear();
  scheduler.Submit(Scheduler::Priority::kDeliver,
                   [&] { sink->SetNumPieces(static_cast<int64_t>(pieces.size())); });
  for (size_t i = 0; i < pieces.size(); ++i) {
    scheduler.Submit(Scheduler::Priority::kDeliver, [&, number = static_cast<int64_t>(i)] {
      sink->Push(number, pieces[number]);
      sink->Complete(number);
    });
  }
  ARROW_RETURN_NOT_OK(scheduler.Run(num_threads));
  ARROW_RETURN_NOT_OK(sink->has_ended() ? sink->status() : control.Poll(table));
  return sink->broken_rules();
}

}  // namespace tarn::local
