#pragma once

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/terminal.h"
#include "pipeline/pipeline.h"
#include "session/session.h"

namespace tarn::cli {

/// \brief Open the pipeline that the command is about; its tarn.toml may be given instead of its
/// folder, and the folder may be in S3.
/// \param[in] terminal where endpoints without encryption are warned of; null: nowhere
Result<std::unique_ptr<session::Session>> OpenSession(const PipelineArguments& arguments,
                                                      const Terminal* terminal);

/// \brief `pipeline` with `--memory`, which overrides its run.memory; as it is without one.
PipelineArguments WithMemory(PipelineArguments pipeline, const std::string& memory);

/// \brief The pipeline that the first word names, or else this folder's and the word among the
/// others. What could be no table's name is a pipeline, though it is not there.
/// \param[in] takes_paths the words may be paths: the first one is a pipeline only if it is there
/// \return kUsage for a pipeline after other words
Result<std::pair<PipelineArguments, std::vector<std::string>>> TakePipeline(
    const PipelineAndWords& arguments, bool takes_paths);

}  // namespace tarn::cli
