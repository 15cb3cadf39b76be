#include "lake/journal.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/utf8.h"
#include "lake/failed_run.h"
#include "lake/ledger_folders.h"
#include "lake/quarantine_folders.h"
#include "lake/state_folders.h"
#include "lake/table_files.h"

namespace tarn::lake {
namespace {

constexpr int kVersion = 1;
constexpr int kPhasedVersion = 2;

constexpr char kPublish[] = "publish";
constexpr char kRemove[] = "remove";

// JSON holds Unicode only, file names any bytes: bytes that are not UTF-8 become \xHH.
std::string EncodePath(const std::string& path) {
  const bool is_utf8 = IsUtf8(path);
  if (is_utf8 && path.find('\\') == std::string::npos) return path;
  std::string encoded;
  for (char character : path) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte == '\\' || (byte >= 0x80 && !is_utf8)) {
      encoded += fmt::format("\\x{:02X}", byte);
    } else {
      encoded += character;
    }
  }
  return encoded;
}

std::string DecodePath(const std::string& encoded) {
  std::string path;
  for (size_t at = 0; at < encoded.size(); ++at) {
    if (encoded[at] != '\\') {
      path += encoded[at];
      continue;
    }
    path += static_cast<char>(std::stoi(encoded.substr(at + 2, 2), nullptr, 16));
    at += 3;
  }
  return path;
}

nlohmann::json EncodePaths(const std::vector<std::string>& paths) {
  nlohmann::json encoded = nlohmann::json::array();
  for (const std::string& path : paths) encoded.push_back(EncodePath(path));
  return encoded;
}

std::vector<std::string> DecodePaths(const nlohmann::json& encoded) {
  std::vector<std::string> paths;
  for (const auto& path : encoded) paths.push_back(DecodePath(path.get<std::string>()));
  return paths;
}

Result<CommitPhase> PhaseOf(const std::string& text) {
  if (text == kPublish) return CommitPhase::kPublish;
  if (text == kRemove) return CommitPhase::kRemove;
  return Status::Invalid("not a journal: not a phase: ", text);
}

Status CheckRunIdAndName(const Journal& journal, std::string_view name) {
  const std::string& run_id = journal.run_id;
  if (!IsPlainName(run_id)) return Status::Invalid("its run id is not valid: ", EncodePath(run_id));
  if (!journal.phase && name == run_id) return Status::OK();
  const bool has_token = name.starts_with(run_id + "-") &&
                         name.find_last_of('-') == run_id.size() && name.size() > run_id.size() + 1;
  if (journal.phase && has_token) return Status::OK();
  return Status::Invalid("its name is not that of its run: ", EncodePath(run_id));
}

Status CheckPaths(const TableChange& change) {
  for (const auto* paths : {&change.adds, &change.removes}) {
    for (const std::string& path : *paths) {
      if (IsTablePath(path)) continue;
      return Status::Invalid("it names what is no file of table ", EncodePath(change.table), ": ",
                             EncodePath(path));
    }
  }
  for (const std::string& path : change.makes) {
    if (path.empty() || IsPartitionPath(path)) continue;
    return Status::Invalid("it names what is no partition of table ", EncodePath(change.table),
                           ": ", EncodePath(path));
  }
  const std::unordered_set<std::string_view> adds(change.adds.begin(), change.adds.end());
  for (const std::string& path : change.removes) {
    if (!adds.contains(path)) continue;
    return Status::Invalid("it both adds and removes a file of table ", EncodePath(change.table),
                           ": ", EncodePath(path));
  }
  return Status::OK();
}

Status CheckJournal(const Journal& journal, std::string_view name) {
  ARROW_RETURN_NOT_OK(CheckRunIdAndName(journal, name));
  for (const TableChange& change : journal.tables) {
    if (!IsPlainName(change.table) && !IsQuarantineFolder(change.table) &&
        !IsFailedFolder(change.table) && !IsLedgerFolder(change.table) &&
        !IsStateFolder(change.table)) {
      return Status::Invalid("it names what is no table: ", EncodePath(change.table));
    }
    ARROW_RETURN_NOT_OK(CheckPaths(change));
  }
  return Status::OK();
}

}  // namespace

void TableChange::SetRemoves(std::vector<std::string> old) {
  if (keeps_old) {
    std::erase_if(
        old, [this](const std::string& path) { return !replaces.contains(PartitionPathOf(path)); });
  } else if (keeps_other_folders) {
    std::unordered_set<std::string_view> written;
    for (const std::string& path : adds) written.insert(PartitionPathOf(path));
    std::erase_if(
        old, [&](const std::string& path) { return !written.contains(PartitionPathOf(path)); });
  }
  removes = std::move(old);
}

std::string JournalToJson(const Journal& journal) {
  nlohmann::json tables = nlohmann::json::array();
  for (const TableChange& change : journal.tables) {
    tables.push_back({{"table", EncodePath(change.table)},
                      {"adds", EncodePaths(change.adds)},
                      {"removes", EncodePaths(change.removes)}});
    if (!change.makes.empty()) tables.back()["makes"] = EncodePaths(change.makes);
  }
  nlohmann::json document = {{"version", journal.phase ? kPhasedVersion : kVersion},
                             {"run_id", journal.run_id},
                             {"tables", std::move(tables)}};
  if (journal.phase) {
    document["phase"] = *journal.phase == CommitPhase::kPublish ? kPublish : kRemove;
  }
  return document.dump(1) + "\n";
}

Result<Journal> JournalFromJson(const std::string& json, std::string_view name) {
  try {
    const auto document = nlohmann::json::parse(json);
    const int version = document.at("version").get<int>();
    if (version > kPhasedVersion) {
      return Status::Invalid("a newer tarn wrote this journal; use that one to recover: version ",
                             version);
    }
    Journal journal;
    journal.run_id = document.at("run_id").get<std::string>();
    if (version == kPhasedVersion) {
      ARROW_ASSIGN_OR_RAISE(journal.phase, PhaseOf(document.at("phase").get<std::string>()));
    }
    for (const auto& table : document.at("tables")) {
      journal.tables.push_back({DecodePath(table.at("table").get<std::string>()),
                                DecodePaths(table.at("adds")), DecodePaths(table.at("removes")),
                                DecodePaths(table.value("makes", nlohmann::json::array()))});
    }
    ARROW_RETURN_NOT_OK(CheckJournal(journal, name));
    return journal;
  } catch (const std::exception& error) {  // nlohmann::json's, or std::stoi's
    return Status::Invalid("not a journal: ", error.what());
  }
}

Status OfferDiscard(const Status& status, std::string_view name) {
  return WithContext(
      status,
      fmt::format("The commit of run {} can be neither finished nor undone; fix the cause and "
                  "run `tarn recover`, or discard it with `tarn recover --discard {}`",
                  name, name));
}

}  // namespace tarn::lake
