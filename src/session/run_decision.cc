#include "session/run_decision.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <future>
#include <set>

#include "base/units.h"
#include "engine/folder_columns.h"
#include "engine/list_source.h"
#include "lake/table_files.h"
#include "plan/refresh.h"
#include "session/backfill.h"
#include "session/kept_state.h"
#include "session/refresh_of_run.h"
#include "session/replaced_partitions.h"
#include "session/table_inputs.h"

namespace tarn::session {
namespace {

// Of the sources, all at once.
Result<std::vector<SourceNow>> ListSources(const DecisionInput& input) {
  std::vector<std::future<Result<storage::Listing>>> listings;
  for (const plan::SourcePlan& source : input.plan->sources) {
    listings.push_back(std::async(std::launch::async, [&input, &source] {
      return engine::ListSource(input.storages, *source.source, input.stop);
    }));
  }
  std::vector<Result<storage::Listing>> results;
  for (auto& listing : listings) results.push_back(listing.get());
  std::vector<SourceNow> sources;
  for (auto& result : results) {
    ARROW_ASSIGN_OR_RAISE(sources.emplace_back().listing, std::move(result));
  }
  return sources;
}

// Whether the Parquet files of a table are those that its last run left. What replaced the table
// since has none of that run's; ids of runs in the same second do not say which came first.
bool AreAsLeft(const std::vector<storage::ObjectInfo>& files, const ledger::TableState& state) {
  int64_t num_bytes = 0;
  bool has_last_run = false;
  for (const storage::ObjectInfo& file : files) {
    num_bytes += file.size_bytes;
    const std::string_view path = file.path;
    const std::string_view run = lake::RunOfFile(path.substr(path.rfind('/') + 1));
    has_last_run = has_last_run || run.starts_with(state.run_id);
  }
  return std::ssize(files) == state.num_files && num_bytes == state.num_bytes && has_last_run;
}

// "source events: 2 files changed, 1 file gone, such as /raw/a.json"
std::string LostText(const std::string& source, const ledger::FileChanges& changes) {
  std::vector<std::string> parts;
  const auto add = [&](int64_t count, const char* what) {
    if (count > 0) parts.push_back(FormatCount(count, "file") + what);
  };
  add(changes.num_changed, " changed");
  add(changes.num_gone, " gone");
  return fmt::format("source {}: {}, such as {}", source, fmt::join(parts, ", "),
                     changes.lost.empty() ? "" : changes.lost.front());
}

// Whether the table has consumed all files that the ledger has of the source.
bool HasNewest(const ledger::TableState& state, const std::string& source, const SourceNow& now) {
  const auto version = state.versions.find(source);
  return now.before && version != state.versions.end() && version->second == now.before->version;
}

// Which records of a source are bad, and thus no rows, depends on the columns that are read of it.
void AddColumnsRead(const plan::Plan& plan, std::map<std::string, MadeOf>* made_of) {
  for (const plan::TablePlan& table : plan.tables) {
    const std::set<std::string> inputs = InputsOf(plan, table.table->name);
    for (const plan::SourcePlan& source : plan.sources) {
      const std::string& name = source.source->name;
      const bool has_bad_records = source.source->format != pipeline::RecordFormat::kParquet;
      if (!inputs.contains(name) || !has_bad_records) continue;
      (*made_of)[table.table->name]["what is read of source " + name] =
          fmt::format("{}", fmt::join(source.schema->field_names(), ","));
    }
  }
}

// Decides on the tables of a plan whose sources are listed and compared.
class Decider {
 public:
  Decider(const DecisionInput& input, RunDecision* decision)
      : input_(input), plan_(*input.plan), decision_(*decision) {}

