#include "local/operators/accumulator_queue.h"

#include <utility>

#include "base/out_of_memory.h"

namespace tarn::local {

void AccumulatorQueue::Add(GroupedRows rows) {
  std::lock_guard lock(mutex_);
  if (!status_.ok()) return;
  waiting_.push_back(std::move(rows));
  if (std::exchange(is_draining_, true)) return;
  context_.scheduler->Submit(Scheduler::Priority::kDeliver, [this] { Drain(); });
}

void AccumulatorQueue::Close(std::function<void()> on_end) {
  {
    std::lock_guard lock(mutex_);
    if (is_draining_) {
      on_end_ = std::move(on_end);
      return;
    }
  }
  on_end();
}

void AccumulatorQueue::Drain() {
  const SelfTime::Scope scope(context_.meter->time());
  std::unique_lock lock(mutex_);
  while (!waiting_.empty() && status_.ok()) {
    const GroupedRows rows = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Status status = CatchOutOfMemory([&] { return accumulator_->Consume(rows); });
    lock.lock();
    if (status.ok()) ++num_consumed_;
    status_ = std::move(status);
  }
  waiting_.clear();
  is_draining_ = false;
  const std::function<void()> on_end = std::exchange(on_end_, nullptr);
  lock.unlock();
  if (on_end) on_end();
}

Status AccumulatorQueue::status() {
  std::lock_guard lock(mutex_);
  return status_;
}

int64_t AccumulatorQueue::num_consumed() {
  std::lock_guard lock(mutex_);
  return num_consumed_;
}

}  // namespace tarn::local
