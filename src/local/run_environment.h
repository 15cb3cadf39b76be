#pragma once

#include "local/kernels/kernel.h"
#include "local/run_plan.h"
#include "plan/plan.h"

/// What the runs of this engine take from their options.
namespace tarn::local {

/// \brief Threads of the run.
int NumThreads(const RunOptions& options);

/// \brief What expressions are evaluated with.
ExprContext ContextOf(const plan::Plan& plan, const RunOptions& options);

}  // namespace tarn::local
