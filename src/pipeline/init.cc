#include "pipeline/init.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "pipeline/init_files_internal.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;

Status CheckTarget(const fs::path& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (!fs::exists(status)) return Status::OK();
  if (!fs::is_directory(status)) {
    return MakeError(ErrorKind::kUsage,
                     "a file is in the new pipeline's place: " + directory.string(),
                     "name a folder that does not exist yet");
  }
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename().string().starts_with('.')) continue;
    return MakeError(ErrorKind::kUsage,
                     fmt::format("the folder is not empty: {} has {}", directory.string(),
                                 entry.path().filename().string()),
                     "name a new folder, so that nothing is overwritten");
  }
  if (!error) return Status::OK();
  return MakeError(ErrorKind::kFailed, fmt::format("cannot list the folder {}: {}",
                                                   directory.string(), error.message()));
}

// Writes files and folders, and takes them back unless they are kept.
class NewFiles {
 public:
  ~NewFiles() {
    std::error_code ignored;
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) fs::remove(*path, ignored);
  }

  Status MakeFolder(const fs::path& directory) {
    std::error_code error;
    if (directory.empty() || fs::is_directory(directory, error)) return Status::OK();
    ARROW_RETURN_NOT_OK(MakeFolder(directory.parent_path()));
    if (fs::create_directory(directory, error)) made_.push_back(directory);
    if (!error) return Status::OK();
    return MakeError(ErrorKind::kFailed, fmt::format("cannot create the folder {}: {}",
                                                     directory.string(), error.message()));
  }

  Status WriteFile(const fs::path& path, std::string_view content) {
    ARROW_RETURN_NOT_OK(MakeFolder(path.parent_path()));
    std::ofstream file(path, std::ios::binary);
    if (file) made_.push_back(path);
    file << content;
    file.close();
    if (file) return Status::OK();
    return MakeError(ErrorKind::kFailed,
                     fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
  }

  void Keep() { made_.clear(); }

 private:
  std::vector<fs::path> made_;  // in the order in which they were made
};

}  // namespace

Status InitPipeline(const std::string& directory) {
  fs::path root = fs::path(directory.empty() ? "." : directory).lexically_normal();
  if (!root.has_filename()) root = root.parent_path();  // "orders/" is "orders"
  ARROW_RETURN_NOT_OK(CheckTarget(root));
  NewFiles files;
  for (const InitFile& file : InitFiles()) {
    ARROW_RETURN_NOT_OK(files.WriteFile(root / file.path, file.content));
  }
  files.Keep();
  return Status::OK();
}

}  // namespace tarn::pipeline
