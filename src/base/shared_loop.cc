#include "base/shared_loop.h"

#include "base/out_of_memory.h"

namespace tarn {

void SharedLoop::Work(int thread) {
  std::unique_lock lock(mutex_);
  if (has_ended_) return;
  ++num_working_;
  WorkOnItems(&lock, thread);
  --num_working_;
  left_.notify_all();
}

void SharedLoop::WorkOnItems(std::unique_lock<std::mutex>* lock, int thread) {
  while (next_item_ < num_items_ && failure_.ok()) {
    const int64_t item = next_item_++;
    lock->unlock();
    Status status = CatchOutOfMemory([&] { return (*task_)(item, thread); });
    lock->lock();
    if (!status.ok()) FailItem(item, std::move(status));
  }
}

void SharedLoop::Fail(Status status) {
  std::lock_guard lock(mutex_);
  FailItem(-1, std::move(status));
}

void SharedLoop::FailItem(int64_t item, Status status) {
  if (item >= failed_item_) return;
  failed_item_ = item;
  failure_ = std::move(status);
}

Status SharedLoop::End() {
  std::unique_lock lock(mutex_);
  has_ended_ = true;
  left_.wait(lock, [this] { return num_working_ == 0; });
  return failure_;
}

}  // namespace tarn
