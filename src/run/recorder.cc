#include "run/recorder.h"

#include <algorithm>

namespace tarn::run {

RunRecorder::RunRecorder(std::shared_ptr<storage::Storage> storage, std::string lake_root,
                         RunRecord record)
    : storage_(std::move(storage)),
      lake_root_(std::move(lake_root)),
      started_at_(StampStart(&record)),
      record_(std::move(record)) {}

Result<std::unique_ptr<RunRecorder>> RunRecorder::Start(std::shared_ptr<storage::Storage> storage,
                                                        std::string lake_root, RunRecord record) {
  ARROW_RETURN_NOT_OK(RemoveLeftovers(storage.get(), lake_root));
  std::unique_ptr<RunRecorder> recorder(
      new RunRecorder(std::move(storage), std::move(lake_root), std::move(record)));
  ARROW_RETURN_NOT_OK(
      WriteRecord(recorder->storage_.get(), recorder->lake_root_, recorder->record_));
  return recorder;
}

SourceRecord& RunRecorder::SourceNamed(const std::string& name) {
  auto found = std::find_if(record_.sources.begin(), record_.sources.end(),
                            [&](const SourceRecord& source) { return source.name == name; });
  if (found != record_.sources.end()) return *found;
  SourceRecord& source = record_.sources.emplace_back();
  source.name = name;
  return source;
}

// A table that is left as it is has nothing more to report.
void RunRecorder::Take(const TableDecided& decided) {
  decisions_[decided.table] = decided;
  if (decided.change != TableChange::kNone) return;
  TableRecord table;
  table.name = decided.table;
  table.num_rows = decided.num_rows;
  table.schema = decided.schema;
  Insert(std::move(table));
}

void RunRecorder::Take(const TableWritten& written) {
  TableRecord table{written.table,          written.num_rows, written.num_files, written.num_bytes,
                    written.num_partitions, written.seconds,  written.stages,    written.schema};
  table.num_rows_added = written.num_rows_added;
  table.num_partitions_replaced = written.num_partitions_replaced;
  Insert(std::move(table));
}

// Rows that stay are of the files of earlier runs.
std::map<std::string, Period> RunRecorder::PeriodsAfter(const TableRecord& table) const {
  std::map<std::string, Period> periods;
  const auto before = found_.find(table.name);
  if (table.change != TableChange::kRebuild && before != found_.end()) {
    periods = before->second.periods;
  }
  const bool was_known = !periods.empty();
  for (const SourceRecord& source : record_.sources) {
    if (!source.period) continue;
    const auto [old, is_new] = periods.emplace(source.name, *source.period);
    if (is_new && table.change == TableChange::kReplacePartitions && !was_known) {
      old->second = Period();  // nobody knows
    } else if (!is_new) {
      old->second.begin_us = std::min(old->second.begin_us, source.period->begin_us);
      old->second.end_us = std::max(old->second.end_us, source.period->end_us);
    }
  }
  if (table.change == TableChange::kReplacePartitions && record_.backfill) {
    for (auto& [source, period] : periods) {
      period.begin_us = std::min(period.begin_us, record_.backfill->begin_us);
      period.end_us = std::max(period.end_us, record_.backfill->end_us);
    }
  }
  return periods;
}

void RunRecorder::Insert(TableRecord table) {
  if (const auto before = found_.find(table.name); before != found_.end()) {
    table.num_rows_before = before->second.num_rows;
  }
  if (const auto decided = decisions_.find(table.name); decided != decisions_.end()) {
    table.change = decided->second.change;
    table.reason = decided->second.reason;
  }
  table.periods = PeriodsAfter(table);
  const auto after = std::upper_bound(
      record_.tables.begin(), record_.tables.end(), table.name,
      [](const std::string& name, const TableRecord& other) { return name < other.name; });
  record_.tables.insert(after, std::move(table));
}

void RunRecorder::OnEvent(const Event& event) {
  std::lock_guard lock(mutex_);
  if (const auto* listed = std::get_if<SourceListed>(&event)) {
    SourceRecord& source = SourceNamed(listed->source);
    source.num_files = listed->num_files;
    source.num_bytes = listed->num_bytes;
  } else if (const auto* compared = std::get_if<SourceCompared>(&event)) {
    SourceNamed(compared->source).compared = *compared;
  } else if (const auto* decided = std::get_if<TableDecided>(&event)) {
    Take(*decided);
  } else if (const auto* progress = std::get_if<SourceProgress>(&event)) {
    // Totals of two threads may arrive in the wrong order.
    SourceRecord& source = SourceNamed(progress->source);
    source.num_records = std::max(source.num_records, progress->num_records);
    source.num_rows = std::max(source.num_rows, progress->num_rows);
    if (progress->done) source.stages = progress->stages;
  } else if (const auto* audited = std::get_if<SourceAudited>(&event)) {
    SourceRecord& source = SourceNamed(audited->source);
    source.num_bad_records = audited->num_bad_records;
    source.bad_records_are_kept = audited->is_kept;
    source.new_fields = audited->new_fields;
    source.has_more_new_fields = audited->has_more_new_fields;
    source.missing_fields = audited->missing_fields;
    source.num_rescued_values = audited->num_rescued_values;
  } else if (const auto* added = std::get_if<FieldsAdded>(&event)) {
    SourceNamed(added->source).added_fields = added->fields;
    SourceNamed(added->source).lock_path = added->lock_path;
  } else if (const auto* found = std::get_if<TableFound>(&event)) {
    found_[found->table] = *found;
  } else if (const auto* written = std::get_if<TableWritten>(&event)) {
    Take(*written);
  } else if (const auto* rule = std::get_if<RuleBroken>(&event)) {
    // Tables end in any order.
    auto after = std::upper_bound(
        record_.broken_rules.begin(), record_.broken_rules.end(), rule->broken.table,
        [](const std::string& name, const BrokenRule& broken) { return name < broken.table; });
    record_.broken_rules.insert(after, rule->broken);
  } else if (const auto* connected = std::get_if<EngineConnected>(&event)) {
    record_.engine_version = connected->version;
    record_.application_id = connected->application_id;
    record_.engine_url = connected->url;
    record_.history_url = connected->history_url;
  } else if (const auto* spilled = std::get_if<Spilled>(&event)) {
    record_.spilled_bytes = spilled->num_bytes;
    record_.spill_dir = spilled->folder;
  } else if (const auto* committed = std::get_if<Committed>(&event)) {
    record_.commit_seconds = committed->seconds;
  }
}

void RunRecorder::ForgetQuarantine() {
  std::lock_guard lock(mutex_);
  for (SourceRecord& source : record_.sources) source.bad_records_are_kept = false;
}

Status RunRecorder::Finish(const Status& outcome) {
  std::lock_guard lock(mutex_);
  record_.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  StampEnd(outcome, &record_);
  return WriteRecord(storage_.get(), lake_root_, record_);
}

}  // namespace tarn::run
