#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "system/file_descriptor.h"

namespace tarn::storage {

/// \brief A folder of this machine that is held open. What is done through it stays below it: links
/// are not followed, whoever changes the folders meanwhile.
///
/// Names are single path segments; relative paths are such names, with slashes between them.
/// Threads: any.
class LocalFolder {
 public:
  struct Entry {
    std::string name;
    bool is_folder = false;
    bool is_link = false;  ///< a symbolic one, whatever it leads to; `is_folder` is false then
  };

  /// \brief Open `path`, an absolute path whose own links are followed.
  static Result<LocalFolder> Open(const std::string& path);

  /// \brief Open the folder `relative` below this one; "" is this one once more.
  /// \return kBadInput for a link in the place of a folder; IsNotFound when there is none
  Result<LocalFolder> OpenFolder(std::string_view relative) const;

  /// \brief The same, with folders that are missing made.
  Result<LocalFolder> MakeFolder(std::string_view relative) const;

  /// \brief Make the folder `name`. \return false when there is something of this name
  Result<bool> MakeNewFolder(const std::string& name) const;

  /// \brief What lies in it, sorted by name.
  Result<std::vector<Entry>> List() const;

  /// \brief Whether there is a file, folder or link of this name.
  Result<bool> Has(const std::string& name) const;

  /// \brief Move a file. One that has the new name is replaced.
  Status Rename(const std::string& name, const LocalFolder& target,
                const std::string& new_name) const;

  /// \brief Remove a file, or a link itself. One that is gone is fine.
  Status RemoveFile(const std::string& name) const;

  /// \return false when it is not empty, or cannot be removed
  bool RemoveEmptyFolder(const std::string& name) const;

  /// \brief Remove a folder with all that is in it, or a file. One that is gone is fine.
  Status RemoveTree(const std::string& name) const;

  /// \brief Wait until the names in it are on the disk.
  Status Sync() const;

  /// \brief A descriptor for system calls that take a folder and a name in it (O_PATH).
  int number() const { return folder_.number(); }

  /// \brief Its path, or that of a name in it, for messages.
  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view name) const;

 private:
  LocalFolder(FileDescriptor folder, std::string path)
      : folder_(std::move(folder)), path_(std::move(path)) {}

  Result<LocalFolder> Walk(std::string_view relative, bool make) const;
  Result<LocalFolder> Step(const std::string& name, bool make) const;

  FileDescriptor folder_;
  std::string path_;
};

}  // namespace tarn::storage
