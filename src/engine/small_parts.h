#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/estimate.h"
#include "plan/plan.h"

/// What of a plan is small, so that a run on Spark leaves it to this machine (docs/adr/0025).
namespace tarn::engine {

/// \brief Which of some sources are small: the smallest first, as many as hold `small_bytes` of
/// files together.
/// \param[in] may_be by source: others are not small, whatever their size
std::vector<bool> SmallSources(const std::vector<InputSize>& sizes, const std::vector<bool>& may_be,
                               int64_t small_bytes);

/// \brief By table of the plan, how much its rows come from, in bytes of text; also by way of other
/// tables.
std::vector<int64_t> TextBytesRead(const plan::Plan& plan, const std::vector<InputSize>& sizes);

/// \brief What Spark reads and writes of a plan.
struct SparkWork {
  InputSize read;        ///< sources that are not small
  Range num_partitions;  ///< of the tables that read more than what is small
};

/// \brief By sizes alone: what else decides is left out.
/// \param[in] known as of NumPartitions
SparkWork WorkOfSpark(const plan::Plan& plan, const std::vector<InputSize>& sizes,
                      const std::vector<std::optional<int64_t>>& known);

}  // namespace tarn::engine
