#pragma once

#include <memory>
#include <vector>

#include "engine/engine.h"
#include "lake/lake.h"
#include "local/batch/metrics.h"
#include "plan/plan.h"

/// The engine on this machine: reads each source once, runs every table's plan over its batches.
namespace tarn::local {

struct RunOptions {
  engine::RunContext context;  ///< of the run
  int num_threads = 0;         ///< 0: one per core
  bool analyze = false;        ///< collect NodeMetrics
  /// Read again what the lake has in quarantine of files that are gone, and clear the rest.
  bool retry_quarantine = false;
};

/// \brief What a run took, part by part.
struct RunMetrics {
  plan::Plan plan;                     ///< that was run, its joins ordered by the sources' sizes
  std::vector<NodeMetrics> nodes;      ///< of `plan`, by table; empty unless RunOptions::analyze
  std::vector<SourceMetrics> sources;  ///< in the plan's order
};

/// \brief Compute the selected tables of `plan` and write them through `transaction` (not
/// committed).
///
/// \param[in] transaction null: compute, write nothing (analyze).
/// \return the first error by source and table order: kBadInput with URI, line and byte offset for
/// a
///   bad record, kBadInput with SQL location for an error of evaluation (overflow, invalid cast),
///   Cancelled when stopped; without any of these, kCheckFailed with all rules that are broken.
///   But when it is cancelled, the quarantines have what was found, for CommitFindings.
/// The rows and their order do not depend on num_threads.
Result<RunMetrics> RunPlan(const plan::Plan& plan, lake::Transaction* transaction,
                           const RunOptions& options);

}  // namespace tarn::local
