#include "local/batch/scheduler.h"

#include <chrono>

#include "base/out_of_memory.h"
#include "base/parallel_for.h"
#include "base/self_time.h"

namespace tarn::local {
namespace {

constexpr std::chrono::milliseconds kAskInterval(2);

}  // namespace

void Scheduler::Submit(Priority priority, Task task) {
  std::lock_guard lock(mutex_);
  (priority == Priority::kDeliver ? deliveries_ : scans_).push_back(std::move(task));
  changed_.notify_one();
  if (priority == Priority::kDeliver) delivered_.notify_one();
}

Status Scheduler::Run(int num_threads) {
  SelfTime* const time = SelfTime::Current();
  // With as many items as threads, all run beside one another.
  return ParallelFor(num_threads, num_threads, [this, time](int64_t, int) {
    // Also the only thread does what many could.
    const SelfTime::Scope scope(time, SelfTime::Threads::kMany);
    return Work();
  });
}

Status Scheduler::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] {
      return num_running_ == 0 || !deliveries_.empty() || !scans_.empty() || !failure_.ok();
    });
    if (!failure_.ok()) return failure_;
    std::deque<Task>* const tasks = deliveries_.empty() ? &scans_ : &deliveries_;
    if (tasks->empty()) return Status::OK();
    ++num_running_;
    RunFirst(tasks, &lock);
    --num_running_;
    // The last task of all lets the other threads end.
    if (num_running_ == 0 || !failure_.ok()) changed_.notify_all();
  }
}

void Scheduler::RunFirst(std::deque<Task>* tasks, std::unique_lock<std::mutex>* lock) {
  Task task = std::move(tasks->front());
  tasks->pop_front();
  lock->unlock();
  Status status = CatchOutOfMemory([&] {
    task();
    task = nullptr;  // what it holds may be large
    return Status::OK();
  });
  lock->lock();
  if (failure_.ok()) failure_ = std::move(status);
}

void Scheduler::Deliver(const std::function<bool()>& may_go_on) {
  std::unique_lock lock(mutex_);
  while (failure_.ok()) {
    if (!deliveries_.empty()) {
      RunFirst(&deliveries_, &lock);
      continue;
    }
    lock.unlock();
    const bool goes_on = may_go_on();
    lock.lock();
    if (goes_on) return;
    if (deliveries_.empty()) delivered_.wait_for(lock, kAskInterval);
  }
}

}  // namespace tarn::local
