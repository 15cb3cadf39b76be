#pragma once

#include "cli/command_line.h"
#include "spark/job/job.h"

namespace tarn::cli {

/// \brief The Spark that the arguments and the environment (SPARK_REMOTE) name.
spark::JobServer ServerOf(const EngineArguments& arguments);

}  // namespace tarn::cli
