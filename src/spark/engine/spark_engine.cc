#include "spark/engine/spark_engine.h"

#include "spark/engine/run_on_spark.h"

namespace tarn::spark {

Status SparkEngine::Run(const plan::Plan& plan, lake::Transaction* transaction,
                        const engine::RunContext& context) {
  SparkOptions options;
  options.context = context;
  options.server = server_;
  options.retry_quarantine = retry_quarantine_;
  return RunOnSpark(plan, transaction, options);
}

}  // namespace tarn::spark
