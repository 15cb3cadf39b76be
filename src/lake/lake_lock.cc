#include "lake/lake_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "lake/lock_holder.h"
#include "storage/local_file.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::OsError;

constexpr size_t kContentBytesMax = 4096;

Status Conflict(const FileDescriptor& file, const std::string& path) {
  std::string content(kContentBytesMax, '\0');
  const ssize_t length = ::pread(file.number(), content.data(), content.size(), 0);
  content.resize(length > 0 ? static_cast<size_t>(length) : 0);
  return LockHolder::FromJson(content).Conflict(path);
}

}  // namespace

Result<LakeLock> LakeLock::Acquire(const std::string& path, const std::string& holder) {
  ARROW_RETURN_NOT_OK(storage::MakeFolders(storage::ParentFolder(path)));
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open()) return OsError(errno, "open the lake's lock", path);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Conflict(file, path);
    return OsError(errno, "lock the lake", path);
  }
  const std::string content = LockHolder::Self(holder).ToJson();
  if (::ftruncate(file.number(), 0) != 0 || ::pwrite(file.number(), content.data(), content.size(),
                                                     0) != static_cast<ssize_t>(content.size())) {
    return OsError(errno, "write the lake's lock", path);
  }
  return LakeLock(std::move(file));
}

LakeLock::~LakeLock() {
  // Who held it last is nobody's concern; closing unlocks.
  if (file_.is_open() && ::ftruncate(file_.number(), 0) != 0) return;
}

}  // namespace tarn::lake
