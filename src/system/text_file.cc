#include "system/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/units.h"
#include "system/file_descriptor.h"

namespace tarn {
namespace {

Status CannotRead(int error) {
  return MakeError(ErrorKind::kBadInput,
                   std::string("cannot read the file: ") + std::strerror(error));
}

}  // namespace

Result<std::string> ReadTextFile(const std::string& path) {
  // Opening a pipe without a writer would wait for one.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) return CannotRead(errno);
  if (S_ISDIR(status.st_mode)) {
    return MakeError(ErrorKind::kBadInput, "this is a folder, and a file is expected");
  }
  if (!S_ISREG(status.st_mode)) {
    return MakeError(ErrorKind::kBadInput, "this is a pipe or a device, and a file is expected");
  }
  ARROW_RETURN_NOT_OK(CheckTextSize(status.st_size));
  std::string text;
  char bytes[64 << 10];
  while (true) {
    const ssize_t num_bytes = ::read(file.number(), bytes, sizeof(bytes));
    if (num_bytes < 0 && errno == EINTR) continue;
    if (num_bytes < 0) return CannotRead(errno);
    if (num_bytes == 0) return text;
    text.append(bytes, static_cast<size_t>(num_bytes));
    // Those of /proc have no size of their own.
    ARROW_RETURN_NOT_OK(CheckTextSize(static_cast<int64_t>(text.size())));
  }
}

bool LinkLeavesFolder(const std::string& folder, const std::string& path) {
  std::error_code folder_error, path_error;
  const std::filesystem::path root = std::filesystem::canonical(folder, folder_error);
  const std::filesystem::path target = std::filesystem::canonical(path, path_error);
  if (folder_error || path_error) return false;  // leads nowhere
  return std::mismatch(root.begin(), root.end(), target.begin(), target.end()).first != root.end();
}

Result<std::string> ReadTextFileOfFolder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (LinkLeavesFolder(folder.empty() ? "." : folder, path)) {
    return MakeError(ErrorKind::kBadInput,
                     "this link leads out of its folder; put the file itself here, or name the one "
                     "that the link leads to");
  }
  return ReadTextFile(path);
}

Status CheckTextSize(int64_t num_bytes) {
  if (num_bytes <= kTextFileBytesMax) return Status::OK();
  return MakeError(ErrorKind::kBadInput, "the file is larger than " +
                                             FormatBytes(kTextFileBytesMax) +
                                             ", the most that a text may have");
}

}  // namespace tarn
