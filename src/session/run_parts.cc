#include "session/run_parts.h"

#include <algorithm>
#include <set>

#include "lake/read_rows.h"
#include "plan/refresh.h"
#include "plan/unique_rows.h"

namespace tarn::session {
namespace {

std::set<std::string> NamesOf(const plan::Plan& plan, const RunDecision& decision,
                              run::TableChange change, bool is_of_days = false) {
  std::set<std::string> names;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const plan::TablePlan& table = plan.tables[i];
    const TableDecision& decided = decision.tables[i];
    const bool is_one = decided.change == change && decided.is_of_days == is_of_days;
    if (table.selected && is_one) names.insert(table.table->name);
  }
  return names;
}

bool ReadsSource(const plan::Plan& plan, const std::string& source) {
  return std::any_of(plan.sources.begin(), plan.sources.end(),
                     [&](const plan::SourcePlan& other) { return other.source->name == source; });
}

// A part before reads the source too.
void KeepElsewhere(const std::string& source, RunPart* part) {
  part->increment.kept_elsewhere.insert(source);
  part->increment.files[source].dangling_links.clear();  // warned of once
}

int LastTable(const plan::Plan& plan) { return static_cast<int>(plan.tables.size()) - 1; }

// How much there is in partitions of a table, each of which has files.
Result<lake::TableStats> FilesIn(const std::vector<std::string>& folders,
                                 const std::vector<storage::ObjectInfo>& files,
                                 const std::string& table_folder, storage::Storage* storage) {
  const std::set<std::string> wanted(folders.begin(), folders.end());
  std::set<std::string> found;
  std::vector<storage::ObjectInfo> inside;
  lake::TableStats stats;
  for (const storage::ObjectInfo& file : files) {
    const size_t begin = table_folder.size() + 1;
    const size_t name = file.path.rfind('/') + 1;
    std::string folder = name > begin ? file.path.substr(begin, name - begin - 1) : "";
    if (!wanted.contains(folder)) continue;
    found.insert(std::move(folder));
    inside.push_back(file);
    stats.num_bytes += file.size_bytes;
  }
  if (found.size() < wanted.size()) {
    return MakeError(ErrorKind::kFailed,
                     "The state of a table is not of its files: it has rows of a partition that is "
                     "not there: " +
                         table_folder,
                     "`tarn run --full` computes all tables anew, and their states with them");
  }
  stats.num_files = std::ssize(inside);
  ARROW_ASSIGN_OR_RAISE(stats.num_rows, lake::CountRows(storage, inside));
  return stats;
}

}  // namespace

engine::BadRecordCount& PartEvents::CountOf(const std::string& source) {
  if (part_.of_days.contains(source)) return computed_.days[source];
  return engine::ReadsNewFilesOnly(&part_.increment, source) ? computed_.added[source]
                                                             : computed_.whole[source];
}

bool PartEvents::IsToldOf(const std::string& source) const {
  return part_.increment.kept_elsewhere.contains(source);
}

bool PartEvents::IsOwn(const run::Event& event) const {
  return std::visit(
      [this](const auto& told) {
        if constexpr (requires { told.source; }) return part_.own.names.contains(told.source);
        if constexpr (requires { told.table; }) return part_.own.names.contains(told.table);
        return false;
      },
      event);
}

void PartEvents::OnEvent(const run::Event& event) {
  std::unique_lock lock(mutex_);
  if (IsOwn(event)) {
    const auto* const written = std::get_if<run::TableWritten>(&event);
    const auto state =
        written == nullptr ? part_.own.states.end() : part_.own.states.find(written->table);
    if (state == part_.own.states.end()) return;
    run::TableWritten& kept = computed_.states[state->second] = *written;
    if (part_.increment.appended.contains(kept.table)) kept.num_rows_added = kept.num_rows;
    return;
  }
  if (const auto* listed = std::get_if<run::SourceListed>(&event)) {
    if (IsToldOf(listed->source)) return;
  } else if (const auto* progress = std::get_if<run::SourceProgress>(&event)) {
    // Totals of two threads may arrive in the wrong order.
    int64_t& num_records = CountOf(progress->source).num_records;
    num_records = std::max(num_records, progress->num_records);
    if (IsToldOf(progress->source)) return;
  } else if (const auto* audited = std::get_if<run::SourceAudited>(&event)) {
    CountOf(audited->source).num_bad = audited->num_bad_records;
    if (IsToldOf(audited->source)) return;
  } else if (const auto* written = std::get_if<run::TableWritten>(&event)) {
    run::TableWritten told = *written;
    if (part_.own.merged.contains(told.table)) {
      computed_.tables[told.table] = told;
      return;
    }
    if (part_.increment.appended.contains(told.table)) {
      told.num_rows_added = told.num_rows;
      told.num_rows += decision_.StateOf(told.table).num_rows;
    }
    computed_.tables[told.table] = told;
    if (part_.increment.partly_replaced.contains(told.table)) return;
    lock.unlock();
    return observer_->OnEvent(told);
  }
  lock.unlock();
  observer_->OnEvent(event);
}

