#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "engine/estimate.h"
#include "engine/small_parts.h"
#include "system/machine.h"

namespace tarn::cli {

/// The cluster that estimates are for.
inline constexpr int kClusterCores = 32;

/// \brief What a run takes here and on Spark, as a table and what follows from it.
/// \param[in] on_spark what of it a run on Spark leaves to Spark
std::string EstimateText(const engine::InputSize& input, const engine::SparkWork& on_spark,
                         int64_t local_memory_bytes, int64_t memory_bytes, const Machine& here,
                         const Terminal& terminal);

}  // namespace tarn::cli
