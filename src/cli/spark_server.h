#pragma once

#include <functional>
#include <string>

#include "cli/command_line.h"
#include "cli/terminal.h"
#include "spark/job/job.h"

namespace tarn::cli {

/// \brief The Spark that the arguments and the environment (SPARK_REMOTE) name.
spark::JobServer ServerOf(const EngineArguments& arguments);

/// \brief Prints a warning a line. \param[in] terminal borrowed
std::function<void(const std::string& warning)> Warner(const Terminal& terminal);

}  // namespace tarn::cli
