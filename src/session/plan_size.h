#pragma once

#include <vector>

#include "base/error.h"
#include "engine/estimate.h"
#include "engine/small_parts.h"
#include "plan/plan.h"
#include "storage/storages.h"

namespace tarn::session {

/// \brief How much a plan reads and writes, as far as that is known without reading more than
/// samples: what estimates of its run are made from (engine/estimate.h).
struct PlanSize {
  std::vector<engine::InputSize> sources;  ///< one per source of the plan
  engine::SourceSamples samples;           ///< as many; of those that the plan joins
  engine::Range num_partitions;            ///< that are written
  engine::SparkWork on_spark;              ///< what Spark has of it
};

/// \brief List the plan's sources, and look up what earlier runs wrote.
/// \param[in] reads_samples of sources that are joined; else none are read
/// \return the error of the first source that cannot be listed
Result<PlanSize> MeasurePlan(storage::Storages* storages, const plan::Plan& plan,
                             bool reads_samples);

}  // namespace tarn::session
