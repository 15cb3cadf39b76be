#include "session/run_pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <thread>

#include "run/broadcast.h"
#include "run/interrupted.h"
#include "session/kept_state.h"
#include "session/ledger_update.h"
#include "session/region_check.h"
#include "session/replaced_partitions.h"
#include "session/run_decision.h"
#include "session/run_parts.h"
#include "session/settle_fields.h"
#include "session/tables_before.h"
#include "values/ddl_text.h"

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

// Before anything is read.
void Announce(const plan::Plan& plan, const RunDecision& decision, run::Observer* observer) {
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const SourceNow& now = decision.sources[i];
    if (!now.before) continue;
    observer->OnEvent(run::SourceCompared{plan.sources[i].source->name, now.changes.num_same,
                                          std::ssize(now.changes.added), now.changes.num_changed,
                                          now.changes.num_gone});
  }
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const plan::TablePlan& table = plan.tables[i];
    if (!table.selected) continue;
    const TableDecision& decided = decision.tables[i];
    run::TableDecided event{table.table->name, decided.change, decided.reason};
    if (decided.change == run::TableChange::kNone) {
      event.num_rows = decision.StateOf(table.table->name).num_rows;
      event.schema = DdlOf(*table.root->schema);
    }
    observer->OnEvent(event);
  }
}

// A run, from its decision to what there is to commit.
class Computation {
 public:
  Computation(const plan::Plan& plan, engine::Engine* engine, const TablesBefore& before,
              lake::Lake* lake, lake::Transaction* transaction, engine::RunContext context)
      : plan_(&plan),
        engine_(engine),
        before_(before),
        lake_(lake),
        transaction_(transaction),
        context_(std::move(context)) {}

  // \return whether there is something to commit
  Result<bool> Run(const RunRequest& request) {
    DecisionInput input{plan_,           engine_,
                        lake_,           context_.storages,
                        request.is_full, request.takes_rows_away,
                        context_.stop,   request.backfill};
    ARROW_ASSIGN_OR_RAISE(RunDecision decision, CompareSources(input));
    ARROW_ASSIGN_OR_RAISE(settled_, SettleFields({plan_, request.select, engine_, context_.storages,
                                                  context_.observer},
                                                 decision));
    if (settled_ != nullptr) plan_ = input.plan = settled_->plan.get();
    ARROW_RETURN_NOT_OK(DecideTables(input, &decision));
    ARROW_RETURN_NOT_OK(CheckColumnsOfKept(*plan_, decision, before_));
    Announce(*plan_, decision, context_.observer);
    const auto rebuilds = PartOfRebuilds(*plan_, decision);
    const auto days = PartOfDays(*plan_, decision, rebuilds);
    const auto news = PartOfNewFiles(*plan_, decision, rebuilds, days, *lake_);
    WarnOfUnread(decision, {&rebuilds, &days, &news});
    if (!rebuilds && !days && !news) return false;
    ComputedParts computed;
    // Of what both read, the first one keeps the bad records, also when the second one fails.
    if (rebuilds) ARROW_RETURN_NOT_OK(Compute(*rebuilds, decision, &computed));
    if (days) ARROW_RETURN_NOT_OK(Compute(*days, decision, &computed));
    if (rebuilds || days) ARROW_RETURN_NOT_OK(ClearStates(decision, computed));
    if (news) ARROW_RETURN_NOT_OK(Compute(*news, decision, &computed));
    ARROW_RETURN_NOT_OK(UpdateLedger(*plan_, decision, computed, lake_, transaction_));
    return true;
  }

 private:
  // Engines warn of what they read.
  void WarnOfUnread(const RunDecision& decision,
                    std::initializer_list<const std::optional<RunPart>*> parts) const {
    for (size_t i = 0; i < plan_->sources.size(); ++i) {
      const std::string& source = plan_->sources[i].source->name;
      const auto reads = [&](const std::optional<RunPart>* part) {
        return part->has_value() && (*part)->increment.files.contains(source);
      };
      if (std::any_of(parts.begin(), parts.end(), reads)) continue;
      for (const std::string& warning : storage::WarningsOf(decision.sources[i].listing)) {
        context_.warn(warning);
      }
    }
  }

  // Of tables that are rebuilt and keep none any more.
  Status ClearStates(const RunDecision& decision, const ComputedParts& computed) {
    ARROW_ASSIGN_OR_RAISE(const std::set<std::string> states, TablesWithState(lake_));
    for (size_t i = 0; i < plan_->tables.size(); ++i) {
      const std::string& name = plan_->tables[i].table->name;
      const run::TableChange change = decision.tables[i].change;
      const bool is_computed =
          change == run::TableChange::kRebuild || change == run::TableChange::kReplacePartitions;
      const bool is_left = is_computed && states.contains(name) && !computed.states.contains(name);
      if (is_left) transaction_->ClearState(name);
    }
    return Status::OK();
  }

  Status Compute(const RunPart& part, const RunDecision& decision, ComputedParts* computed) {
    PartEvents events(part, decision, context_.observer, computed);
    engine::RunContext context = context_;
    context.observer = &events;
    context.increment = &part.increment;
    ARROW_RETURN_NOT_OK(AtState(engine_->Run(part.plan, transaction_, context)));
    ARROW_RETURN_NOT_OK(events.TellMerged(lake_, transaction_));
    return TellReplaced(part, decision, transaction_, context_, computed);
  }

  const plan::Plan* plan_;
  std::unique_ptr<SettledPlan> settled_;  // null, or it has plan_
  engine::Engine* const engine_;
  const TablesBefore& before_;
  lake::Lake* const lake_;
  lake::Transaction* const transaction_;
  const engine::RunContext context_;
};

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
    const std::string& name = table.table->name;
    const auto num_rows = before.NumRows(name);
    if (num_rows) broadcast.OnEvent(run::TableFound{name, *num_rows, before.Periods(name)});
  }
  const engine::RunContext context{storages, watch.stop, &broadcast, watch.warn,
                                   recorder->started_at()};
  const Result<bool> has_news =
      Computation(plan, engine, before, lake, transaction.get(), context).Run(request);
  Status computed = has_news.status();
  if (computed.ok()) computed = before.CheckEmptied(plan, recorder->record());
  // What else broke while everything was stopping does not matter. From here on the tables change:
  // an interrupt comes too late.
  if (watch.stop.IsStopRequested()) return run::InterruptedError();
  if (!computed.ok()) {
    if (!computed.IsCancelled()) KeepFindings(transaction.get(), recorder, watch);
    return computed;
  }
  if (!*has_news) return transaction->Abort();
  const auto begin = steady_clock::now();
  ARROW_RETURN_NOT_OK(transaction->Commit());
  const std::chrono::duration<double> elapsed = steady_clock::now() - begin;
  broadcast.OnEvent(run::Committed{elapsed.count()});
  return Status::OK();
}

}  // namespace tarn::session
