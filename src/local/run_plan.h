#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "lake/lake.h"
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

/// \brief What one node of a plan did (`tarn plan --analyze`).
struct NodeMetrics {
  const plan::Node* node = nullptr;  ///< of the plan, which must outlive this
  int64_t num_rows = 0;              ///< put out
  int64_t num_bytes = 0;             ///< of these rows in memory
  double seconds = 0;  ///< that the node itself computed: without its inputs, and without waiting
};

/// \brief What reading one source took (`tarn plan --analyze`).
struct SourceMetrics {
  int source = 0;           ///< its index in the plan
  int64_t num_records = 0;  ///< bad ones included
  int64_t num_bytes = 0;    ///< of files, as they are stored
  double seconds = 0;       ///< that the workers computed, all together; without waiting
};

/// \brief What a run took, part by part.
struct RunMetrics {
  std::vector<NodeMetrics> nodes;      ///< by table; empty unless EngineOptions::analyze
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
