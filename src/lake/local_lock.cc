#include "lake/local_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "lake/lock_holder.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::LocalFolder;
using storage::OsError;

constexpr char kLockFile[] = "lock";
constexpr size_t kContentBytesMax = 4096;

Status Conflict(const FileDescriptor& file, const std::string& path) {
  std::string content(kContentBytesMax, '\0');
  const ssize_t length = ::pread(file.number(), content.data(), content.size(), 0);
  content.resize(length > 0 ? static_cast<size_t>(length) : 0);
  return LockHolder::FromJson(content).Conflict(path);
}

Status NotALock(const std::string& path) {
  return MakeError(
      ErrorKind::kFailed,
      "A link or something else is in the place of the lake's lock; move it away: " + path);
}

Status LockOpenError(int error, const LocalFolder& state) {
  const std::string path = state.PathOf(kLockFile);
  if (error == ELOOP) return NotALock(path);
  struct stat info;
  if (error == EACCES && ::fstatat(state.number(), kLockFile, &info, AT_SYMLINK_NOFOLLOW) == 0) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("This user may not take the lake's lock; run as the lock's owner, who can also "
                    "share it with a group (chmod g+rw): user {}, mode {:04o}: {}",
                    info.st_uid, info.st_mode & 07777, path));
  }
  return OsError(error, "open the lake's lock", path);
}

// Whoever can open the lock can hold it: it is the owner's alone. What is cut and written must be a
// file of the lake's own, under no second name.
Result<FileDescriptor> OpenLock(const LocalFolder& state) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  FileDescriptor file(::openat(state.number(), kLockFile, kFlags, 0600));
  if (!file.is_open()) return LockOpenError(errno, state);
  struct stat info;
  if (::fstat(file.number(), &info) != 0) {
    return OsError(errno, "open the lake's lock", state.PathOf(kLockFile));
  }
  if (!S_ISREG(info.st_mode) || info.st_nlink != 1) return NotALock(state.PathOf(kLockFile));
  return file;
}

}  // namespace

Result<LocalLock> LocalLock::Acquire(const LocalFolder& state, const std::string& holder) {
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, OpenLock(state));
  const std::string path = state.PathOf(kLockFile);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Conflict(file, path);
    return OsError(errno, "lock the lake", path);
  }
  const std::string content = LockHolder::Self(holder).ToJson();
  if (::ftruncate(file.number(), 0) != 0 || ::pwrite(file.number(), content.data(), content.size(),
                                                     0) != static_cast<ssize_t>(content.size())) {
    return OsError(errno, "write the lake's lock", path);
  }
  return LocalLock(std::move(file));
}

LocalLock::~LocalLock() {
  // Who held it last is nobody's concern; closing unlocks.
  if (file_.is_open() && ::ftruncate(file_.number(), 0) != 0) return;
}

}  // namespace tarn::lake
