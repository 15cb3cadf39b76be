#pragma once

#include <functional>
#include <vector>

#include "base/error.h"
#include "base/memory_budget.h"
#include "base/poll.h"
#include "local/spill/spilled_partitions.h"

namespace tarn::local {

/// \brief One partition of rows: those with some of the keys.
struct SpilledPart {
  SpilledRows rows;  ///< flushed; their last column is their order key
  int level = 0;     ///< how often they were partitioned
};

/// \brief The partitions that have rows. They are flushed.
/// \param[in] level of the partitions' rows
Result<std::vector<SpilledPart>> PartsOf(SpilledPartitions* partitions, int level);

/// \brief Process `parts` and the parts that are left of each, one after the other.
/// \param[in] poll asked before each part
/// \param[in] grant of what `process` holds, which is nothing once it returns
/// \param[in] process what can be done with a part in memory. \return what is left of it
Status ProcessParts(
    std::vector<SpilledPart> parts, const Poll& poll, MemoryGrant* grant,
    const std::function<Result<std::vector<SpilledPart>>(const SpilledPart& part)>& process);

}  // namespace tarn::local
