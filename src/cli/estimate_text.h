#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "engine/estimate.h"
#include "system/machine.h"

namespace tarn::cli {

/// The cluster that estimates are for.
inline constexpr int kClusterCores = 32;

/// \brief What a run takes here and on Spark, as a table and what follows from it.
/// \param[in] num_partitions that the tables are written to
std::string EstimateText(const engine::InputSize& input, const engine::Range& num_partitions,
                         int64_t local_memory_bytes, int64_t memory_bytes, const Machine& here,
                         const Terminal& terminal);

}  // namespace tarn::cli
