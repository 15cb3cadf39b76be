#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace tarn::local {

/// \brief Bounds how many threads compute at once; each holds a slot while it does, and gives it
/// back while it waits for others.
///
/// Consumers come before producers, so that batches are worked off before more are made.
/// Threads: any.
class CpuSlots {
 public:
  enum class Priority { kConsumer, kProducer };

  explicit CpuSlots(int num_slots) : num_free_(num_slots) {}

  /// \brief Wait for a slot and take it.
  void Acquire(Priority priority);
  /// \brief Release a slot that this thread holds.
  void Release();

  /// \brief Consumers that wait, and have nothing to take.
  int num_starving() const { return num_starving_; }
  void AddStarving(int change) { num_starving_ += change; }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int num_free_;
  int num_consumers_waiting_ = 0;
  std::atomic<int> num_starving_ = 0;
};

/// \brief Holds a slot for its lifetime.
class SlotGuard {
 public:
  SlotGuard(CpuSlots* slots, CpuSlots::Priority priority) : slots_(slots) {
    slots_->Acquire(priority);
  }
  ~SlotGuard() { slots_->Release(); }
  SlotGuard(const SlotGuard&) = delete;
  SlotGuard& operator=(const SlotGuard&) = delete;

 private:
  CpuSlots* const slots_;
};

}  // namespace tarn::local
