#include "lake/commit_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

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
  if (::statx(folder.number(), name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &file) != 0) {
    return errno == ENOENT ? Status::OK() : OsError(errno, "find a file", folder.PathOf(name));
  }
  if (S_ISDIR(file.stx_mode)) return OsError(EISDIR, "replace a file", folder.PathOf(name));
  const uid_t user = ::geteuid();
  bool is_kept = (file.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
  if (user != 0 && user != file.stx_uid) {
    struct stat parent;
    if (::fstat(folder.number(), &parent) != 0) {
      return OsError(errno, "read a folder", folder.path());
    }
    is_kept = is_kept || ((parent.st_mode & S_ISVTX) != 0 && user != parent.st_uid);
  }
  if (!is_kept) return Status::OK();
  return OsError(EPERM, "remove a file", folder.PathOf(name));
}

// A file that a commit adds, or removes.
struct Move {
  std::string_view path;
  bool adds;
};

// In the order of their paths, so that each folder is opened and looked at once.
std::vector<Move> MovesOf(const TableChange& change) {
  std::vector<Move> moves;
  moves.reserve(change.adds.size() + change.removes.size());
  for (const std::string& path : change.adds) moves.push_back({path, true});
  for (const std::string& path : change.removes) moves.push_back({path, false});
  std::sort(moves.begin(), moves.end(),
            [](const Move& left, const Move& right) { return left.path < right.path; });
  return moves;
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

Status CheckMoves(const LocalFolder& root, const LocalFolder& own, const TableChange& change,
                  const std::unordered_set<std::string>& made) {
  FolderOfPath folders(&root, change.table);
  std::string checked_path;
  std::unordered_set<std::string> looked_into;
  for (const Move& move : MovesOf(change)) {
    const std::string parent(FolderOfPath::ParentOf(move.path));
    // Partitions made in the same folder are alike, and empty: one is looked at for all of them.
    const bool is_made = !parent.empty() && made.contains(parent);
    if (is_made && !looked_into.emplace(FolderOfPath::ParentOf(parent)).second) continue;
    ARROW_ASSIGN_OR_RAISE(const LocalFolder* folder, folders.Open(move.path));
    if (folder->path() != checked_path) {
      ARROW_RETURN_NOT_OK(CheckWritable(*folder, own));
      checked_path = folder->path();
    }
    const std::string name = FolderOfPath::NameOf(move.path);
    ARROW_RETURN_NOT_OK(move.adds ? CheckFree(*folder, name) : CheckRemovable(*folder, name));
  }
  return Status::OK();
}

}  // namespace tarn::lake
