#pragma once

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/terminal.h"
#include "pipeline/pipeline.h"

namespace tarn::cli {

/// \brief The pipeline that the command is about; its tarn.toml may be given instead of its folder,
/// and the folder may be in S3.
/// Its S3 settings are the process's from then on.
/// \param[in] terminal where endpoints without encryption are warned of; null: nowhere
Result<std::unique_ptr<pipeline::Pipeline>> LoadPipeline(const PipelineArguments& arguments,
                                                         const Terminal* terminal);

/// \brief Whether `path` is a folder with a tarn.toml, or that file; on a disk or in S3.
bool IsPipeline(const std::string& path);

/// \brief kUsage for each of `names` that is no table of the pipeline, with the one that was meant.
Status CheckTableNames(const std::vector<std::string>& names, const pipeline::Pipeline& pipeline);

/// \brief The same for a source; an empty name is none.
Status CheckSourceName(const std::string& name, const pipeline::Pipeline& pipeline);

}  // namespace tarn::cli
