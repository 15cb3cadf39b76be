#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/lake_error.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"
#include "lake/lake.h"
#include "lake/quarantine.h"

namespace tarn::cli {
namespace {

constexpr size_t kRecordWidth = 80;

// The only run whose id begins with `prefix`, or is that.
Result<std::string> FindRun(const std::string& prefix,
                            const std::vector<lake::QuarantinedSource>& all) {
  std::set<std::string> found;
  for (const lake::QuarantinedSource& kept : all) {
    if (kept.run_id == prefix) return prefix;
    if (kept.run_id.starts_with(prefix)) found.insert(kept.run_id);
  }
  if (found.size() == 1) return *found.begin();
  if (found.empty()) {
    return MakeError(ErrorKind::kUsage, fmt::format("run '{}' has nothing in quarantine", prefix),
                     "see `tarn runs`");
  }
  return MakeError(ErrorKind::kUsage, fmt::format("more than one run begins with '{}': {}", prefix,
                                                  fmt::join(found, ", ")));
}

// Those that the arguments ask for: of one run, and of any what cannot be read.
Result<std::vector<lake::QuarantinedSource>> Select(const QuarantineArguments& arguments,
                                                    std::vector<lake::QuarantinedSource> all) {
  std::erase_if(all, [&](const lake::QuarantinedSource& kept) {
    return !arguments.source.empty() && kept.source != arguments.source;
  });
  if (!arguments.run_id.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string run, FindRun(arguments.run_id, all));
    std::erase_if(all, [&](const lake::QuarantinedSource& kept) { return kept.run_id != run; });
  }
  const auto newest = std::find_if(all.begin(), all.end(),
                                   [](const auto& kept) { return kept.unreadable.empty(); });
  std::erase_if(all, [id = newest == all.end() ? "" : newest->run_id](const auto& kept) {
    return kept.unreadable.empty() && kept.run_id != id;
  });
  return all;
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
  if (!shown.records.empty()) {
    TextTable::Layout layout;
    if (terminal.is_terminal()) layout.width = terminal.Width();
    text += table.Render(layout, terminal).text;
  }
  const int64_t num_more = shown.source.num_records - std::ssize(shown.records);
  if (num_more > 0) text += fmt::format("and {} more\n", FormatCount(num_more));
  return text + fmt::format("all of it: {}\n", shown.source.folder);
}

}  // namespace

Status ShowQuarantine(const QuarantineArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto session, OpenSession(arguments.pipeline, &console.err));
  ARROW_RETURN_NOT_OK(CheckSourceName(arguments.source, session->pipeline()));
  ARROW_ASSIGN_OR_RAISE(auto lake, session->OpenLake());
  ARROW_ASSIGN_OR_RAISE(
      auto all,
      AtOutput(lake::ListQuarantine(lake->storage().get(), lake->root()), session->pipeline()));
  ARROW_ASSIGN_OR_RAISE(const auto selected, Select(arguments, std::move(all)));
  std::vector<ShownQuarantine> quarantine;
  for (const lake::QuarantinedSource& source : selected) {
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
    console.out.stream() << QuarantineJson(quarantine);
    return Status::OK();
  }
  std::erase_if(quarantine, [](const auto& shown) { return !shown.source.unreadable.empty(); });
  if (quarantine.empty())
    console.out.stream() << "nothing in quarantine in " << lake->root() << "\n";
  for (size_t i = 0; i < quarantine.size(); ++i) {
    console.out.stream() << (i > 0 ? "\n" : "") << QuarantineText(quarantine[i], console.out);
  }
  return Status::OK();
}

}  // namespace tarn::cli
