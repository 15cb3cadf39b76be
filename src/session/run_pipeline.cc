#include "session/run_pipeline.h"

#include <fmt/format.h>

#include <thread>

#include "run/broadcast.h"
#include "run/interrupted.h"
#include "session/region_check.h"
#include "session/tables_before.h"

namespace tarn::session {
namespace {

using std::chrono::steady_clock;

// Begin, once the runs before it are done or there is no more time to wait.
Result<std::unique_ptr<lake::Transaction>> BeginInTurn(const std::string& run_id, lake::Lake* lake,
                                                       const RunRequest& request,
                                                       const RunWatch& watch) {
  constexpr std::chrono::milliseconds kPause(500);
  const auto end = steady_clock::now() + request.wait;
  for (bool is_told = false;; is_told = true) {
    auto transaction = lake->Begin(run_id);
    if (transaction.ok() || KindOf(transaction.status()) != ErrorKind::kConflict) {
      return transaction;
    }
    if (steady_clock::now() >= end) return transaction;
    if (!is_told) {
      watch.tell("waiting for the lake's lock: " + MessageOf(transaction.status()));
    }
    std::this_thread::sleep_for(kPause);
    if (watch.stop.IsStopRequested()) return run::InterruptedError();
  }
}

// What a run that failed has found stays in the lake, without its tables.
void KeepFindings(lake::Transaction* transaction, run::RunRecorder* recorder,
                  const RunWatch& watch) {
  std::vector<lake::BrokenRow> rows;
  for (const run::BrokenRule& broken : recorder->record().broken_rules) {
    const std::string rule = fmt::format("{}: {}", run::NameOf(broken.kind), broken.rule);
    for (const SampleRow& row : broken.sample) rows.push_back({broken.table, rule, RowText(row)});
  }
  const Result<bool> kept = transaction->CommitFindings(rows);
  if (kept.ok()) return;
  recorder->ForgetQuarantine();
  watch.warn("what the run found could not be kept: " + Render(kept.status()));
}

void WarnOfTablesMadeNoMore(const TablesBefore& before, const pipeline::Pipeline& pipeline,
                            const std::string& lake_root, const RunWatch& watch) {
  for (const std::string& table : before.MadeNoMore(pipeline)) {
    watch.warn(fmt::format(
        "the lake has table {0}, which the pipeline no longer builds; it stays as it is until its "
        "folder is deleted: {1}/{0}",
        table, lake_root));
  }
}

}  // namespace

Status RunPipeline(const plan::Plan& plan, const RunRequest& request, engine::Engine* engine,
                   lake::Lake* lake, storage::Storages* storages, run::RunRecorder* recorder,
                   const RunWatch& watch) {
  ARROW_RETURN_NOT_OK(
      CheckRegions(storages->buckets(), plan, lake->root(), request.needs_one_region, watch.warn));
  ARROW_ASSIGN_OR_RAISE(auto transaction, BeginInTurn(recorder->run_id(), lake, request, watch));
  ARROW_ASSIGN_OR_RAISE(const TablesBefore before, TablesBefore::Read(lake));
  WarnOfTablesMadeNoMore(before, *plan.pipeline, lake->root(), watch);
  if (!request.takes_rows_away) ARROW_RETURN_NOT_OK(before.CheckPeriods(plan));

  std::vector<run::Observer*> observers = {recorder};
  if (watch.observer != nullptr) observers.push_back(watch.observer);
  run::Broadcast broadcast(observers);
  for (const plan::TablePlan& table : plan.tables) {
    const auto num_rows = before.NumRows(table.table->name);
    if (num_rows) broadcast.OnEvent(run::TableFound{table.table->name, *num_rows});
  }
  Status computed =
      engine->Run(plan, transaction.get(),
                  {storages, watch.stop, &broadcast, watch.warn, recorder->started_at()});
  if (computed.ok()) computed = before.CheckEmptied(plan, recorder->record());
  // What else broke while everything was stopping does not matter. From here on the tables change:
  // an interrupt comes too late.
  if (watch.stop.IsStopRequested()) return run::InterruptedError();
  if (!computed.ok()) {
    if (!computed.IsCancelled()) KeepFindings(transaction.get(), recorder, watch);
    return computed;
  }
  const auto begin = steady_clock::now();
  ARROW_RETURN_NOT_OK(transaction->Commit());
  const std::chrono::duration<double> elapsed = steady_clock::now() - begin;
  broadcast.OnEvent(run::Committed{elapsed.count()});
  return Status::OK();
}

}  // namespace tarn::session
