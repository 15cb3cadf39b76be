#include "session/quarantine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace tarn::session {
namespace {

// Whose findings are shown.
struct Selection {
  std::set<std::string> runs;            // whose quarantine is shown
  std::optional<run::RunRecord> failed;  // that of them which failed
};

bool HasFindings(const run::RunRecord& run, const std::vector<lake::QuarantinedSource>& all) {
  return !run.broken_rules.empty() || std::any_of(all.begin(), all.end(), [&](const auto& kept) {
    return kept.run_id == run.run_id;
  });
}

// The only run whose id begins with `prefix`, or is that.
Result<std::string> FindRun(const std::string& prefix,
                            const std::vector<lake::QuarantinedSource>& all,
                            const std::vector<run::RunRecord>& runs) {
  std::set<std::string> ids;
  for (const lake::QuarantinedSource& kept : all) ids.insert(kept.run_id);
  for (const run::RunRecord& run : runs) {
    if (HasFindings(run, all)) ids.insert(run.run_id);
  }
  if (ids.contains(prefix)) return prefix;
  std::erase_if(ids, [&](const std::string& id) { return !id.starts_with(prefix); });
  if (ids.size() == 1) return *ids.begin();
  if (ids.empty()) {
    return MakeError(ErrorKind::kUsage, fmt::format("run '{}' has nothing in quarantine", prefix),
                     "see `tarn runs`");
  }
  return MakeError(ErrorKind::kUsage, fmt::format("more than one run begins with '{}': {}", prefix,
                                                  fmt::join(ids, ", ")));
}

Result<Selection> SelectRun(const std::string& prefix,
                            const std::vector<lake::QuarantinedSource>& all,
                            const std::vector<run::RunRecord>& runs) {
  ARROW_ASSIGN_OR_RAISE(const std::string id, FindRun(prefix, all, runs));
  Selection selection{{id}, {}};
  for (const run::RunRecord& run : runs) {
    if (run.run_id == id && run.outcome != run::Outcome::kDone) selection.failed = run;
  }
  return selection;
}

// The newest quarantine of a run whose tables the lake has, and the findings of the newest run that
// failed after the last one that did not.
Selection SelectNewest(const std::vector<lake::QuarantinedSource>& all,
                       const std::vector<run::RunRecord>& runs) {
  Selection selection;
  const auto newest = std::find_if(all.begin(), all.end(), [](const auto& kept) {
    return kept.unreadable.empty() && !kept.is_of_failed_run;
  });
  if (newest != all.end()) selection.runs.insert(newest->run_id);
  for (const run::RunRecord& run : runs) {
    if (run.outcome == run::Outcome::kDone) break;
    if (run.outcome == run::Outcome::kRunning || !HasFindings(run, all)) continue;
    selection.runs.insert(run.run_id);
    selection.failed = run;
    break;
  }
  return selection;
}

}  // namespace

Result<Findings> ReadFindings(lake::Lake* lake, const QuarantineRequest& request) {
  ARROW_ASSIGN_OR_RAISE(auto all, lake::ListQuarantine(lake->storage().get(), lake->root()));
  std::erase_if(all, [&](const lake::QuarantinedSource& kept) {
    return !request.source.empty() && kept.source != request.source;
  });
  ARROW_ASSIGN_OR_RAISE(const run::RunList list,
                        run::ListRuns(lake->storage().get(), lake->root()));
  Selection selection = SelectNewest(all, list.runs);
  if (!request.run_id.empty()) {
    ARROW_ASSIGN_OR_RAISE(selection, SelectRun(request.run_id, all, list.runs));
  }
  // What cannot be read may be of any run.
  const bool all_damaged = request.run_id.empty();
  std::erase_if(all, [&](const auto& kept) {
    return (kept.unreadable.empty() || !all_damaged) && !selection.runs.contains(kept.run_id);
  });
  Findings findings{lake->root(), {}, std::move(selection.failed)};
  for (const lake::QuarantinedSource& source : all) {
    ShownQuarantine shown{source, {}};
    auto records = lake::ReadQuarantine(lake->storage(), source, request.num_rows);
    if (records.ok()) {
      shown.records = *std::move(records);
    } else if (!request.run_id.empty() || KindOf(records.status()) == ErrorKind::kCancelled) {
      return records.status();
    } else {
      shown.source.unreadable = MessageOf(records.status());
    }
    findings.quarantine.push_back(std::move(shown));
  }
  return findings;
}

}  // namespace tarn::session
