#include "session/pipeline_files.h"

#include <filesystem>

#include "s3/uri.h"
#include "storage/storages.h"
#include "system/text_file.h"

namespace tarn::session {
namespace {

namespace fs = std::filesystem;

constexpr char kConfigFile[] = "tarn.toml";

bool IsRegularFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

Result<std::unique_ptr<pipeline::Pipeline>> LoadLocal(fs::path directory,
                                                      const pipeline::LoadOptions& options) {
  if (directory.filename() == kConfigFile && IsRegularFile(directory)) {
    directory = directory.has_parent_path() ? directory.parent_path() : ".";
  }
  return pipeline::Load(directory.string(), options);
}

// A pipeline in a store: its files are few and small.
Result<std::unique_ptr<pipeline::Pipeline>> LoadRemote(std::string directory,
                                                       const pipeline::LoadOptions& options) {
  if (directory.ends_with(std::string("/") + kConfigFile)) {
    directory.resize(directory.size() - sizeof(kConfigFile) + 1);
  }
  while (directory.ends_with('/')) directory.pop_back();
  storage::Storages storages;
  const std::string folder = storage::EscapeGlob(directory);
  ARROW_ASSIGN_OR_RAISE(const storage::Listing listing,
                        storages.List({folder + "/" + kConfigFile, folder + "/*.sql"}));
  std::vector<storage::BufferFuture> reads;
  for (const storage::ObjectInfo& file : listing.files) {
    ARROW_RETURN_NOT_OK(WithContext(CheckTextSize(file.size_bytes), file.path));
    reads.push_back(listing.storage->ReadAsync(file));
  }
  std::vector<std::pair<std::string, std::string>> files;
  for (size_t i = 0; i < reads.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto content, reads[i].result());
    files.emplace_back(listing.files[i].path, content->ToString());
  }
  return pipeline::LoadFiles(directory, files, options);
}

}  // namespace

Result<std::unique_ptr<pipeline::Pipeline>> LoadPipeline(const std::string& directory,
                                                         const pipeline::LoadOptions& options) {
  if (directory.find("://") != std::string::npos && !s3::IsS3Uri(directory)) {
    return MakeError(ErrorKind::kUsage,
                     "A pipeline is a folder on this machine or s3://BUCKET/FOLDER: " + directory);
  }
  return s3::IsS3Uri(directory) ? LoadRemote(directory, options) : LoadLocal(directory, options);
}

bool IsPipeline(const std::string& path) {
  if (s3::IsS3Uri(path)) {
    const bool is_file = path.ends_with(std::string("/") + kConfigFile);
    storage::Storages storages;
    const auto listing =
        storages.List({storage::EscapeGlob(is_file ? path : storage::JoinPath(path, kConfigFile))});
    return listing.ok() && !listing->files.empty();
  }
  return IsRegularFile(fs::path(path) / kConfigFile) ||
         (fs::path(path).filename() == kConfigFile && IsRegularFile(path));
}

}  // namespace tarn::session
