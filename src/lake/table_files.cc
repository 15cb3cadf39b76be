#include "lake/table_files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <set>

#include "storage/glob.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

namespace fs = std::filesystem;
using storage::OsError;

// Call `visit` with the relative path of each file until it says to stop.
// \return whether it said so
Result<bool> VisitFiles(
    const fs::path& folder, const std::string& prefix,
    const std::function<bool(std::string path, const std::string& name)>& visit) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return false;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    // Of links only the link itself is the table's.
    std::error_code ignored;
    if (entries->symlink_status(ignored).type() != fs::file_type::directory) {
      if (visit(prefix + name, name)) return true;
    } else if (IsPartitionFolder(name)) {
      ARROW_ASSIGN_OR_RAISE(const bool stopped,
                            VisitFiles(entries->path(), prefix + name + "/", visit));
      if (stopped) return true;
    }
  }
  if (error) return OsError(error.value(), "list a folder", folder.string());
  return false;
}

}  // namespace

bool IsPlainName(std::string_view name) {
  constexpr std::string_view kNotInNames("/\0", 2);
  return !name.empty() && !storage::IsHiddenName(name) &&
         name.find_first_of(kNotInNames) == std::string_view::npos;
}

bool IsPartitionFolder(std::string_view name) { return name.find('=') != std::string_view::npos; }

bool IsDataFile(std::string_view name) {
  return name.ends_with(".parquet") && !storage::IsHiddenName(name);
}

bool IsTablePath(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  for (size_t slash; (slash = path.find('/')) != std::string_view::npos;) {
    if (!IsPartitionFolder(path.substr(0, slash))) return false;
    path.remove_prefix(slash + 1);
  }
  return IsTableFile(path);
}

bool IsTableFile(std::string_view name) {
  if (name.starts_with('.') && name.ends_with(".crc")) {
    name.remove_prefix(1);
    name.remove_suffix(std::string_view(".crc").size());
  }
  return IsDataFile(name) || name == "_SUCCESS" || name == "_metadata" ||
         name == "_common_metadata";
}

Result<std::vector<std::string>> ListTableFiles(const std::string& table_folder) {
  std::vector<std::string> files;
  ARROW_RETURN_NOT_OK(VisitFiles(table_folder, "", [&](std::string path, const std::string& name) {
                        if (IsTableFile(name)) files.push_back(std::move(path));
                        return false;
                      }).status());
  std::sort(files.begin(), files.end());
  return files;
}

Result<bool> HoldsTable(const std::string& folder) {
  return VisitFiles(folder, "",
                    [](std::string, const std::string& name) { return IsDataFile(name); });
}

Status PruneFolders(const std::string& table_folder, const std::vector<std::string>& files) {
  std::set<std::string, std::greater<>> folders;  // deeper ones first
  for (const std::string& file : files) {
    for (size_t slash = file.rfind('/'); slash != std::string::npos && slash > 0;
         slash = file.rfind('/', slash - 1)) {
      if (!folders.insert(file.substr(0, slash)).second) break;
    }
  }
  for (const std::string& folder : folders) {
    const std::string path = table_folder + "/" + folder;
    if (::rmdir(path.c_str()) == 0 || errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT) {
      continue;
    }
    return OsError(errno, "remove an empty folder", path);
  }
  return Status::OK();
}

}  // namespace tarn::lake
