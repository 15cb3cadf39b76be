#include "cli/pipeline_loading.h"

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
  std::string list;
  for (const pipeline::Table& table : pipeline.tables) {
    tables.push_back(table.name);
    list += (list.empty() ? "" : ", ") + table.name;
  }
  for (const std::string& name : names) {
    bool is_known = std::any_of(tables.begin(), tables.end(), [&](const std::string& table) {
      return strcasecmp(table.c_str(), name.c_str()) == 0;
    });
    if (is_known) continue;
    std::string nearest = Nearest(name, tables);
    return MakeError(ErrorKind::kUsage,
                     "unknown table '" + name + "'" +
                         (nearest.empty() ? "" : ": did you mean '" + nearest + "'?") +
                         "\n  hint: the tables of " + pipeline.directory + " are " + list);
  }
  return Status::OK();
}

}  // namespace tarn::cli
