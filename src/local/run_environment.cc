#include "local/run_environment.h"

#include <chrono>

#include "system/machine.h"

namespace tarn::local {

int NumThreads(const RunOptions& options) {
  if (options.num_threads > 0) return options.num_threads;
  return ThisMachine().num_cores;
}

ExprContext ContextOf(const plan::Plan& plan, const RunOptions& options) {
  const auto since_1970 = options.context.started_at.time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count(),
          plan.pipeline->dialect.zone};
}

}  // namespace tarn::local
