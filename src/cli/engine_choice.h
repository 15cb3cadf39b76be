#pragma once

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "engine/engine.h"
#include "spark/job/job.h"

namespace tarn::cli {

/// \brief The Spark that the arguments and the environment (SPARK_REMOTE) name.
spark::JobServer ServerOf(const EngineArguments& arguments);

/// \brief What the command line says to the engine on this machine alone, as RunArguments has it.
struct LocalArguments {
  std::string memory;
  int num_threads = 0;
  bool retry_quarantine = false;
};

/// \brief Ask whether there is anything that Spark does not take. \return kUsage, with its name
Status CheckForSpark(const LocalArguments& arguments);

/// \brief The engine that the arguments name.
/// \param[in] num_threads of the one on this machine
/// \param[in] retry_quarantine as LocalEngine; on Spark, of sources that this machine reads
std::unique_ptr<engine::Engine> EngineOf(const EngineArguments& arguments, int num_threads = 0,
                                         bool retry_quarantine = false);

}  // namespace tarn::cli
