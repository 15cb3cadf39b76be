#include "local/batch/cpu_slots.h"

namespace tarn::local {

void CpuSlots::Acquire(Priority priority) {
  std::unique_lock lock(mutex_);
  const bool is_consumer = priority == Priority::kConsumer;
  if (is_consumer) ++num_consumers_waiting_;
  freed_.wait(lock, [&] { return num_free_ > 0 && (is_consumer || num_consumers_waiting_ == 0); });
  if (is_consumer) --num_consumers_waiting_;
  --num_free_;
  // Producers may have been held back by this consumer alone.
  if (is_consumer && num_free_ > 0) freed_.notify_all();
}

void CpuSlots::Release() {
  std::lock_guard lock(mutex_);
  ++num_free_;
  freed_.notify_all();
}

}  // namespace tarn::local
