#include "lake/table_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <set>

#include "lake/folder_of_path.h"
#include "lake/parquet_file.h"
#include "storage/glob.h"

namespace tarn::lake {
namespace {

using storage::LocalFolder;

// Call `visit` with each file of a folder and of its partition folders, and with each link, until
// it says to stop.
// \return whether it said so
using Visit = std::function<Result<bool>(const std::string& path, const LocalFolder::Entry& entry)>;
Result<bool> VisitFiles(const LocalFolder& folder, const std::string& prefix, const Visit& visit) {
  ARROW_ASSIGN_OR_RAISE(const auto entries, folder.List());
  for (const LocalFolder::Entry& entry : entries) {
    bool stops = false;
    if (!entry.is_folder) {
      ARROW_ASSIGN_OR_RAISE(stops, visit(prefix + entry.name, entry));
    } else if (IsPartitionFolder(entry.name)) {
      ARROW_ASSIGN_OR_RAISE(const LocalFolder partition, folder.OpenFolder(entry.name));
      ARROW_ASSIGN_OR_RAISE(stops, VisitFiles(partition, prefix + entry.name + "/", visit));
    }
    if (stops) return true;
  }
  return false;
}

// Partition folders, deeper ones before those that they lie in.
using FolderSet = std::set<std::string, std::greater<>>;

FolderSet FoldersOf(const std::vector<std::string>& files) {
  FolderSet folders;
  for (const std::string& file : files) {
    for (std::string_view folder = FolderOfPath::ParentOf(file); !folder.empty();
         folder = FolderOfPath::ParentOf(folder)) {
      if (!folders.emplace(folder).second) break;
    }
  }
  return folders;
}

constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool BeginsWithUuid(std::string_view text) {
  if (text.size() < kUuidForm.size()) return false;
  for (size_t at = 0; at < kUuidForm.size(); ++at) {
    const bool is_digit = std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
    if (kUuidForm[at] == 'x' ? !is_digit : text[at] != '-') return false;
  }
  return true;
}

// Names by other programs do, wherever in them; those by runs don't.
bool HasUuid(std::string_view text) {
  for (; text.size() >= kUuidForm.size(); text.remove_prefix(1)) {
    if (BeginsWithUuid(text)) return true;
  }
  return false;
}

}  // namespace

bool IsPlainName(std::string_view name) {
  constexpr std::string_view kNotInNames("/\0", 2);
  return !name.empty() && name != "." && name != ".." && !storage::IsHiddenName(name) &&
         name.find_first_of(kNotInNames) == std::string_view::npos;
}

bool IsPartitionFolder(std::string_view name) { return name.find('=') != std::string_view::npos; }

bool IsDataFile(std::string_view name) {
  return name.ends_with(".parquet") && !storage::IsHiddenName(name);
}

bool IsPartitionPath(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  for (size_t slash; (slash = path.find('/')) != std::string_view::npos;) {
    if (!IsPartitionFolder(path.substr(0, slash))) return false;
    path.remove_prefix(slash + 1);
  }
  return IsPartitionFolder(path);
}

bool IsTablePath(std::string_view path) {
  const size_t name = path.find_last_of('/') + 1;
  const bool is_in_place = name == 0 || IsPartitionPath(path.substr(0, name - 1));
  return is_in_place && path.find('\0') == std::string_view::npos && IsTableFile(path.substr(name));
}

bool IsTableFile(std::string_view name) {
  if (name.starts_with('.') && name.ends_with(".crc")) {
    name.remove_prefix(1);
    name.remove_suffix(std::string_view(".crc").size());
  }
  return IsDataFile(name) || name == "_SUCCESS" || name == "_metadata" ||
         name == "_common_metadata";
}

std::string_view RunOfFile(std::string_view name) {
  constexpr std::string_view kPart = "part-";
  constexpr size_t kNumberDigitsMin = 5;
  if (!name.starts_with(kPart)) return {};
  name.remove_prefix(kPart.size());
  const size_t number_end = name.find_first_not_of("0123456789");
  if (number_end == std::string_view::npos || number_end < kNumberDigitsMin) return {};
  const size_t run_end = std::min(name.find('.'), name.size());
  if (name[number_end] != '-' || run_end <= number_end + 1) return {};
  constexpr std::array kCodecs = {Codec::kNone, Codec::kSnappy, Codec::kZstd, Codec::kGzip};
  const bool has_suffix = std::any_of(kCodecs.begin(), kCodecs.end(), [&](Codec codec) {
    return name.substr(run_end) == ParquetSuffix(codec);
  });
  const std::string_view run = name.substr(number_end + 1, run_end - number_end - 1);
  return has_suffix && !HasUuid(run) ? run : std::string_view();
}

Status CheckOwnFiles(std::string_view table_folder, const std::vector<std::string>& paths) {
  constexpr size_t kNamesMax = 3;
  std::vector<std::string_view> others;
  for (const std::string& path : paths) {
    if (RunOfFile(std::string_view(path).substr(path.find_last_of('/') + 1)).empty()) {
      others.push_back(path);
    }
  }
  if (others.empty()) return Status::OK();
  const size_t num_more = others.size() - std::min(others.size(), kNamesMax);
  others.resize(others.size() - num_more);
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("The table's folder holds files that tarn did not write, and a run would replace "
                  "them; move them away, or choose another lake.output: {}: {}{}",
                  table_folder, fmt::join(others, ", "),
                  num_more > 0 ? fmt::format(" and {} more", num_more) : ""));
}

Result<std::vector<std::string>> ListTableFiles(const LocalFolder& table) {
  std::vector<std::string> files;
  const auto visit = [&](const std::string& path, const LocalFolder::Entry& entry) -> Result<bool> {
    if (IsTableFile(entry.name)) {
      files.push_back(path);  // of a link, only the link itself is the table's
    } else if (entry.is_link && IsPartitionFolder(entry.name)) {
      ARROW_RETURN_NOT_OK(table.OpenFolder(path).status());
    }
    return false;
  };
  ARROW_RETURN_NOT_OK(VisitFiles(table, "", visit).status());
  std::sort(files.begin(), files.end());
  return files;
}

Result<bool> HoldsTable(const LocalFolder& folder) {
  return VisitFiles(folder, "",
                    [](const std::string&, const LocalFolder::Entry& entry) -> Result<bool> {
                      return IsDataFile(entry.name);
                    });
}

void PruneFolders(const LocalFolder& table, const std::vector<std::string>& files,
                  const std::vector<std::string>& kept) {
  const FolderSet kept_folders = FoldersOf(kept);
  FolderOfPath parents(&table, "");
  for (const std::string& folder : FoldersOf(files)) {
    if (kept_folders.contains(folder)) continue;
    const auto parent = parents.Open(folder);
    if (parent.ok()) (*parent)->RemoveEmptyFolder(FolderOfPath::NameOf(folder));
  }
}

}  // namespace tarn::lake
