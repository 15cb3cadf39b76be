#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"
#include "lake/lake.h"

namespace tarn::cli {
namespace {

constexpr size_t kPathsMax = 10;

std::string PathsText(std::string_view title, const std::vector<std::string>& paths) {
  std::string text;
  for (size_t i = 0; i < std::min(paths.size(), kPathsMax); ++i) {
    text += fmt::format("  {}: {}\n", title, Printable(paths[i]));
  }
  if (paths.size() <= kPathsMax) return text;
  return text + fmt::format("  and {} more; --json lists all\n",
                            FormatCount(static_cast<int64_t>(paths.size() - kPathsMax)));
}

std::string TableText(const lake::DiscardedTable& table, bool is_readable) {
  const auto count = [](const std::vector<std::string>& paths) {
    return FormatCount(static_cast<int64_t>(paths.size()));
  };
  std::string text = fmt::format("table {}: ", Printable(table.table));
  if (is_readable) {
    text += fmt::format("new files: {} in place, {} missing; old files: {} deleted, {} remaining\n",
                        count(table.published), count(table.missing), count(table.removed),
                        count(table.remaining));
  } else {
    text += fmt::format("new files: {} in place\n", count(table.published));
  }
  return text + PathsText("in place", table.published) + PathsText("missing", table.missing) +
         PathsText("deleted", table.removed) + PathsText("remaining", table.remaining);
}

std::string DiscardText(const lake::DiscardReport& report) {
  std::string text = fmt::format("discarded the commit of run {}; its journal is kept: {}\n",
                                 Printable(report.run), Printable(report.journal));
  if (!report.unreadable.empty()) {
    text += fmt::format(
        "which old files it would replace is not known, as its journal cannot be read: {}\n",
        Printable(report.unreadable));
  }
  for (const lake::DiscardedTable& table : report.tables) {
    text += TableText(table, report.unreadable.empty());
  }
  if (!report.staged_files.empty()) {
    text +=
        fmt::format("files that were not published are kept: {}\n", Printable(report.staged_files));
  }
  return text +
         "a table that has new files and old ones contains rows of both until a run replaces it\n";
}

std::string RecoveryText(const lake::RecoveryReport& report) {
  std::string text;
  if (report.num_rolled_forward > 0) {
    text += fmt::format("finished {}: what it published is in place\n",
                        FormatCount(report.num_rolled_forward, "interrupted commit"));
  }
  if (report.num_rolled_back > 0) {
    text += fmt::format("undid {}: the old tables are in place\n",
                        FormatCount(report.num_rolled_back, "interrupted run"));
  }
  return text.empty() ? "nothing to recover\n" : text;
}

}  // namespace

Status RecoverLake(const RecoverArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto session, OpenSession(arguments.pipeline, &console.err));
  if (!arguments.discard.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto report, session->Discard(arguments.discard));
    console.out.stream() << (arguments.json ? DiscardJson(report) : DiscardText(report));
    return Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const lake::RecoveryReport report, session->Recover());
  console.out.stream() << (arguments.json ? RecoverJson(report) : RecoveryText(report));
  return Status::OK();
}

}  // namespace tarn::cli
