#include "storage/local_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "storage/os_error.h"

namespace tarn::storage {
namespace {

constexpr int kOpenFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;

bool IsLink(int folder, const std::string& name) {
  struct stat info;
  return ::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
}

Status LinkError(const std::string& path) {
  return MakeError(ErrorKind::kBadInput,
                   "A link is in the place of a folder, and nothing is written or removed through "
                   "one; put the folder itself there: " +
                       path);
}

// The type of what readdir found, asked for where the file system does not return it; -1 with errno
// when that fails.
int TypeOf(DIR* folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat info;
  if (::fstatat(::dirfd(folder), entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return -1;
  return IFTODT(info.st_mode);
}

}  // namespace

Result<LocalFolder> LocalFolder::Open(const std::string& path) {
  FileDescriptor folder(::open(path.c_str(), kOpenFlags));
  if (!folder.is_open()) return OsError(errno, "open a folder", path);
  return LocalFolder(std::move(folder), path);
}

Result<LocalFolder> LocalFolder::OpenFolder(std::string_view relative) const {
  return Walk(relative, /*make=*/false);
}

Result<LocalFolder> LocalFolder::MakeFolder(std::string_view relative) const {
  return Walk(relative, /*make=*/true);
}

Result<bool> LocalFolder::MakeNewFolder(const std::string& name) const {
  if (::mkdirat(number(), name.c_str(), 0777) == 0) return true;
  if (errno == EEXIST) return false;
  return OsError(errno, "make a folder", PathOf(name));
}

Result<LocalFolder> LocalFolder::Walk(std::string_view relative, bool make) const {
  if (relative.empty()) {
    FileDescriptor again(::openat(number(), ".", kOpenFlags));
    if (!again.is_open()) return OsError(errno, "open a folder", path_);
    return LocalFolder(std::move(again), path_);
  }
  LocalFolder reached(FileDescriptor(), path_);
  for (const LocalFolder* from = this; !relative.empty(); from = &reached) {
    const size_t slash = std::min(relative.find('/'), relative.size());
    const std::string name(relative.substr(0, slash));
    relative.remove_prefix(std::min(slash + 1, relative.size()));
    ARROW_ASSIGN_OR_RAISE(reached, from->Step(name, make));
  }
  return reached;
}

// The folder of this name. Most are there: one that is missing is made when opening says so.
Result<LocalFolder> LocalFolder::Step(const std::string& name, bool make) const {
  std::string path = PathOf(name);
  if (name == "..") return Status::Invalid("A path that leads out of its folder: ", path);
  FileDescriptor folder(::openat(number(), name.c_str(), kOpenFlags | O_NOFOLLOW));
  if (!folder.is_open() && errno == ENOENT && make) {
    ARROW_RETURN_NOT_OK(MakeNewFolder(name).status());
    folder = FileDescriptor(::openat(number(), name.c_str(), kOpenFlags | O_NOFOLLOW));
  }
  if (folder.is_open()) return LocalFolder(std::move(folder), std::move(path));
  const int error = errno;
  if (error != ENOENT && IsLink(number(), name)) return LinkError(path);
  return OsError(error, "open a folder", path);
}

Result<std::vector<LocalFolder::Entry>> LocalFolder::List() const {
  FileDescriptor readable(::openat(number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!readable.is_open()) return OsError(errno, "list a folder", path_);
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(readable.number()), ::closedir);
  if (folder == nullptr) return OsError(errno, "list a folder", path_);
  readable.Release();
  std::vector<Entry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const int type = TypeOf(folder.get(), *entry);
    if (type < 0 && errno == ENOENT) continue;
    if (type < 0) return OsError(errno, "list a file", PathOf(name));
    entries.push_back({std::string(name), type == DT_DIR, type == DT_LNK});
  }
  if (errno != 0) return OsError(errno, "list a folder", path_);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

Result<bool> LocalFolder::Has(const std::string& name) const {
  struct stat info;
  if (::fstatat(number(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return true;
  if (errno == ENOENT) return false;
  return OsError(errno, "find a file", PathOf(name));
}

Status LocalFolder::Rename(const std::string& name, const LocalFolder& target,
                           const std::string& new_name) const {
  if (::renameat(number(), name.c_str(), target.number(), new_name.c_str()) == 0) {
    return Status::OK();
  }
  return OsError(errno, "move a file", PathOf(name) + " to " + target.PathOf(new_name));
}

Status LocalFolder::RemoveFile(const std::string& name) const {
  if (::unlinkat(number(), name.c_str(), 0) == 0 || errno == ENOENT) return Status::OK();
  return OsError(errno, "remove a file", PathOf(name));
}

bool LocalFolder::RemoveEmptyFolder(const std::string& name) const {
  return ::unlinkat(number(), name.c_str(), AT_REMOVEDIR) == 0;
}

Status LocalFolder::RemoveTree(const std::string& name) const {
  struct stat info;
  if (::fstatat(number(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? Status::OK() : OsError(errno, "find a file", PathOf(name));
  }
  if (!S_ISDIR(info.st_mode)) return RemoveFile(name);
  ARROW_ASSIGN_OR_RAISE(const LocalFolder folder, OpenFolder(name));
  ARROW_ASSIGN_OR_RAISE(const std::vector<Entry> entries, folder.List());
  for (const Entry& entry : entries) ARROW_RETURN_NOT_OK(folder.RemoveTree(entry.name));
  if (RemoveEmptyFolder(name) || errno == ENOENT) return Status::OK();
  return OsError(errno, "remove a folder", PathOf(name));
}

Status LocalFolder::Sync() const {
  const FileDescriptor folder(::openat(number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open() && ::fsync(folder.number()) == 0) return Status::OK();
  return OsError(errno, "sync a folder", path_);
}

std::string LocalFolder::PathOf(std::string_view name) const {
  return path_ + (path_.ends_with('/') ? "" : "/") + std::string(name);
}

}  // namespace tarn::storage
