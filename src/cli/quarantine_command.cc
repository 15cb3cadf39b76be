#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"
#include "engine/broken_rule.h"
#include "lake/lake.h"
#include "lake/quarantine.h"
#include "run/record.h"
#include "session/lake_error.h"

namespace tarn::cli {
namespace {

constexpr size_t kRecordWidth = 80;

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

std::string QuarantineText(const ShownQuarantine& shown, const Terminal& terminal) {
  TextTable table({{"file"}, {"line", true}, {"byte", true}, {"reason"}, {"record"}});
  for (const lake::QuarantinedRecord& record : shown.records) {
    table.AddRow({{Printable(record.path)},
                  {record.has_place() ? std::to_string(record.line) : ""},
                  {record.has_place() ? std::to_string(record.byte_offset) : ""},
                  {Printable(record.reason)},
                  {CutToWidth(Printable(std::string_view(record.bytes).substr(0, kRecordWidth)),
                              kRecordWidth)}});
  }
  std::string text =
      fmt::format("source {}: {} in quarantine since run {}\n", shown.source.source,
                  FormatCount(shown.source.num_records, "bad record"), shown.source.run_id);
  if (shown.source.is_of_failed_run) text.insert(text.size() - 1, ", which failed");
  if (!shown.records.empty()) {
    TextTable::Layout layout;
    if (terminal.is_terminal()) layout.width = terminal.Width();
    text += table.Render(layout, terminal).text;
  }
  const int64_t num_more = shown.source.num_records - std::ssize(shown.records);
  if (num_more > 0) text += fmt::format("and {} more\n", FormatCount(num_more));
  return text + fmt::format("all of it: {}\n", shown.source.folder);
}

// The rows that broke rules, as far as the run's record has them.
std::string BrokenRulesText(const run::RunRecord& failed) {
  std::string text;
  for (const run::BrokenRule& broken : failed.broken_rules) {
    if (!text.empty()) text += "\n";
    text += fmt::format("run {} failed: table {}: {}\n", failed.run_id, Printable(broken.table),
                        Printable(engine::WhatIsWrong(broken)));
    for (const SampleRow& row : broken.sample) text += "  " + RowText(row) + "\n";
    const int64_t num_more = broken.num_rows - std::ssize(broken.sample);
    if (num_more > 0 && !broken.sample.empty()) {
      text += fmt::format("and {} more\n", FormatCount(num_more));
    }
  }
  return text;
}

std::string AllText(const std::vector<ShownQuarantine>& quarantine,
                    const std::optional<run::RunRecord>& failed, const Terminal& terminal) {
  std::vector<std::string> parts;
  if (failed && !failed->broken_rules.empty()) parts.push_back(BrokenRulesText(*failed));
  for (const ShownQuarantine& shown : quarantine) {
    if (shown.source.unreadable.empty()) parts.push_back(QuarantineText(shown, terminal));
  }
  return fmt::format("{}", fmt::join(parts, "\n"));
}

}  // namespace

Status ShowQuarantine(const QuarantineArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto session, OpenSession(arguments.pipeline, &console.err));
  ARROW_RETURN_NOT_OK(CheckSourceName(arguments.source, session->pipeline()));
  ARROW_ASSIGN_OR_RAISE(auto lake, session->OpenLake());
  ARROW_ASSIGN_OR_RAISE(auto all,
                        session::AtOutput(lake::ListQuarantine(lake->storage().get(), lake->root()),
                                          session->pipeline()));
  std::erase_if(all, [&](const lake::QuarantinedSource& kept) {
    return !arguments.source.empty() && kept.source != arguments.source;
  });
  ARROW_ASSIGN_OR_RAISE(const run::RunList list,
                        run::ListRuns(lake->storage().get(), lake->root()));
  Selection selection = SelectNewest(all, list.runs);
  if (!arguments.run_id.empty()) {
    ARROW_ASSIGN_OR_RAISE(selection, SelectRun(arguments.run_id, all, list.runs));
  }
  // What cannot be read may be of any run.
  const bool all_damaged = arguments.run_id.empty();
  std::erase_if(all, [&](const auto& kept) {
    return (kept.unreadable.empty() || !all_damaged) && !selection.runs.contains(kept.run_id);
  });
  std::vector<ShownQuarantine> quarantine;
  for (const lake::QuarantinedSource& source : all) {
    ShownQuarantine shown{source, {}};
    auto records = lake::ReadQuarantine(lake->storage(), source, arguments.num_rows);
    if (records.ok()) {
      shown.records = *std::move(records);
    } else {
      // Asked for by its run, it is an error; else the rest is worth more.
      if (!arguments.run_id.empty()) return records.status();
      if (KindOf(records.status()) == ErrorKind::kCancelled) return records.status();
      shown.source.unreadable = MessageOf(records.status());
      console.err.stream() << WarningText(
          fmt::format("run {} has a quarantine of source {} that cannot be read: {}", source.run_id,
                      source.source, shown.source.unreadable),
          console.err);
    }
    quarantine.push_back(std::move(shown));
  }
  if (arguments.json) {
    console.out.stream() << QuarantineJson(quarantine,
                                           selection.failed ? &*selection.failed : nullptr);
    return Status::OK();
  }
  const std::string text = AllText(quarantine, selection.failed, console.out);
  console.out.stream() << (text.empty() ? "nothing in quarantine in " + lake->root() + "\n" : text);
  return Status::OK();
}

}  // namespace tarn::cli
