#include "generate/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tarn::generate {

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status OutputFile::Create(std::string path) {
  path_ = std::move(path);
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  return descriptor_ < 0 ? Fail("create") : Status::OK();
}

Status OutputFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail("write");
    bytes.remove_prefix(written);
  }
  return Status::OK();
}

Status OutputFile::Close() {
  int descriptor = descriptor_;
  descriptor_ = -1;
  return ::close(descriptor) != 0 ? Fail("close") : Status::OK();
}

Status OutputFile::Fail(std::string_view action) const {
  std::string reason = std::strerror(errno);
  return MakeError(ErrorKind::kFailed,
                   "cannot " + std::string(action) + " a file: " + reason + ": " + path_ +
                       "; check the disk's space and rights, and generate into a new directory");
}

}  // namespace tarn::generate
