#include "session/tables_before.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/units.h"
#include "session/table_inputs.h"
#include "storage/storage.h"
#include "values/spark_text.h"

namespace tarn::session {
namespace {

// "since 2018-11-01 00:00:00", "of all times".
std::string PeriodText(const Period& period) {
  std::string text;
  if (period.begin_us != Period().begin_us) text = "since " + SparkTimestampText(period.begin_us);
  if (period.end_us != Period().end_us) {
    text += (text.empty() ? "until " : " until ") + SparkTimestampText(period.end_us);
  }
  return text.empty() ? "of all times" : text;
}

// Records of runs that are looked through: a table that none of them wrote is known from its files.
constexpr size_t kRunsMax = 100;

bool IsShorter(const Period& now, const Period& before) {
  return now.begin_us > before.begin_us || now.end_us < before.end_us;
}

}  // namespace

Result<TablesBefore> TablesBefore::Read(lake::Lake* lake) {
  ARROW_ASSIGN_OR_RAISE(run::RunList list,
                        run::ListRuns(lake->storage().get(), lake->root(), kRunsMax));
  ARROW_ASSIGN_OR_RAISE(auto tables, lake->ListTables());
  return TablesBefore(lake->storage(), lake->root(), std::move(tables), std::move(list.runs));
}

std::optional<int64_t> TablesBefore::NumRows(const std::string& table) const {
  const run::TableRecord* last = run::LastWriteOf(table, runs_).table;
  return last == nullptr ? std::nullopt : std::optional(last->num_rows);
}

std::map<std::string, Period> TablesBefore::Periods(const std::string& table) const {
  const run::TableWrite last = run::LastWriteOf(table, runs_);
  return last.run == nullptr ? std::map<std::string, Period>()
                             : run::PeriodsOf(*last.run, *last.table);
}

std::string TablesBefore::Schema(const std::string& table) const {
  const run::TableWrite last = run::LastWriteOf(table, runs_);
  return last.run == nullptr ? "" : last.table->schema;
}

std::vector<std::string> TablesBefore::MadeNoMore(const pipeline::Pipeline& pipeline) const {
  std::vector<std::string> names;
  for (const std::string& name : tables_) {
    const bool is_made = std::any_of(
        pipeline.tables.begin(), pipeline.tables.end(),
        [&](const pipeline::Table& table) { return SameName(table.name, name) && !table.is_view; });
    const run::TableWrite last = run::LastWriteOf(name, runs_);
    if (!is_made && last.run != nullptr && last.run->pipeline_name == pipeline.name) {
      names.push_back(name);
    }
  }
  return names;
}

Status TablesBefore::CheckPeriods(const plan::Plan& plan) const {
  for (const plan::TablePlan& table : plan.tables) {
    const std::string& name = table.table->name;
    const bool is_whole = table.table->replace == pipeline::Replace::kTable;
    if (!table.selected || !is_whole || NumRows(name).value_or(0) == 0) continue;
    const std::set<std::string> inputs = InputsOf(plan, name);
    const std::map<std::string, Period> before = Periods(name);
    for (const plan::SourcePlan& source_plan : plan.sources) {
      const pipeline::Source& source = *source_plan.source;
      const auto filled_by = before.find(source.name);
      const bool is_known = inputs.contains(source.name) && filled_by != before.end();
      if (!is_known || !IsShorter(source.period, filled_by->second)) continue;
      return MakeError(
          ErrorKind::kBadInput,
          fmt::format("source {}: this run reads files {}, but table {} was built from those {}: "
                      "its other rows would be deleted",
                      source.name, PeriodText(source.period), name, PeriodText(filled_by->second)),
          fmt::format("write replace = \"partitions\" in [table.{}], so that its other partitions "
                      "stay; or take since and until away: `tarn run` reads new files alone, "
                      "with --backfill FROM..TO those of some days, and with --full all of them. "
                      "--shrink deletes the rows",
                      name));
    }
  }
  return Status::OK();
}

Result<int64_t> TablesBefore::NumRowsInFiles(const std::string& table) const {
  if (std::find(tables_.begin(), tables_.end(), table) == tables_.end()) return 0;
  ARROW_ASSIGN_OR_RAISE(const auto described,
                        lake::DescribeTable(storage_.get(), storage::JoinPath(lake_root_, table)));
  return described.stats.num_rows;
}

Status TablesBefore::CheckEmptied(const plan::Plan& plan, const run::RunRecord& record) const {
  int64_t num_bad = 0;
  for (const run::SourceRecord& source : record.sources) num_bad += source.num_bad_records;
  const std::string bad =
      num_bad == 0 ? "" : fmt::format("; {} could not be read", FormatCount(num_bad, "record"));
  for (const plan::TablePlan& table : plan.tables) {
    const std::string& name = table.table->name;
    const bool is_empty = std::any_of(record.tables.begin(), record.tables.end(),
                                      [&](const run::TableRecord& written) {
                                        return written.name == name && written.num_rows == 0;
                                      });
    if (!table.selected || !is_empty || table.table->allow_empty) continue;
    std::optional<int64_t> before = NumRows(name);
    if (!before.has_value()) {
      ARROW_ASSIGN_OR_RAISE(before, NumRowsInFiles(name));
    }
    if (*before == 0) continue;
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("table {} has {}, and this run would leave it without any{}", name,
                                 FormatCount(*before, "row"), bad),
                     fmt::format("check the input, its bad records and the filters in the SQL; "
                                 "allow_empty = true in [table.{}] deletes the rows",
                                 name));
  }
  return Status::OK();
}

}  // namespace tarn::session
