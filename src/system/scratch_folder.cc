#include "system/scratch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace tarn {

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Status ScratchFolder::Make() {
  const char* parent = std::getenv("TMPDIR");
  std::string pattern =
      fmt::format("{}/tarn-XXXXXX", parent == nullptr || *parent == '\0' ? "/tmp" : parent);
  if (::mkdtemp(pattern.data()) == nullptr) {
    return MakeError(ErrorKind::kFailed, fmt::format("Cannot create a temporary folder: {}: {}",
                                                     std::strerror(errno), pattern));
  }
  path_ = pattern;
  return Status::OK();
}

}  // namespace tarn
