#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"
#include "engine/broken_rule.h"
#include "lake/quarantine.h"
#include "run/record.h"

namespace tarn::cli {
namespace {

constexpr size_t kRecordWidth = 80;

std::string QuarantineText(const session::ShownQuarantine& shown, const Terminal& terminal) {
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

std::string AllText(const session::Findings& findings, const Terminal& terminal) {
  std::vector<std::string> parts;
  if (findings.failed && !findings.failed->broken_rules.empty()) {
    parts.push_back(BrokenRulesText(*findings.failed));
  }
  for (const session::ShownQuarantine& shown : findings.quarantine) {
    if (shown.source.unreadable.empty()) parts.push_back(QuarantineText(shown, terminal));
  }
  return fmt::format("{}", fmt::join(parts, "\n"));
}

}  // namespace

Status ShowQuarantine(const QuarantineArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(arguments.pipeline, &console.err));
  ARROW_ASSIGN_OR_RAISE(
      const session::Findings findings,
      session->Quarantine({arguments.run_id, arguments.source, arguments.num_rows}));
  for (const session::ShownQuarantine& shown : findings.quarantine) {
    if (shown.source.unreadable.empty()) continue;
    console.err.stream() << WarningText(
        fmt::format("run {} has a quarantine of source {} that cannot be read: {}",
                    shown.source.run_id, shown.source.source, shown.source.unreadable),
        console.err);
  }
  if (arguments.json) {
    console.out.stream() << QuarantineJson(findings);
    return Status::OK();
  }
  const std::string text = AllText(findings, console.out);
  console.out.stream() << (text.empty() ? "nothing in quarantine in " + findings.lake_root + "\n"
                                        : text);
  return Status::OK();
}

}  // namespace tarn::cli
