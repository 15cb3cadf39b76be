#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "run/events.h"

/// The engine on this machine: reads each source once, runs every table's plan over its batches.
namespace tarn::local {

struct EngineOptions {
  storage::Storages* storages = nullptr;  ///< borrowed
  int num_threads = 0;                    ///< 0: one per core
  /// The run's start, which current_timestamp gives everywhere in it.
  std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
  arrow::StopToken stop = arrow::StopToken::Unstoppable();
  run::Observer* observer = nullptr;  ///< borrowed; may be null
  bool analyze = false;               ///< collect NodeMetrics
  /// Called at the start when the tables may take more memory than there is.
  std::function<void(const std::string& warning)> warn = [](const std::string&) {};
  /// Read again what the lake has in quarantine of files that are gone, and clear the rest.
  bool retry_quarantine = false;
};

/// \brief What one node of a plan did (`tarn plan --analyze`).
struct NodeMetrics {
  const plan::Node* node = nullptr;
  int64_t num_rows = 0;  ///< put out
  int64_t num_bytes = 0;
  double seconds = 0;  ///< that the node itself computed: without its inputs, and without waiting
};

/// \brief What reading one source took (`tarn plan --analyze`).
struct SourceMetrics {
  int source = 0;  ///< its index in the plan
  int64_t num_records = 0;
  int64_t num_bytes = 0;
  double seconds = 0;  ///< that the workers computed, all together; without waiting
};

struct RunMetrics {
  std::vector<NodeMetrics> nodes;
  std::vector<SourceMetrics> sources;
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
                           const EngineOptions& options);

}  // namespace tarn::local
