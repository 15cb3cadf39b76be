#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "base/memory_budget.h"

namespace tarn::local {

/// \brief A grant of what several parts of an operator hold together. Threads: any.
class SharedGrant {
 public:
  /// \param[in] budget borrowed; null: without a limit
  SharedGrant(MemoryBudget* budget, int num_parts)
      : parts_(static_cast<size_t>(num_parts)), grant_(budget) {}

  /// \brief A part holds this much from now on.
  /// \return whether all of them should write some to disk
  bool Set(int part, int64_t num_bytes) {
    std::lock_guard lock(mutex_);
    const int64_t change = num_bytes - parts_[part];
    parts_[part] = num_bytes;
    grant_.Set(grant_.num_bytes() + change);
    return grant_.has_to_shrink();
  }

 private:
  std::mutex mutex_;  // of all below
  std::vector<int64_t> parts_;
  MemoryGrant grant_;
};

}  // namespace tarn::local
