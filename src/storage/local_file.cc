#include "storage/local_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "storage/os_error.h"

namespace tarn::storage {
namespace {

// Linux moves at most this much in one call.
constexpr int64_t kTransferBytesMax = 1 << 30;

constexpr int64_t kGatheredBytesMax = 64 << 10;

Status WriteAll(int file, const char* data, int64_t num_bytes, const std::string& path) {
  while (num_bytes > 0) {
    const ssize_t written = ::write(file, data, std::min(num_bytes, kTransferBytesMax));
    if (written < 0) {
      if (errno == EINTR) continue;
      return OsError(errno, "write a file", path);
    }
    data += written;
    num_bytes -= written;
  }
  return Status::OK();
}

constexpr int kNewFileFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;

Result<FileDescriptor> CreateNew(const LocalFolder& folder, const std::string& name) {
  FileDescriptor file(::openat(folder.number(), name.c_str(), kNewFileFlags, 0666));
  if (!file.is_open()) return OsError(errno, "create a file", folder.PathOf(name));
  return file;
}

Result<FileDescriptor> CreateNew(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), kNewFileFlags, 0666));
  if (!file.is_open() && errno == ENOENT) {
    ARROW_RETURN_NOT_OK(MakeFolders(ParentFolder(path)));
    file = FileDescriptor(::open(path.c_str(), kNewFileFlags, 0666));
  }
  if (!file.is_open()) return OsError(errno, "create a file", path);
  return file;
}

}  // namespace

Result<std::shared_ptr<LocalOutputFile>> LocalOutputFile::Create(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, CreateNew(path));
  return std::shared_ptr<LocalOutputFile>(new LocalOutputFile(std::move(file), path));
}

Result<std::shared_ptr<LocalOutputFile>> LocalOutputFile::Create(const LocalFolder& folder,
                                                                 const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, CreateNew(folder, name));
  return std::shared_ptr<LocalOutputFile>(
      new LocalOutputFile(std::move(file), folder.PathOf(name)));
}

Status LocalOutputFile::Write(const void* data, int64_t num_bytes) {
  if (closed()) return Status::Invalid("Write after Close: ", path_);
  const auto* bytes = static_cast<const char*>(data);
  if (static_cast<int64_t>(gathered_.size()) + num_bytes > kGatheredBytesMax) {
    ARROW_RETURN_NOT_OK(Flush());
  }
  if (num_bytes > kGatheredBytesMax) {
    ARROW_RETURN_NOT_OK(WriteAll(file_.number(), bytes, num_bytes, path_));
  } else {
    gathered_.append(bytes, static_cast<size_t>(num_bytes));
  }
  position_ += num_bytes;
  return Status::OK();
}

Status LocalOutputFile::Flush() {
  ARROW_RETURN_NOT_OK(
      WriteAll(file_.number(), gathered_.data(), static_cast<int64_t>(gathered_.size()), path_));
  gathered_.clear();
  return Status::OK();
}

Status LocalOutputFile::Close() {
  if (closed()) return Status::OK();
  ARROW_RETURN_NOT_OK(Flush());
  // Network file systems report a full disk only here.
  if (file_.Close() != 0) return OsError(errno, "write a file", path_);
  return Status::OK();
}

Status WriteNewFile(const LocalFolder& folder, const std::string& name, std::string_view content) {
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, CreateNew(folder, name));
  const std::string path = folder.PathOf(name);
  ARROW_RETURN_NOT_OK(
      WriteAll(file.number(), content.data(), static_cast<int64_t>(content.size()), path));
  if (::fsync(file.number()) != 0) return OsError(errno, "sync a file", path);
  if (file.Close() != 0) return OsError(errno, "write a file", path);
  return Status::OK();
}

Status MakeFolders(const std::string& path) {
  if (path.empty() || path == "/" || ::mkdir(path.c_str(), 0777) == 0) return Status::OK();
  if (errno == ENOENT) {
    ARROW_RETURN_NOT_OK(MakeFolders(ParentFolder(path)));
    if (::mkdir(path.c_str(), 0777) == 0) return Status::OK();
  }
  const int error = errno;
  struct stat info;
  if (error == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return Status::OK();
  }
  return OsError(error, "make a folder", path);
}

std::string ParentFolder(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos || slash == 0) return "/";
  return path.substr(0, slash);
}

Result<int64_t> ReadAt(const FileDescriptor& file, int64_t offset, int64_t length, uint8_t* buffer,
                       const std::string& path) {
  int64_t done = 0;
  while (done < length) {
    const int64_t wanted = std::min(length - done, kTransferBytesMax);
    const ssize_t got =
        ::pread(file.number(), buffer + done, static_cast<size_t>(wanted), offset + done);
    if (got < 0) {
      if (errno == EINTR) continue;
      return OsError(errno, "read a file", path);
    }
    if (got == 0) break;  // a read may also be short for other reasons than the file's end
    done += got;
  }
  return done;
}

}  // namespace tarn::storage
