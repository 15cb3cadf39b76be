#include "base/parallel_for.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

#include "base/self_time.h"

namespace tarn {

Status ParallelFor(int64_t num_items, int num_threads,
                   const std::function<Status(int64_t item, int thread)>& task) {
  SharedLoop loop(num_items, &task);
  const auto wanted = static_cast<int>(std::min<int64_t>(num_threads, num_items));
  SelfTime* const time = SelfTime::Current();
  const auto work = [&loop, time, wanted](int thread) {
    const auto shared = wanted > 1 ? SelfTime::Threads::kMany : SelfTime::Threads::kAsOuter;
    const SelfTime::Scope scope(time, shared);
    loop.Work(thread);
  };
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(std::max(0, wanted)));
  try {
    for (int i = 1; i < wanted; ++i) threads.emplace_back(work, i);
    work(0);
  } catch (const std::system_error& error) {
    loop.Fail(Status::IOError("The system starts no other thread: ", error.what()));
  }
  for (std::thread& thread : threads) thread.join();
  return loop.End();
}

ParallelLoop LoopOnThreads(int num_threads) {
  return [num_threads](int64_t num_items, const std::function<Status(int64_t item)>& task) {
    return ParallelFor(num_items, num_threads, [&task](int64_t item, int) { return task(item); });
  };
}

}  // namespace tarn
