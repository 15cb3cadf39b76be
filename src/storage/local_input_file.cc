#include "storage/local_input_file.h"

#include <arrow/util/io_util.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "storage/local_disk.h"
#include "storage/local_file.h"
#include "storage/local_file_status.h"
#include "storage/os_error.h"

namespace tarn::storage {
namespace {

// More than the threads and streams that read large files at once.
constexpr size_t kOpenFilesMax = 32;

Status HasChanged(std::string_view how, const std::string& path, int error_number = 0) {
  std::string message = fmt::format(
      "The file has changed since it was listed ({}); run again when it is no longer written: {}",
      how, path);
  return {arrow::StatusCode::IOError, std::move(message),
          error_number == 0 ? nullptr : arrow::internal::StatusDetailFromErrno(error_number)};
}

bool IsSameFile(const FileIdentity& left, const FileIdentity& right) {
  if (left.device != right.device || left.inode != right.inode) return false;
  return left.born_ns == right.born_ns || left.born_ns == 0 || right.born_ns == 0;
}

// What differs between a file that was listed and one that is open; "" when nothing does that
// matters.
std::string_view DifferenceOf(const ObjectInfo& listed, const FileStatus& now) {
  if (!now.is_regular() || !IsSameFile(listed.identity, now.identity)) {
    return "another one is in its place";
  }
  if (now.size_bytes < listed.size_bytes) return "it is shorter now";
  const bool grew = now.size_bytes > listed.size_bytes;
  return grew || now.modified_ns == listed.modified_ns ? "" : "it was written to";
}

// A FIFO that took a file's place would wait for who writes it.
int OpenWithoutWaiting(const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC;
  const int file = ::open(path.c_str(), kFlags | O_NONBLOCK);
  // A file server has leased the file, and gives it up in a moment.
  return file < 0 && errno == EWOULDBLOCK ? ::open(path.c_str(), kFlags) : file;
}

}  // namespace

Result<std::shared_ptr<LocalInputFile>> LocalInputFile::Open(const ObjectInfo& object) {
  ARROW_ASSIGN_OR_RAISE(std::string path, LocalPath(object.path));
  FileDescriptor descriptor(OpenWithoutWaiting(path));
  if (!descriptor.is_open()) {
    if (errno == ENOENT && object.identity.is_known()) {
      return HasChanged("it was deleted", path, ENOENT);
    }
    return OsError(errno, "open a file", path);
  }
  return std::shared_ptr<LocalInputFile>(
      new LocalInputFile(std::move(descriptor), std::move(path), object));
}

Status LocalInputFile::CheckUnchanged() const {
  if (!is_listed()) return Status::OK();
  FileStatus now;
  if (StatOpenFile(file_.number(), &now) != 0) return OsError(errno, "read a file", path_);
  const std::string_view difference = DifferenceOf(object_, now);
  return difference.empty() ? Status::OK() : HasChanged(difference, path_);
}

Result<std::shared_ptr<arrow::Buffer>> LocalInputFile::ReadAll(ReadBuffers* buffers) const {
  return is_listed() ? ReadRange(0, object_.size_bytes, buffers) : ReadToEnd();
}

Result<std::shared_ptr<arrow::Buffer>> LocalInputFile::ReadRange(int64_t offset, int64_t length,
                                                                 ReadBuffers* buffers) const {
  if (is_listed()) length = std::clamp<int64_t>(object_.size_bytes - offset, 0, length);
  ARROW_ASSIGN_OR_RAISE(auto buffer, buffers->Allocate(length));
  const auto read = ReadAt(file_, offset, length, buffer->mutable_data(), path_);
  // After the read, so that what was written before it is seen; and where it failed, as that of a
  // FIFO does, what it was that was read.
  ARROW_RETURN_NOT_OK(CheckUnchanged());
  ARROW_ASSIGN_OR_RAISE(const int64_t got, read);
  if (is_listed() && got < length) return HasChanged("it was shorter for a while", path_);
  return got < length ? arrow::SliceBuffer(std::move(buffer), 0, got) : std::move(buffer);
}

Result<std::shared_ptr<arrow::Buffer>> LocalInputFile::ReadToEnd() const {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(0));
  int64_t length = 0;
  do {
    FileStatus now;
    if (StatOpenFile(file_.number(), &now) != 0) return OsError(errno, "read a file", path_);
    // One byte more than there is: a short read shows the end.
    ARROW_RETURN_NOT_OK(buffer->Resize(std::max(now.size_bytes, length) + 1));
    ARROW_ASSIGN_OR_RAISE(const int64_t more, ReadAt(file_, length, buffer->size() - length,
                                                     buffer->mutable_data() + length, path_));
    length += more;
  } while (length == buffer->size());
  ARROW_RETURN_NOT_OK(buffer->Resize(length, /*shrink_to_fit=*/false));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

Result<std::shared_ptr<LocalInputFile>> OpenLocalFiles::Open(const ObjectInfo& object) {
  {
    std::lock_guard lock(mutex_);
    if (auto file = Find(object)) return file;
  }
  ARROW_ASSIGN_OR_RAISE(auto opened, LocalInputFile::Open(object));
  // Another file would be in the way of the one that was listed, if that comes back.
  ARROW_RETURN_NOT_OK(opened->CheckUnchanged());
  std::lock_guard lock(mutex_);
  if (auto file = Find(object)) return file;  // another thread was faster
  files_.push_front(opened);
  if (files_.size() > kOpenFilesMax) files_.pop_back();
  return opened;
}

// Null when it is not open. The lock is held.
std::shared_ptr<LocalInputFile> OpenLocalFiles::Find(const ObjectInfo& object) {
  const auto found = std::find_if(files_.begin(), files_.end(), [&](const auto& file) {
    const ObjectInfo& open = file->object();
    return open.path == object.path && IsSameFile(open.identity, object.identity) &&
           open.size_bytes == object.size_bytes && open.modified_ns == object.modified_ns;
  });
  if (found == files_.end()) return nullptr;
  files_.splice(files_.begin(), files_, found);
  return files_.front();
}

}  // namespace tarn::storage
