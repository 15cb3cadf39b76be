#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "storage/local_folder.h"

namespace tarn::lake {

/// \brief Opens the folders of a table's files, one after the other. Files of one folder that
/// follow each other share it.
class FolderOfPath {
 public:
  /// \param[in] root the lake's folder
  /// \param[in] table relative to it
  FolderOfPath(const storage::LocalFolder* root, std::string table)
      : root_(root), table_(std::move(table)) {}

  /// \brief The folder of the file `path`, relative to the table's.
  /// \return valid until the next call; IsNotFound when there is none
  Result<const storage::LocalFolder*> Open(const std::string& path) {
    return Reach(path, /*make=*/false);
  }
  /// \brief The same, made when it is missing.
  Result<const storage::LocalFolder*> Make(const std::string& path) {
    return Reach(path, /*make=*/true);
  }

  static std::string NameOf(const std::string& path) {
    return path.substr(path.find_last_of('/') + 1);
  }

 private:
  Result<const storage::LocalFolder*> Reach(const std::string& path, bool make) {
    std::string folder = path.substr(0, path.find_last_of('/') + 1);
    if (!open_ || folder != relative_) {
      const std::string below_root = table_ + "/" + folder;
      open_.reset();
      ARROW_ASSIGN_OR_RAISE(open_,
                            make ? root_->MakeFolder(below_root) : root_->OpenFolder(below_root));
      relative_ = std::move(folder);
    }
    return &*open_;
  }

  const storage::LocalFolder* root_;
  const std::string table_;
  std::string relative_;
  std::optional<storage::LocalFolder> open_;
};

}  // namespace tarn::lake
