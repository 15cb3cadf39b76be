#include "lake/commit_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "lake/folder_of_path.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::LocalFolder;
using storage::OsError;

// In a sticky folder, only a file's owner and the folder's may remove it. A file may also be
// immutable, for anyone.
Status CheckRemovable(const LocalFolder& folder, const std::string& name) {
  struct statx file;
  struct stat parent;
  if (::statx(folder.number(), name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &file) != 0) {
    return errno == ENOENT ? Status::OK() : OsError(errno, "find a file", folder.PathOf(name));
  }
  if (S_ISDIR(file.stx_mode)) return OsError(EISDIR, "replace a file", folder.PathOf(name));
  if (::fstat(folder.number(), &parent) != 0) return OsError(errno, "read a folder", folder.path());
  const uid_t user = ::geteuid();
  const bool is_others =
      (parent.st_mode & S_ISVTX) != 0 && user != 0 && user != file.stx_uid && user != parent.st_uid;
  const bool is_fixed = (file.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
  if (!is_others && !is_fixed) return Status::OK();
  return OsError(EPERM, "remove a file", folder.PathOf(name));
}

Status CheckFree(const LocalFolder& folder, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const bool is_taken, folder.Has(name));
  return is_taken ? OsError(EEXIST, "publish a file", folder.PathOf(name)) : Status::OK();
}

}  // namespace

Status CheckWritable(const LocalFolder& folder, const LocalFolder& own) {
  struct stat here;
  struct stat there;
  if (::fstat(folder.number(), &here) != 0) return OsError(errno, "read a folder", folder.path());
  if (::fstat(own.number(), &there) != 0) {
    return OsError(errno, "read a folder", own.path());
  }
  if (::faccessat(folder.number(), ".", R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
    return OsError(errno, "replace a table", folder.path());
  }
  if (here.st_dev == there.st_dev) return Status::OK();
  return MakeError(ErrorKind::kFailed,
                   "The table's folder is on another file system than the lake, so that it cannot "
                   "be replaced in one step; move it into the lake: " +
                       folder.path());
}

Status CheckMoves(const LocalFolder& root, const LocalFolder& own, const TableChange& change) {
  FolderOfPath folders(&root, change.table);
  std::string checked_path;
  for (const auto* paths : {&change.adds, &change.removes}) {
    for (const std::string& path : *paths) {
      ARROW_ASSIGN_OR_RAISE(const LocalFolder* folder, folders.Open(path));
      if (folder->path() != checked_path) {
        ARROW_RETURN_NOT_OK(CheckWritable(*folder, own));
        checked_path = folder->path();
      }
      const std::string name = FolderOfPath::NameOf(path);
      ARROW_RETURN_NOT_OK(paths == &change.adds ? CheckFree(*folder, name)
                                                : CheckRemovable(*folder, name));
    }
  }
  return Status::OK();
}

}  // namespace tarn::lake
