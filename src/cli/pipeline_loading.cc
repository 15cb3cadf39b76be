#include "cli/pipeline_loading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "base/text_file.h"
#include "cli/endpoint_warning.h"
#include "cli/s3_configuration.h"
#include "s3/uri.h"
#include "storage/storage.h"

namespace tarn::cli {
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
  const std::string folder = storage::EscapeGlob(directory);
  ARROW_ASSIGN_OR_RAISE(const storage::Listing listing,
                        storage::ListAll({folder + "/" + kConfigFile, folder + "/*.sql"}));
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

// kUsage when `name` is none of `names`, which are the pipeline's tables or sources.
Status CheckName(const std::string& kind, const std::string& name,
                 const std::vector<std::string>& names, const pipeline::Pipeline& pipeline) {
  const bool is_known = std::any_of(
      names.begin(), names.end(), [&](const std::string& known) { return SameName(known, name); });
  if (is_known) return Status::OK();
  const std::string nearest = Nearest(name, names);
  return MakeError(ErrorKind::kUsage,
                   fmt::format("unknown {} '{}'{}\n  hint: the {}s of {} are {}", kind, name,
                               nearest.empty() ? "" : fmt::format(": did you mean '{}'?", nearest),
                               kind, pipeline.directory, fmt::join(names, ", ")));
}

}  // namespace

Result<std::unique_ptr<pipeline::Pipeline>> LoadPipeline(const PipelineArguments& arguments,
                                                         const Terminal* terminal) {
  if (arguments.directory.find("://") != std::string::npos && !s3::IsS3Uri(arguments.directory)) {
    return MakeError(
        ErrorKind::kUsage,
        "A pipeline is a folder on this machine or s3://BUCKET/FOLDER: " + arguments.directory);
  }
  pipeline::LoadOptions options;
  options.overrides = arguments.overrides;
  ARROW_ASSIGN_OR_RAISE(auto pipeline, s3::IsS3Uri(arguments.directory)
                                           ? LoadRemote(arguments.directory, options)
                                           : LoadLocal(arguments.directory, options));
  ConfigureS3(*pipeline);
  if (terminal != nullptr) WarnOfEndpoints(*pipeline, *terminal);
  return pipeline;
}

bool IsPipeline(const std::string& path) {
  if (s3::IsS3Uri(path)) {
    const bool is_file = path.ends_with(std::string("/") + kConfigFile);
    const auto listing = storage::ListAll(
        {storage::EscapeGlob(is_file ? path : storage::JoinPath(path, kConfigFile))});
    return listing.ok() && !listing->files.empty();
  }
  return IsRegularFile(fs::path(path) / kConfigFile) ||
         (fs::path(path).filename() == kConfigFile && IsRegularFile(path));
}

Status CheckTableNames(const std::vector<std::string>& names, const pipeline::Pipeline& pipeline) {
  std::vector<std::string> tables;
  for (const pipeline::Table& table : pipeline.tables) tables.push_back(table.name);
  for (const std::string& name : names) {
    ARROW_RETURN_NOT_OK(CheckName("table", name, tables, pipeline));
  }
  return Status::OK();
}

Status CheckSourceName(const std::string& name, const pipeline::Pipeline& pipeline) {
  std::vector<std::string> sources;
  for (const pipeline::Source& source : pipeline.sources) sources.push_back(source.name);
  return name.empty() ? Status::OK() : CheckName("source", name, sources, pipeline);
}

}  // namespace tarn::cli