Status PartEvents::TellMerged(lake::Lake* lake, lake::Transaction* transaction) {
  for (const std::string& table : part_.own.merged) {
    const std::vector<std::string> folders = transaction->PartitionsToReplace(table);
    ARROW_ASSIGN_OR_RAISE(const lake::TableStats gone,
                          FilesIn(folders, decision_.table_files.at(table),
                                  storage::JoinPath(lake->root(), table), lake->storage().get()));
    const ledger::TableState& before = decision_.StateOf(table);
    computed_.kept[table] = {before.num_rows - gone.num_rows, before.num_files - gone.num_files,
                             before.num_bytes - gone.num_bytes};
    run::TableWritten& written = computed_.tables.at(table);
    written.num_rows += before.num_rows - gone.num_rows;
    written.num_rows_added = std::max<int64_t>(written.num_rows - before.num_rows, 0);
    written.num_partitions_replaced = std::ssize(folders);
    observer_->OnEvent(written);
  }
  return Status::OK();
}

std::optional<RunPart> PartOfRebuilds(const plan::Plan& plan, const RunDecision& decision) {
  auto names = NamesOf(plan, decision, run::TableChange::kRebuild);
  auto partly = NamesOf(plan, decision, run::TableChange::kReplacePartitions);
  names.insert(partly.begin(), partly.end());
  if (names.empty()) return std::nullopt;
  RunPart part;
  part.increment.partly_replaced = std::move(partly);
  part.plan = plan::PlanOfTables(plan, names);
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const std::string& source = plan.sources[i].source->name;
    if (ReadsSource(part.plan, source)) part.increment.files[source] = decision.sources[i].listing;
  }
  // The last one first, as those that keep something get tables before them.
  for (int table = LastTable(part.plan); table >= 0; --table) {
    const plan::TablePlan& made = part.plan.tables[table];
    const std::string& name = made.table->name;
    const bool is_kept = made.selected && decision.meanings_of_states.contains(name) &&
                         !part.increment.partly_replaced.contains(name);
    if (is_kept) KeepState(table, {&part.plan, &part.increment, &part.own});
  }
  return part;
}

std::optional<RunPart> PartOfDays(const plan::Plan& plan, const RunDecision& decision,
                                  const std::optional<RunPart>& rebuilds) {
  auto names = NamesOf(plan, decision, run::TableChange::kReplacePartitions, true);
  if (names.empty()) return std::nullopt;
  RunPart part;
  part.plan = plan::PlanOfTables(plan, names);
  part.increment.partly_replaced = std::move(names);
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const std::string& source = plan.sources[i].source->name;
    if (!ReadsSource(part.plan, source)) continue;
    const SourceNow& now = decision.sources[i];
    storage::Listing& files = part.increment.files[source];
    files = now.days.value_or(now.listing);
    if (now.days) part.of_days.insert(source);
    if (rebuilds && ReadsSource(rebuilds->plan, source)) KeepElsewhere(source, &part);
  }
  return part;
}

std::optional<RunPart> PartOfNewFiles(const plan::Plan& plan, const RunDecision& decision,
                                      const std::optional<RunPart>& rebuilds,
                                      const std::optional<RunPart>& days, const lake::Lake& lake) {
  const auto merged = NamesOf(plan, decision, run::TableChange::kMerge);
  auto names = NamesOf(plan, decision, run::TableChange::kAppend);
  names.insert(merged.begin(), merged.end());
  if (names.empty()) return std::nullopt;
  RunPart part;
  part.increment.appended = names;
  plan::Plan of_new = plan;
  for (plan::TablePlan& table : of_new.tables) {
    const std::string& name = table.table->name;
    table.selected = names.contains(name);
    if (!table.selected || !plan::KeyMayRepeat(table)) continue;
    part.increment.old_files[name] = decision.table_files.at(name);
  }
  std::set<int> grown;
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (decision.sources[i].has_grown()) grown.insert(static_cast<int>(i));
  }
  part.plan = plan::PlanOfNewRows(of_new, grown);
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const std::string& source = plan.sources[i].source->name;
    if (!ReadsSource(part.plan, source)) continue;
    const SourceNow& now = decision.sources[i];
    storage::Listing& files = part.increment.files[source];
    files = now.listing;
    if (now.has_grown()) {
      files.files = now.changes.added;
      part.increment.consumed[source] = {now.before->num_records, now.before->num_bad_records};
    }
    const auto reads = [&](const std::optional<RunPart>& other) {
      return other && ReadsSource(other->plan, source);
    };
    if (reads(rebuilds) || reads(days)) KeepElsewhere(source, &part);
  }
  // As for those that are rebuilt.
  for (int table = LastTable(part.plan); table >= 0; --table) {
    const std::string name = part.plan.tables[table].table->name;
    if (!merged.contains(name)) continue;
    const OwnPartsTarget target{&part.plan, &part.increment, &part.own};
    if (const auto state = decision.state_files.find(name); state != decision.state_files.end()) {
      MergeIntoState(table, {lake.storage(), state->second}, target);
    } else {
      LeaveOutOldRows(table, {lake.storage(), decision.table_files.at(name)}, target);
    }
  }
  return part;
}

}  // namespace tarn::session
