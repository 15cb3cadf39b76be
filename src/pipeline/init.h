#pragma once

#include <string>

#include "base/error.h"

namespace tarn::pipeline {

/// \brief Write a small new pipeline that runs as it is: tarn.toml, two tables and sample records.
///
/// \param[in] directory made when missing. Files that begin with a dot may be there already.
/// \return
///   - kUsage: the folder is not empty, or a file is in its place
///   - kFailed: a file could not be written; those written before are removed
Status InitPipeline(const std::string& directory);

}  // namespace tarn::pipeline
