#include "storage/local_file_status.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

namespace tarn::storage {
namespace {

int64_t Nanoseconds(const statx_timestamp& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// statx rather than stat: it also returns when a file was made.
int Stat(int folder, const char* name, int flags, FileStatus* status) {
  struct statx info;
  if (::statx(folder, name, flags, STATX_BASIC_STATS | STATX_BTIME, &info) != 0) return -1;
  status->mode = info.stx_mode;
  status->size_bytes = static_cast<int64_t>(info.stx_size);
  status->modified_ns = Nanoseconds(info.stx_mtime);
  status->identity.device = makedev(info.stx_dev_major, info.stx_dev_minor);
  status->identity.inode = info.stx_ino;
  status->identity.born_ns = (info.stx_mask & STATX_BTIME) != 0 ? Nanoseconds(info.stx_btime) : 0;
  return 0;
}

}  // namespace

int StatPath(int folder, const char* name, FileStatus* status) {
  return Stat(folder, name, 0, status);
}

int StatOpenFile(int file, FileStatus* status) { return Stat(file, "", AT_EMPTY_PATH, status); }

}  // namespace tarn::storage
