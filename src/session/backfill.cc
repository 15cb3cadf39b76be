#include "session/backfill.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_set>

#include "session/table_inputs.h"
#include "storage/path_period.h"
#include "storage/stoppable_storage.h"
#include "values/spark_text.h"

namespace tarn::session {
namespace {

bool HasDates(const pipeline::Source& source) {
  return std::all_of(source.paths.begin(), source.paths.end(), [](const std::string& path) {
    return path.find("{yyyy}") != std::string::npos;
  });
}

std::string DayText(int64_t microseconds) {
  return SparkTimestampText(microseconds).substr(0, std::string_view("2018-11-01").size());
}

// "2018-11-01..2018-11-07".
std::string DaysText(const Period& days) {
  return DayText(days.begin_us) + ".." + DayText(days.end_us - 1);
}

// New files of other days are not there yet, as far as this run goes.
void LeaveOtherNewFiles(SourceNow* now) {
  std::unordered_set<std::string_view> days, others;
  for (const storage::ObjectInfo& file : now->days->files) days.insert(file.path);
  std::vector<storage::ObjectInfo> added;
  for (const storage::ObjectInfo& file : now->changes.added) {
    if (days.contains(file.path)) {
      added.push_back(file);
    } else {
      others.insert(file.path);
    }
  }
  std::erase_if(now->listing.files,
                [&](const storage::ObjectInfo& file) { return others.contains(file.path); });
  now->changes.added = std::move(added);
}

Status ListDaysOf(const DecisionInput& input, const pipeline::Source& source, SourceNow* now) {
  const Period& days = *input.backfill;
  ARROW_ASSIGN_OR_RAISE(now->days,
                        storage::ListUntil(*input.storages, input.stop, source.paths, days));
  if (!now->before) return Status::OK();
  LeaveOtherNewFiles(now);
  if (now->changes.only_added()) return Status::OK();
  const auto look = [&](const ledger::ConsumedFile& file, ledger::FileFate fate) -> Status {
    if (fate != ledger::FileFate::kChanged && fate != ledger::FileFate::kGone) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const bool is_of_days,
                          storage::IsOfPeriod(file.listed.path, source.paths, days));
    now->has_lost_others = now->has_lost_others || !is_of_days;
    return Status::OK();
  };
  return ledger::CompareFiles(input.lake->storage(), input.lake->root(), source.name,
                              now->listing.files, *now->before, look)
      .status();
}

// The sources of a table that have files of days.
std::vector<size_t> DatedInputs(const DecisionInput& input, const RunDecision& decision,
                                const std::string& table) {
  const std::set<std::string> inputs = InputsOf(*input.plan, table);
  std::vector<size_t> dated;
  for (size_t i = 0; i < decision.sources.size(); ++i) {
    const bool is_input = inputs.contains(input.plan->sources[i].source->name);
    if (is_input && decision.sources[i].days) dated.push_back(i);
  }
  return dated;
}

}  // namespace

Status ListDays(const DecisionInput& input, RunDecision* decision) {
  bool has_dates = false;
  for (size_t i = 0; i < decision->sources.size(); ++i) {
    const pipeline::Source& source = *input.plan->sources[i].source;
    if (!HasDates(source)) continue;
    has_dates = true;
    ARROW_RETURN_NOT_OK(ListDaysOf(input, source, &decision->sources[i]));
  }
  if (has_dates) return Status::OK();
  return MakeError(ErrorKind::kBadInput,
                   "--backfill needs dates in the paths of a source, and no source has them",
                   "write {yyyy}, {MM}, {dd} where they are, as in path = "
                   "\"log/{yyyy}/{MM}/{dd}/*.json\"; `tarn run --full` reads everything again");
}

Result<bool> ReadsDays(const DecisionInput& input, const RunDecision& decision,
                       const std::string& table) {
  const std::vector<size_t> dated = DatedInputs(input, decision, table);
  for (const size_t i : dated) {
    if (!decision.sources[i].days->files.empty()) continue;
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("source {}: there is no file of {}",
                                 input.plan->sources[i].source->name, DaysText(*input.backfill)),
                     "check the days of --backfill, which are those of the dates in the paths");
  }
  return !dated.empty();
}

bool HasDaysInPeriod(const DecisionInput& input, const RunDecision& decision,
                     const std::string& table) {
  const std::vector<size_t> dated = DatedInputs(input, decision, table);
  return std::all_of(dated.begin(), dated.end(), [&](size_t i) {
    const Period& period = input.plan->sources[i].source->period;
    return period.begin_us <= input.backfill->begin_us && input.backfill->end_us <= period.end_us;
  });
}

std::string BackfillText(const Period& days) {
  return "--backfill reads " + DaysText(days) + " again";
}

Status NotByDaysError(const std::string& table, const std::string& why, const Period& days) {
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("table {}: {} alone do not repair it: {}", table, DaysText(days), why),
      "`tarn run` makes it anew of the files of since and until; then repeat --backfill");
}

}  // namespace tarn::session
