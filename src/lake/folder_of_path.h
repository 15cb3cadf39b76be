#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/local_folder.h"

namespace tarn::lake {

/// \brief Opens the folders of a table's files, one after the other.
///
/// The last one and those above it stay open: files in the order of their paths cost one call for
/// each folder, however deep it lies. Threads: one at a time.
class FolderOfPath {
 public:
  /// \param[in] base borrowed
  /// \param[in] folder below `base`, to which paths are relative; "" for `base` itself
  FolderOfPath(const storage::LocalFolder* base, const std::string& folder)
      : base_(base), prefix_(folder.empty() ? "" : folder + "/") {}

  /// \brief The folder of the file `path`.
  /// \return valid until the next call; IsNotFound when there is none
  Result<const storage::LocalFolder*> Open(std::string_view path) {
    return Reach(path, /*make=*/false);
  }
  /// \brief The same, made when it is missing.
  Result<const storage::LocalFolder*> Make(std::string_view path) {
    return Reach(path, /*make=*/true);
  }

  /// \brief The path of the folder that `path` lies in, without a slash at its end.
  static std::string_view ParentOf(std::string_view path) {
    const size_t slash = path.find_last_of('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }
  static std::string NameOf(std::string_view path) {
    return std::string(path.substr(path.find_last_of('/') + 1));
  }

 private:
  Result<const storage::LocalFolder*> Reach(std::string_view path, bool make);

  struct OpenFolder {
    size_t path_bytes;  // of its path, the beginning of path_
    storage::LocalFolder folder;
  };

  const storage::LocalFolder* const base_;
  const std::string prefix_;      // "" or with a slash at its end
  std::string path_;              // the folder that was asked for last, relative to base_
  std::vector<OpenFolder> open_;  // each lies in the one before it
};

}  // namespace tarn::lake
