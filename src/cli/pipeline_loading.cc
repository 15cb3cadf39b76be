#include "cli/pipeline_loading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "cli/endpoint_warning.h"
#include "session/pipeline_files.h"

namespace tarn::cli {
namespace {

// kUsage when `name` is none of `names`, which are the pipeline's tables or sources.
Status CheckName(const std::string& kind, const std::string& name,
                 const std::vector<std::string>& names, const pipeline::Pipeline& pipeline) {
  const bool is_known = std::any_of(
      names.begin(), names.end(), [&](const std::string& known) { return SameName(known, name); });
  if (is_known) return Status::OK();
  const std::string nearest = Nearest(name, names);
  return MakeError(
      ErrorKind::kUsage,
      fmt::format("unknown {} '{}'{}", kind, name,
                  nearest.empty() ? "" : fmt::format(": did you mean '{}'?", nearest)),
      fmt::format("the {}s of {} are {}", kind, pipeline.directory, fmt::join(names, ", ")));
}

}  // namespace

Result<std::unique_ptr<session::Session>> OpenSession(const PipelineArguments& arguments,
                                                      const Terminal* terminal) {
  pipeline::LoadOptions options;
  options.overrides = arguments.overrides;
  ARROW_ASSIGN_OR_RAISE(auto session, session::Session::Open(arguments.directory, options));
  if (terminal != nullptr) WarnOfEndpoints(session->pipeline(), *terminal);
  return session;
}

Result<std::pair<PipelineArguments, std::vector<std::string>>> TakePipeline(
    const PipelineAndWords& arguments, bool takes_paths) {
  PipelineArguments pipeline;
  pipeline.overrides = arguments.overrides;
  std::vector<std::string> words = arguments.words;
  const std::string& first = arguments.first;
  const bool may_be_word = takes_paths || pipeline::IsTableName(first);
  if (!first.empty() && (!may_be_word || session::IsPipeline(first))) {
    pipeline.directory = first;
  } else if (!first.empty()) {
    words.insert(words.begin(), first);
  }
  for (const std::string& word : arguments.words) {
    if (!pipeline::IsTableName(word) && session::IsPipeline(word)) {
      return MakeError(ErrorKind::kUsage, "the pipeline comes first: " + word);
    }
  }
  return std::pair(std::move(pipeline), std::move(words));
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
