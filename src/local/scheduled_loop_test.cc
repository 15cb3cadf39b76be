#include "local/scheduled_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <optional>

namespace tarn::local {
namespace {

// Run `task` alone on a scheduler of so many threads.
template <class Task>
void RunTask(Scheduler* scheduler, int num_threads, Task task) {
  scheduler->Submit(Scheduler::Priority::kScan, task);
  ASSERT_TRUE(scheduler->Run(num_threads).ok());
}

TEST(ScheduledLoopTest, RunsEachItemOnce) {
  for (const int num_threads : {1, 2, 8}) {
    Scheduler scheduler;
    SelfTime time;
    const ParallelLoop loop = ScheduledLoop(&scheduler, num_threads, &time);
    std::vector<std::atomic<int>> num_runs(1000);
    RunTask(&scheduler, num_threads, [&] {
      // A loop within a loop, as of a table's files and their columns.
      const Status status = loop(10, [&](int64_t outer) {
        return loop(100, [&](int64_t inner) {
          ++num_runs[static_cast<size_t>(outer * 100 + inner)];
          return Status::OK();
        });
      });
      EXPECT_TRUE(status.ok());
    });
    for (const auto& runs : num_runs) EXPECT_EQ(runs, 1);
  }
}

TEST(ScheduledLoopTest, FreeThreadsHelp) {
  Scheduler scheduler;
  SelfTime time;
  std::barrier both_run(2);
  RunTask(&scheduler, 2, [&] {
    EXPECT_TRUE(ScheduledLoop(&scheduler, 2, &time)(2, [&](int64_t) {
                  both_run.arrive_and_wait();
                  return Status::OK();
                }).ok());
  });
}

TEST(ScheduledLoopTest, TheLowestItemsErrorCounts) {
  Scheduler scheduler;
  SelfTime time;
  Status status;
  RunTask(&scheduler, 3, [&] {
    status = ScheduledLoop(&scheduler, 3, &time)(
        100, [](int64_t item) { return Status::Invalid("item ", item); });
  });
  EXPECT_EQ(status.message(), "item 0");
}

TEST(ScheduledLoopTest, WhoIsFreeTooLateFindsNothing) {
  Scheduler scheduler;
  std::optional<SelfTime> time(std::in_place);
  RunTask(&scheduler, 1, [&] {
    EXPECT_TRUE(ScheduledLoop(&scheduler, 5, &*time)(5, [](int64_t) { return Status::OK(); }).ok());
    time.reset();  // its helpers are still to come
  });
}

}  // namespace
}  // namespace tarn::local
