#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "pipeline/pipeline.h"

namespace tarn::session {

/// \brief Read and check the pipeline of a folder.
/// \param[in] directory the folder, or its tarn.toml; on a disk or in S3, where the environment
///   says how it is reached
Result<std::unique_ptr<pipeline::Pipeline>> LoadPipeline(const std::string& directory,
                                                         const pipeline::LoadOptions& options);

/// \brief Whether `path` is a folder with a tarn.toml, or that file; on a disk or in S3.
bool IsPipeline(const std::string& path);

}  // namespace tarn::session
