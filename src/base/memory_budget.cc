#include "base/memory_budget.h"

#include <algorithm>

namespace tarn {

void MemoryBudget::Change(int64_t bytes, int holders) {
  num_holders_ += holders;
  const int64_t now = num_bytes_.fetch_add(bytes) + bytes;
  int64_t peak = peak_bytes_;
  while (now > peak && !peak_bytes_.compare_exchange_weak(peak, now)) {
  }
  if (whole_ != nullptr) whole_->Change(bytes, holders);
}

bool MemoryBudget::MustShrink(int64_t num_bytes) const {
  if (whole_ != nullptr) return whole_->MustShrink(num_bytes);
  if (num_bytes_ <= bytes_max_) return false;
  // One that holds little would write many small pieces where others hold the most.
  return num_bytes >= bytes_max_ / std::max<int>(1, num_holders_) / 2;
}

void MemoryGrant::Set(int64_t num_bytes) {
  if (budget_ != nullptr) {
    budget_->Change(num_bytes - num_bytes_, (num_bytes > 0 ? 1 : 0) - (num_bytes_ > 0 ? 1 : 0));
  }
  num_bytes_ = num_bytes;
}

bool MemoryGrant::has_to_shrink() const {
  return budget_ != nullptr && num_bytes_ > 0 && budget_->MustShrink(num_bytes_);
}

}  // namespace tarn
