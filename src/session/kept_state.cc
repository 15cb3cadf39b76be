#include "session/kept_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "digest/digest.h"
#include "lake/state_folders.h"
#include "plan/kept_rows.h"
#include "plan/merge.h"
#include "session/refresh_of_run.h"

namespace tarn::session {
namespace {

// Of the files. Newer ones are not read.
constexpr int64_t kFormat = 1;

constexpr char kWayOut[] = "`tarn run --full` computes all tables anew, and their states with them";

std::string DigestOf(const std::string& text) {
  std::string hash, hex;
  digest::AppendHash(digest::Algorithm::kSha256, text, &hash);
  digest::AppendHex(hash, digest::kLowerHexDigits, &hex);
  return hex;
}

}  // namespace

std::map<std::string, std::string> TablesThatKeepState(const plan::Plan& plan,
                                                       const engine::Engine& engine) {
  std::map<std::string, std::string> meanings;
  const auto refreshes = RefreshesOfRun(plan, engine);
  for (size_t i = 0; i < refreshes.size(); ++i) {
    const plan::TablePlan& table = plan.tables[i];
    const bool merges = std::any_of(
        refreshes[i].begin(), refreshes[i].end(),
        [](const plan::SourceRefresh& item) { return item.refresh.how == plan::Refresh::kMerge; });
    if (!merges || table.table->is_view || plan::ColumnsOfDistinct(plan, table)) continue;
    meanings[table.table->name] = DigestOf(plan::MeaningOfKept(plan, table));
  }
  return meanings;
}

Result<std::vector<storage::ObjectInfo>> StateFiles(lake::Lake* lake, const std::string& table) {
  const std::string folder = lake->root() + "/" + lake::StateFolderOf(table);
  return lake->storage()->List(storage::EscapeGlob(folder) + "/*.parquet");
}

Result<std::set<std::string>> TablesWithState(lake::Lake* lake) {
  const std::string folder = lake->root() + "/" + std::string(lake::kStateFolder) + "/";
  ARROW_ASSIGN_OR_RAISE(const auto files,
                        lake->storage()->List(storage::EscapeGlob(folder) + "*/*.parquet"));
  std::set<std::string> tables;
  for (const storage::ObjectInfo& file : files) {
    const size_t end = file.path.find('/', folder.size());
    tables.insert(file.path.substr(folder.size(), end - folder.size()));
  }
  return tables;
}

Result<std::string> WhyNotMergeable(const std::optional<ledger::KeptState>& kept,
                                    const std::string& meaning,
                                    const std::vector<storage::ObjectInfo>& files,
                                    const std::string& table) {
  if (!kept) {
    return "nothing is kept of its groups, as an older tarn, Spark, or a run of a period made it";
  }
  if (kept->format > kFormat) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("A newer tarn wrote the state of table {}, in format {}, which this one does "
                    "not know",
                    table, kept->format),
        kWayOut);
  }
  if (kept->format < kFormat || kept->meaning != meaning) {
    return "what is kept of its groups is of another plan";
  }
  int64_t num_bytes = 0;
  for (const storage::ObjectInfo& file : files) num_bytes += file.size_bytes;
  if (std::ssize(files) == kept->num_files && num_bytes == kept->num_bytes) return "";
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("The state of table {} is damaged: there are {} files of {} bytes where the last "
                  "run left {} of {}",
                  table, files.size(), num_bytes, kept->num_files, kept->num_bytes),
      kWayOut);
}

ledger::KeptState KeptStateAfter(const std::optional<ledger::KeptState>& before,
                                 const std::string& meaning, const run::TableWritten& written) {
  ledger::KeptState after = before.value_or(ledger::KeptState{});
  after.format = kFormat;
  after.meaning = meaning;
  after.num_files += written.num_files;
  after.num_bytes += written.num_bytes;
  return after;
}

Status AtState(const Status& status) {
  const std::string folder = "/" + std::string(lake::kStateFolder) + "/";
  const bool is_of_state =
      KindOf(status) == ErrorKind::kBadInput && MessageOf(status).find(folder) != std::string::npos;
  if (!is_of_state) return status;
  return MakeError(ErrorKind::kFailed, "The state of a table is damaged: " + MessageOf(status),
                   kWayOut);
}

}  // namespace tarn::session
