#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "spark/engine/placement.h"
#include "storage/storage.h"

namespace tarn::spark {

/// \brief The good records of a source that was read here, the columns SourcePlan::schema of those
/// that pass its filter.
struct ScannedSource {
  std::string rows;    ///< as Arrow's stream, where they are few; "": there are none, or more
  std::string folder;  ///< of their Parquet files, where they are more
};

/// \brief By the source's index in the plan.
using ScannedSources = std::map<size_t, ScannedSource>;

/// \brief Read those sources of `plan` that are placed here, as the local engine does: bad records
/// go into quarantine, and the observer is told of the sources.
/// \param[in] listings by source of the plan
/// \param[in] retry_quarantine read again what the lake has in quarantine of these sources
/// \return errors as of the local engine
Result<ScannedSources> ScanSources(const plan::Plan& plan, const Placement& placement,
                                   const std::vector<storage::Listing>& listings,
                                   bool retry_quarantine, lake::Transaction* transaction,
                                   const engine::RunContext& context);

}  // namespace tarn::spark
