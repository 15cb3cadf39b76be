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

/// \brief kUsage for each of `names` that is no table of the pipeline, with the one that was meant.
Status CheckTableNames(const std::vector<std::string>& names, const pipeline::Pipeline& pipeline);

/// \brief The same for a source; an empty name is none.
Status CheckSourceName(const std::string& name, const pipeline::Pipeline& pipeline);

}  // namespace tarn::cli
