#include "local/local_engine.h"

#include "local/aggregates/accumulator.h"
#include "local/kernels/check_patterns.h"
#include "local/run_plan.h"

namespace tarn::local {

Status LocalEngine::Check(const plan::Plan& plan) const {
  ARROW_RETURN_NOT_OK(CheckPatterns(plan));
  return CheckAggregates(plan);
}

Status LocalEngine::Run(const plan::Plan& plan, lake::Transaction* transaction,
                        const engine::RunContext& context) {
  RunOptions options;
  options.context = context;
  options.num_threads = num_threads_;
  options.retry_quarantine = retry_quarantine_;
  return RunPlan(plan, transaction, options).status();
}

}  // namespace tarn::local
