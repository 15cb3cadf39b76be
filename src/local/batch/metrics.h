#pragma once

#include <cstdint>

#include "base/self_time.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief What one node of a plan did (`tarn plan --analyze`).
struct NodeMetrics {
  const plan::Node* node = nullptr;  ///< of the plan, which must outlive this
  int64_t num_rows = 0;              ///< put out
  int64_t num_bytes = 0;             ///< of these rows in memory
  Work work;                         ///< of the node itself, without its inputs
  int64_t peak_bytes = 0;            ///< the most memory that it held at once, by its grants
  int64_t spilled_bytes = 0;         ///< that it wrote to disk for want of memory
};

/// \brief What reading one source took (`tarn plan --analyze`).
struct SourceMetrics {
  int source = 0;           ///< its index in the plan
  int64_t num_records = 0;  ///< bad ones included
  int64_t num_bytes = 0;    ///< of files, as they are stored
  Work work;                ///< to list, read and scan it, and to judge its records
};

}  // namespace tarn::local
