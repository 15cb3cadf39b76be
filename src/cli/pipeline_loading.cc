#include "cli/pipeline_loading.h"

#include "cli/endpoint_warning.h"
#include "session/pipeline_files.h"

namespace tarn::cli {

Result<std::unique_ptr<session::Session>> OpenSession(const PipelineArguments& arguments,
                                                      const Terminal* terminal) {
  pipeline::LoadOptions options;
  options.overrides = arguments.overrides;
  ARROW_ASSIGN_OR_RAISE(auto session, session::Session::Open(arguments.directory, options));
  if (terminal != nullptr) WarnOfEndpoints(session->pipeline(), *terminal);
  return session;
}

PipelineArguments WithMemory(PipelineArguments pipeline, const std::string& memory) {
  if (!memory.empty()) pipeline.overrides.emplace_back("run.memory", memory);
  return pipeline;
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

}  // namespace tarn::cli
