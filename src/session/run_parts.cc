#include "session/run_parts.h"

#include <algorithm>
#include <set>

#include "plan/refresh.h"

namespace tarn::session {
namespace {

std::set<std::string> NamesOf(const plan::Plan& plan, const RunDecision& decision,
                              run::TableChange change) {
  std::set<std::string> names;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const plan::TablePlan& table = plan.tables[i];
    if (table.selected && decision.tables[i].change == change) names.insert(table.table->name);
  }
  return names;
}

bool ReadsSource(const plan::Plan& plan, const std::string& source) {
  return std::any_of(plan.sources.begin(), plan.sources.end(),
                     [&](const plan::SourcePlan& other) { return other.source->name == source; });
}

}  // namespace

engine::BadRecordCount& PartEvents::CountOf(const std::string& source) {
  return engine::ReadsNewFilesOnly(&part_.increment, source) ? computed_.added[source]
                                                             : computed_.whole[source];
}

bool PartEvents::IsToldOf(const std::string& source) const {
  return part_.increment.kept_elsewhere.contains(source);
}

void PartEvents::OnEvent(const run::Event& event) {
  std::unique_lock lock(mutex_);
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
    if (part_.increment.appended.contains(told.table)) {
      told.num_rows_added = told.num_rows;
      told.num_rows += decision_.StateOf(told.table).num_rows;
    }
    computed_.tables[told.table] = told;
    lock.unlock();
    return observer_->OnEvent(told);
  }
  lock.unlock();
  observer_->OnEvent(event);
}

std::optional<RunPart> PartOfRebuilds(const plan::Plan& plan, const RunDecision& decision) {
  const auto names = NamesOf(plan, decision, run::TableChange::kRebuild);
  if (names.empty()) return std::nullopt;
  RunPart part;
  part.plan = plan::PlanOfTables(plan, names);
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const std::string& source = plan.sources[i].source->name;
    if (ReadsSource(part.plan, source)) part.increment.files[source] = decision.sources[i].listing;
  }
  return part;
}

std::optional<RunPart> PartOfAppends(const plan::Plan& plan, const RunDecision& decision,
                                     const std::optional<RunPart>& rebuilds) {
  const auto names = NamesOf(plan, decision, run::TableChange::kAppend);
  if (names.empty()) return std::nullopt;
  RunPart part;
  part.increment.appended = names;
  plan::Plan appends = plan;
  for (plan::TablePlan& table : appends.tables) {
    table.selected = part.increment.appended.contains(table.table->name);
    if (!table.selected || table.table->key.empty()) continue;
    part.increment.old_files[table.table->name] = decision.table_files.at(table.table->name);
  }
  std::set<int> grown;
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (decision.sources[i].has_grown()) grown.insert(static_cast<int>(i));
  }
  part.plan = plan::PlanOfNewRows(appends, grown);
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
    if (!rebuilds || !ReadsSource(rebuilds->plan, source)) continue;
    part.increment.kept_elsewhere.insert(source);
    files.dangling_links.clear();  // warned of once
  }
  return part;
}

}  // namespace tarn::session
