#include "cli/spark_server.h"

#include <cstdlib>

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

}  // namespace tarn::cli
