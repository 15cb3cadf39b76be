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

Status CheckForSpark(const LocalArguments& arguments) {
  if (!arguments.memory.empty()) {
    return MakeError(ErrorKind::kUsage,
                     "--memory is for --engine local; Spark's is --conf spark.executor.memory=…");
  }
  if (arguments.num_threads > 0) {
    return MakeError(ErrorKind::kUsage,
                     "--threads is for --engine local; Spark's are --conf spark.executor.cores=…");
  }
  if (arguments.retry_quarantine) {
    return MakeError(ErrorKind::kUsage,
                     "--retry-quarantine is for --engine local, which reads single records again");
  }
  return Status::OK();
}

std::unique_ptr<engine::Engine> EngineOf(const EngineArguments& arguments, int num_threads,
                                         bool retry_quarantine) {
  if (arguments.name == EngineName::kSpark) {
    return std::make_unique<spark::SparkEngine>(ServerOf(arguments), retry_quarantine);
  }
  return std::make_unique<local::LocalEngine>(num_threads, retry_quarantine);
}

}  // namespace tarn::cli
