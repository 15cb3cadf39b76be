#pragma once

#include <cstdint>

#include "plan/plan.h"

namespace tarn::local {

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

}  // namespace tarn::local
