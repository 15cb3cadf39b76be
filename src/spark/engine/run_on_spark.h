#pragma once

#include <string>

#include "engine/engine.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "spark/job/job.h"

/// The engine on Spark: hands a plan's SQL to `tarn-spark`, and takes over the files that Spark
/// writes.
namespace tarn::spark {

struct SparkOptions {
  engine::RunContext context;     ///< of the run
  JobServer server;               ///< its buckets are filled in
  bool retry_quarantine = false;  ///< as of the local engine, of sources that this machine reads
};

/// \brief Compute the selected tables of `plan` on Spark and write them through `transaction` (not
/// committed).
///
/// \return kBadInput for a source without files or with too many bad records and for SQL that Spark
///   refuses, kCheckFailed for a broken rule, kFailed when Spark cannot be reached or dies,
///   Cancelled when stopped
Status RunOnSpark(const plan::Plan& plan, lake::Transaction* transaction,
                  const SparkOptions& options);

/// \brief How the selected tables would be computed: where each source and table is worked on, and
/// Spark's physical plans, a heading above each.
Result<std::string> ExplainOnSpark(const plan::Plan& plan, const SparkOptions& options);

}  // namespace tarn::spark
