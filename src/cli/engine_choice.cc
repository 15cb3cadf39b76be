#include "cli/engine_choice.h"

#include <cstdlib>

#include "local/local_engine.h"
#include "spark/engine/spark_engine.h"

namespace tarn::cli {

spark::JobServer ServerOf(const EngineArguments& arguments) {
  spark::JobServer server;
  server.remote = arguments.remote;
  server.master = arguments.master;
  server.conf = arguments.conf;
  const char* const remote = std::getenv("SPARK_REMOTE");
  if (server.remote.empty() && server.master.empty() && server.conf.empty() && remote != nullptr) {
    server.remote = remote;
  }
  if (server.remote.empty() && server.master.empty()) server.master = "local[*]";
  return server;
}

std::unique_ptr<engine::Engine> EngineOf(const EngineArguments& arguments, int num_threads,
                                         bool retry_quarantine) {
  if (arguments.name == EngineName::kSpark) {
    return std::make_unique<spark::SparkEngine>(ServerOf(arguments));
  }
  return std::make_unique<local::LocalEngine>(num_threads, retry_quarantine);
}

}  // namespace tarn::cli
