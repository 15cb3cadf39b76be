#include "session/run_parts.h"

#include <algorithm>
#include <set>

#include "plan/merge.h"
#include "plan/refresh.h"
#include "plan/unique_rows.h"

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

// Of a DISTINCT at the top of a table, the rows that the table has already. No source of a pipeline
// has such a name.
void LeaveOutOldRows(int table, const std::vector<storage::ObjectInfo>& files,
                     const lake::Lake& lake, RunPart* part) {
  const plan::TablePlan& planned = part->plan.tables[table];
  arrow::FieldVector fields;
  const std::vector<int> columns = *plan::ColumnsOfDistinct(part->plan, planned);
  for (const int column : columns) {
    fields.push_back(planned.root->schema->field(column)->WithNullable(true));
  }
  auto source = std::make_shared<pipeline::Source>();
  source->name = "rows of " + planned.table->name;
  source->format = pipeline::RecordFormat::kParquet;
  source->schema = arrow::schema(std::move(fields));
  source->datetime_formats.zone = part->plan.pipeline->dialect.zone;
  part->increment.files[source->name] = {lake.storage(), files};
  plan::LeaveOutRows(&part->plan, table, plan::AddSource(&part->plan, *source));
  part->kept[source->name] = std::move(source);
}

}  // namespace

engine::BadRecordCount& PartEvents::CountOf(const std::string& source) {
  return engine::ReadsNewFilesOnly(&part_.increment, source) ? computed_.added[source]
                                                             : computed_.whole[source];
}

bool PartEvents::IsToldOf(const std::string& source) const {
  return part_.increment.kept_elsewhere.contains(source);
}

bool PartEvents::IsKept(const run::Event& event) const {
  return std::visit(
      [this](const auto& told) {
        if constexpr (requires { told.source; }) return part_.kept.contains(told.source);
        return false;
      },
      event);
}

void PartEvents::OnEvent(const run::Event& event) {
  if (IsKept(event)) return;
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
    if (part_.increment.partly_replaced.contains(told.table)) return;
    lock.unlock();
    return observer_->OnEvent(told);
  }
  lock.unlock();
  observer_->OnEvent(event);
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
  return part;
}

std::optional<RunPart> PartOfNewFiles(const plan::Plan& plan, const RunDecision& decision,
                                      const std::optional<RunPart>& rebuilds,
                                      const lake::Lake& lake) {
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
    if (!rebuilds || !ReadsSource(rebuilds->plan, source)) continue;
    part.increment.kept_elsewhere.insert(source);
    files.dangling_links.clear();  // warned of once
  }
  for (int table = 0; table < std::ssize(part.plan.tables); ++table) {
    const std::string& name = part.plan.tables[table].table->name;
    if (merged.contains(name)) LeaveOutOldRows(table, decision.table_files.at(name), lake, &part);
  }
  return part;
}

}  // namespace tarn::session
