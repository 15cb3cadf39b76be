#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "lake/lake.h"
#include "local/batch/batch.h"
#include "local/batch/metrics.h"
#include "local/table_run.h"
#include "plan/plan.h"

/// The engine on this machine: reads each source once, runs every table's plan over its batches.
namespace tarn::local {

struct RunOptions {
  engine::RunContext context;  ///< of the run
  int num_threads = 0;         ///< 0: one per core
  bool analyze = false;        ///< collect RunMetrics
  /// Called with the rows of the one table that is selected, in order, one batch after the other;
  /// its error ends the run. Texts may be codes (batch/encoding). Not set: nothing is called.
  std::function<Status(const BatchPtr& batch)> on_rows;
  /// Read again what the lake has in quarantine of files that are gone, and clear the rest.
  bool retry_quarantine = false;
  /// The files of each source, where they are listed already; borrowed. Null: they are listed.
  const std::vector<storage::Listing>* listings = nullptr;
};

/// \brief What a run took, part by part. All but `plan` only with RunOptions::analyze.
struct RunMetrics {
  plan::Plan plan;                     ///< that was run, its joins ordered by the sources' sizes
  std::vector<NodeMetrics> nodes;      ///< of `plan`, by table
  std::vector<SourceMetrics> sources;  ///< in the plan's order
  std::vector<TableMetrics> tables;    ///< in the plan's order
  Work rest;                           ///< what is in none of these: to start, to schedule
  Work all;                            ///< their sum, but `wall_seconds` is the run's
  double kernel_seconds = 0;           ///< of all.cpu_seconds, what the system did for it
  int64_t peak_memory_bytes = 0;       ///< resident, of the process
  int num_threads = 0;                 ///< that it ran on
};

/// \brief Compute the selected tables of `plan` and write them through `transaction` (not
/// committed).
///
/// \param[in] transaction null: store nothing. With RunOptions::analyze the files are made all the
///   same, and go nowhere.
/// \return the first error by source and table order: kBadInput with URI, line and byte offset for
/// a
///   bad record, kBadInput with SQL location for an error of evaluation (overflow, invalid cast),
///   Cancelled when stopped; without any of these, kCheckFailed with all rules that are broken.
///   But when it is cancelled, the quarantines have what was found, for CommitFindings.
/// The rows and their order do not depend on num_threads.
Result<RunMetrics> RunPlan(const plan::Plan& plan, lake::Transaction* transaction,
                           const RunOptions& options);

}  // namespace tarn::local