  Status Run() {
    std::set<int> grown;
    for (size_t i = 0; i < plan_.sources.size(); ++i) {
      if (decision_.sources[i].has_grown()) grown.insert(static_cast<int>(i));
    }
    ARROW_RETURN_NOT_OK(CheckFolders(grown));
    const std::vector<plan::TableRefresh> refreshes = plan::RefreshesOf(plan_, grown);
    for (size_t i = 0; i < plan_.tables.size(); ++i) {
      TableDecision& decided = decision_.tables.emplace_back();
      if (!plan_.tables[i].selected) continue;
      ARROW_ASSIGN_OR_RAISE(decided, Decide(plan_.tables[i], refreshes[i]));
      // What no new file asks for is asked for by the SQL.
      decided.is_of_each_run = grown.empty() && decided.change == run::TableChange::kRebuild &&
                               decided.reason == refreshes[i].reason && !decided.reason.empty();
      if (input_.backfill) {
        ARROW_ASSIGN_OR_RAISE(decided, DecideOnDays(plan_.tables[i], std::move(decided)));
      }
      if (decided.change != run::TableChange::kRebuild) continue;
      ARROW_ASSIGN_OR_RAISE(const bool is_partly, IsPartlyReplaced(input_, *plan_.tables[i].table));
      if (is_partly) decided.change = run::TableChange::kReplacePartitions;
    }
    return Status::OK();
  }

 private:
  // What only all files together show: that all of them are in folders of the same columns.
  Status CheckFolders(const std::set<int>& grown) const {
    for (const int source : grown) {
      const pipeline::Source& described = *plan_.sources[source].source;
      if (described.format == pipeline::RecordFormat::kParquet) continue;
      ARROW_RETURN_NOT_OK(
          engine::FolderColumns(described, decision_.sources[source].listing.files).status());
    }
    return Status::OK();
  }

  Result<TableDecision> Decide(const plan::TablePlan& table, const plan::TableRefresh& refresh) {
    using Change = run::TableChange;
    const std::string& name = table.table->name;
    if (input_.is_full || !decision_.before || !decision_.before->tables.contains(name)) {
      return TableDecision{Change::kRebuild};
    }
    std::string why = WhyOther(name, /*by_days=*/false);
    if (why.empty()) {
      ARROW_ASSIGN_OR_RAISE(why, WhyNotInLake(name));
    }
    if (!why.empty()) return TableDecision{Change::kRebuild, std::move(why)};
    const plan::TableRefresh taken = RefreshOfRun(refresh, plan_, table, *input_.engine);
    if (taken.how == plan::Refresh::kAppend) return TableDecision{Change::kAppend};
    if (taken.how == plan::Refresh::kMerge) {
      ARROW_ASSIGN_OR_RAISE(why, WhyNotMerged(name));
      if (why.empty()) return TableDecision{Change::kMerge};
      decision_.table_files.erase(name);
      return TableDecision{Change::kRebuild, std::move(why)};
    }
    decision_.table_files.erase(name);
    if (taken.how == plan::Refresh::kNone) return TableDecision{Change::kNone};
    return TableDecision{Change::kRebuild, taken.reason};
  }

  // Why the table's groups cannot be told from what is kept of them; "": they can.
  Result<std::string> WhyNotMerged(const std::string& name) {
    const auto meaning = decision_.meanings_of_states.find(name);
    if (meaning == decision_.meanings_of_states.end()) return "";  // its own files say them
    ARROW_ASSIGN_OR_RAISE(auto files, StateFiles(input_.lake, name));
    ARROW_ASSIGN_OR_RAISE(std::string why, WhyNotMergeable(decision_.StateOf(name).kept,
                                                           meaning->second, files, name));
    if (why.empty()) decision_.state_files[name] = std::move(files);
    return why;
  }

  // The same of a run that reads some days again.
  Result<TableDecision> DecideOnDays(const plan::TablePlan& table, TableDecision decided) {
    using Change = run::TableChange;
    const std::string& name = table.table->name;
    ARROW_ASSIGN_OR_RAISE(const bool reads_days, ReadsDays(input_, decision_, name));
    if (!reads_days) return decided;
    const bool has_days = HasDaysInPeriod(input_, decision_, name);
    const TableDecision again{Change::kRebuild, BackfillText(*input_.backfill)};
    if (table.table->replace == pipeline::Replace::kTable || input_.takes_rows_away) {
      const bool is_anew = decided.change == Change::kRebuild || !has_days;
      return is_anew ? decided : again;
    }
    ARROW_ASSIGN_OR_RAISE(std::string why, WhyNotByDays(name));
    decision_.table_files.erase(name);
    if (why.empty()) return TableDecision{Change::kReplacePartitions, again.reason, true};
    if (!has_days) return NotByDaysError(name, why, *input_.backfill);
    return decided.change == Change::kRebuild ? decided : TableDecision{Change::kRebuild, why};
  }

