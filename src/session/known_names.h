#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "pipeline/pipeline.h"

namespace tarn::session {

/// \brief kUsage for the first of `names` that is no table of the pipeline, with the one that was
/// meant.
Status CheckTableNames(const std::vector<std::string>& names, const pipeline::Pipeline& pipeline);

/// \brief The same for a source; an empty name is none.
Status CheckSourceName(const std::string& name, const pipeline::Pipeline& pipeline);

}  // namespace tarn::session
