#include "base/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/out_of_memory.h"

namespace tarn {
namespace {

class ItemQueue {
 public:
  ItemQueue(int64_t num_items, const std::function<Status(int64_t, int)>& task)
      : num_items_(num_items), task_(task), failed_item_(num_items) {}

  void Work(int thread) {
    for (int64_t item = next_++; item < num_items_ && !has_failed_; item = next_++) {
      Status status = CatchOutOfMemory([&] { return task_(item, thread); });
      if (!status.ok()) Fail(item, std::move(status));
    }
  }

  void Fail(int64_t item, Status status) {
    std::lock_guard lock(mutex_);
    has_failed_ = true;
    if (item >= failed_item_) return;
    failed_item_ = item;
    failure_ = std::move(status);
  }

  const Status& failure() const { return failure_; }

 private:
  const int64_t num_items_;
  const std::function<Status(int64_t, int)>& task_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;  // for all below
  int64_t failed_item_;
  Status failure_;
};

}  // namespace

Status ParallelFor(int64_t num_items, int num_threads,
                   const std::function<Status(int64_t item, int thread)>& task) {
  ItemQueue queue(num_items, task);
  const auto wanted = static_cast<int>(std::min<int64_t>(num_threads, num_items));
  std::vector<std::thread> threads;
  try {
    for (int i = 1; i < wanted; ++i) threads.emplace_back([&queue, i] { queue.Work(i); });
    queue.Work(0);
  } catch (const std::system_error& error) {
    queue.Fail(-1, Status::IOError("The system starts no other thread: ", error.what()));
  }
  for (std::thread& thread : threads) thread.join();
  return queue.failure();
}

}  // namespace tarn
