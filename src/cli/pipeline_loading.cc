#include "cli/pipeline_loading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <strings.h>

#include <algorithm>
#include <filesystem>

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kConfigFile[] = "tarn.toml";

bool IsRegularFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

// kUsage when `name` is none of `names`, which are the pipeline's tables or sources.
Status CheckName(const std::string& kind, const std::string& name,
                 const std::vector<std::string>& names, const pipeline::Pipeline& pipeline) {
  const bool is_known = std::any_of(names.begin(), names.end(), [&](const std::string& known) {
    return strcasecmp(known.c_str(), name.c_str()) == 0;
  });
  if (is_known) return Status::OK();
  const std::string nearest = Nearest(name, names);
  return MakeError(ErrorKind::kUsage,
                   fmt::format("unknown {} '{}'{}\n  hint: the {}s of {} are {}", kind, name,
                               nearest.empty() ? "" : fmt::format(": did you mean '{}'?", nearest),
                               kind, pipeline.directory, fmt::join(names, ", ")));
}

}  // namespace

Result<std::unique_ptr<pipeline::Pipeline>> LoadPipeline(const PipelineArguments& arguments) {
  fs::path directory = arguments.directory;
  if (directory.filename() == kConfigFile && IsRegularFile(directory)) {
    directory = directory.has_parent_path() ? directory.parent_path() : ".";
  }
  pipeline::LoadOptions options;
  options.overrides = arguments.overrides;
  return pipeline::Load(directory.string(), options);
}

bool IsPipeline(const std::string& path) {
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