  // Why the rows of some days, and those of other partitions, are not all of the table; "": they
  // are.
  Result<std::string> WhyNotByDays(const std::string& name) {
    if (!decision_.before || !decision_.before->tables.contains(name)) return "it is not there yet";
    std::string why = WhyOther(name, /*by_days=*/true);
    if (!why.empty()) return why;
    return WhyNotInLake(name);
  }

  // Why what the table was made of is other than what the ledger says; "": it is not. By days that
  // are read again it may differ in their files, and in no others.
  std::string WhyOther(const std::string& name, bool by_days) const {
    const ledger::TableState& state = decision_.StateOf(name);
    const std::string other = FirstDifference(state.made_of, decision_.made_of.at(name));
    if (!other.empty()) return other + " changed";
    const std::set<std::string> inputs = InputsOf(plan_, name);
    for (size_t i = 0; i < plan_.sources.size(); ++i) {
      const std::string& source = plan_.sources[i].source->name;
      if (!inputs.contains(source)) continue;
      const SourceNow& now = decision_.sources[i];
      const bool is_repaired = by_days && now.days && !now.has_lost_others;
      if (now.before && !now.changes.only_added() && !is_repaired) {
        return LostText(source, now.changes);
      }
      if (!HasNewest(state, source, now)) {
        return "runs without it have read newer files of source " + source;
      }
      if (by_days && !now.days && now.has_grown()) {
        return "source " + source + " has new files";
      }
    }
    return "";
  }

  // Why the table in the lake is not what the ledger's last run left; "": it is.
  Result<std::string> WhyNotInLake(const std::string& name) {
    const std::string folder = storage::JoinPath(input_.lake->root(), name);
    auto files = input_.lake->storage()->List(storage::EscapeGlob(folder) + "/**/*.parquet");
    ARROW_RETURN_NOT_OK(input_.stop.Poll());
    if (!files.ok() || !AreAsLeft(*files, decision_.StateOf(name))) {
      return "its files in the lake are not those of its last run";
    }
    decision_.table_files[name] = *std::move(files);
    return "";
  }

  const DecisionInput& input_;
  const plan::Plan& plan_;
  RunDecision& decision_;
};

}  // namespace

Result<RunDecision> CompareSources(const DecisionInput& input) {
  RunDecision decision;
  ARROW_ASSIGN_OR_RAISE(decision.sources, ListSources(input));
  if (!input.is_full) {
    ARROW_ASSIGN_OR_RAISE(decision.before,
                          ledger::ReadLakeState(input.lake->storage(), input.lake->root()));
  }
  for (size_t i = 0; decision.before && i < decision.sources.size(); ++i) {
    const std::string& name = input.plan->sources[i].source->name;
    const auto before = decision.before->sources.find(name);
    if (before == decision.before->sources.end()) continue;
    SourceNow& now = decision.sources[i];
    now.before = before->second;
    ARROW_ASSIGN_OR_RAISE(now.changes,
                          ledger::CompareFiles(input.lake->storage(), input.lake->root(), name,
                                               now.listing.files, before->second));
  }
  if (input.backfill) ARROW_RETURN_NOT_OK(ListDays(input, &decision));
  return decision;
}

Status DecideTables(const DecisionInput& input, RunDecision* decision) {
  decision->made_of = WhatTablesAreMadeOf(*input.plan->pipeline);
  AddColumnsRead(*input.plan, &decision->made_of);
  decision->meanings_of_states = TablesThatKeepState(*input.plan, *input.engine);
  return Decider(input, decision).Run();
}

Result<RunDecision> DecideRun(const DecisionInput& input) {
  ARROW_ASSIGN_OR_RAISE(RunDecision decision, CompareSources(input));
  ARROW_RETURN_NOT_OK(DecideTables(input, &decision));
  return decision;
}

}  // namespace tarn::session
