#include "local/scheduled_loop.h"

#include <algorithm>
#include <memory>

#include "base/out_of_memory.h"

namespace tarn::local {

ParallelLoop ScheduledLoop(Scheduler* scheduler, int num_threads, SelfTime* time) {
  return [=](int64_t num_items, const std::function<Status(int64_t item)>& task) {
    const std::function<Status(int64_t, int)> timed = [&](int64_t item, int) {
      const SelfTime::Scope scope(time, SelfTime::Threads::kMany);
      return task(item);
    };
    const auto loop = std::make_shared<SharedLoop>(num_items, &timed);
    const int64_t num_helpers = std::min<int64_t>(num_threads, num_items) - 1;
    // Where memory runs out, there are fewer helpers: those that there are borrow `timed`.
    static_cast<void>(CatchOutOfMemory([&] {
      for (int64_t i = 0; i < num_helpers; ++i) {
        // What begins after the loop's end finds nothing to do.
        scheduler->Submit(Scheduler::Priority::kDeliver, [loop] { loop->Work(0); });
      }
      return Status::OK();
    }));
    loop->Work(0);
    return loop->End();
  };
}

}  // namespace tarn::local
