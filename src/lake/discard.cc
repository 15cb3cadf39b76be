#include "lake/discard.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "lake/journal.h"
#include "lake/table_files.h"
#include "storage/storage.h"

namespace tarn::lake {
namespace {

constexpr std::string_view kJournalEnding = ".json";

std::string RunOfJournal(const storage::ObjectInfo& file) {
  const size_t name = file.path.rfind('/') + 1;
  return file.path.substr(name, file.path.size() - name - kJournalEnding.size());
}

// The run whose journal is meant.
Result<std::string> FindJournal(storage::Storage* storage, const std::string& lake_root,
                                const std::string& run) {
  ARROW_ASSIGN_OR_RAISE(const auto files,
                        storage->List(storage::EscapeGlob(lake_root) + "/_tarn/journal/*" +
                                      std::string(kJournalEnding)));
  std::vector<std::string> found;
  std::vector<std::string> names;
  for (const storage::ObjectInfo& file : files) {
    names.push_back(RunOfJournal(file));
    if (names.back() == run) return run;
    if (names.back().starts_with(run)) found.push_back(names.back());
  }
  if (found.size() == 1) return found.front();
  if (names.empty()) return NothingToDiscard(lake_root);
  return MakeError(ErrorKind::kUsage,
                   fmt::format("{} unfinished commit is of run '{}'",
                               found.empty() ? "no" : "more than one", run),
                   fmt::format("these are there: {}", fmt::join(names, ", ")));
}

// What `journal` says of a table, beside what the table's folder holds.
DiscardedTable Compare(const TableChange& change, const std::vector<std::string>& files) {
  const std::unordered_set<std::string> present(files.begin(), files.end());
  DiscardedTable table{change.table, {}, {}, {}, {}};
  for (const std::string& path : change.adds) {
    (present.contains(path) ? table.published : table.missing).push_back(path);
  }
  for (const std::string& path : change.removes) {
    (present.contains(path) ? table.remaining : table.removed).push_back(path);
  }
  return table;
}

Result<std::vector<DiscardedTable>> CompareTables(const Journal& journal,
                                                  const DiscardSteps& steps) {
  std::vector<DiscardedTable> tables;
  for (const TableChange& change : journal.tables) {
    ARROW_ASSIGN_OR_RAISE(const auto files, steps.list_files(change.table));
    tables.push_back(Compare(change, files));
  }
  return tables;
}

// Without its journal, a run's files are known by their names (RunBackend::file_tag).
Result<std::vector<DiscardedTable>> FindFilesOf(const std::string& run, const DiscardSteps& steps) {
  std::vector<DiscardedTable> tables;
  ARROW_ASSIGN_OR_RAISE(const auto names, steps.list_tables());
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(auto files, steps.list_files(name));
    std::erase_if(files, [&run](const std::string& path) {
      const std::string_view tag =
          RunOfFile(std::string_view(path).substr(path.find_last_of('/') + 1));
      return tag != run && !tag.starts_with(run + "-");
    });
    if (!files.empty()) tables.push_back({name, std::move(files), {}, {}, {}});
  }
  return tables;
}

}  // namespace

Status NothingToDiscard(const std::string& lake_root) {
  return MakeError(ErrorKind::kUsage,
                   "no run left an unfinished commit here, nothing to discard: " + lake_root);
}

Result<DiscardReport> DiscardJournal(storage::Storage* storage, const std::string& lake_root,
                                     const std::string& run, const DiscardSteps& steps) {
  DiscardReport report;
  ARROW_ASSIGN_OR_RAISE(report.run, FindJournal(storage, lake_root, run));
  const Result<std::string> text = steps.read_journal(report.run);
  const Result<Journal> journal =
      text.ok() ? JournalFromJson(*text, report.run) : Result<Journal>(text.status());
  if (journal.ok()) {
    ARROW_ASSIGN_OR_RAISE(report.tables, CompareTables(*journal, steps));
  } else {
    report.unreadable = journal.status().message();
    ARROW_ASSIGN_OR_RAISE(report.tables, FindFilesOf(report.run, steps));
  }
  report.journal = fmt::format("{}/_tarn/discarded/{}{}", lake_root, report.run, kJournalEnding);
  ARROW_ASSIGN_OR_RAISE(report.staged_files, steps.keep_staged(report.run));
  ARROW_RETURN_NOT_OK(steps.keep_journal(report.run));
  return report;
}

}  // namespace tarn::lake
