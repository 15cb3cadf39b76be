#include "local/batch/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <vector>

#include "base/self_time.h"

namespace tarn::local {
namespace {

using Priority = Scheduler::Priority;

TEST(SchedulerTest, RunsAllTasksAndThoseThatTheySubmit) {
  for (const int num_threads : {1, 2, 3, 8, 64}) {
    Scheduler scheduler;
    std::atomic<int> num_run = 0;
    for (int i = 0; i < 100; ++i) {
      scheduler.Submit(i % 2 == 0 ? Priority::kScan : Priority::kDeliver, [&] {
        ++num_run;
        scheduler.Submit(Priority::kDeliver, [&] { ++num_run; });
      });
    }
    EXPECT_TRUE(scheduler.Run(num_threads).ok());
    EXPECT_EQ(num_run, 200) << num_threads;
  }
}

TEST(SchedulerTest, WhatItRunsIsItsCallersWorkAndNotSerial) {
  SelfTime time, part;
  Scheduler scheduler;
  scheduler.Submit(Priority::kScan, [&] {
    EXPECT_EQ(SelfTime::Current(), &time);
    const SelfTime::Scope scope(&part);
  });
  const SelfTime::Scope scope(&time, SelfTime::Threads::kOne);
  EXPECT_TRUE(scheduler.Run(1).ok());
  EXPECT_GT(part.work().cpu_seconds, 0);
  EXPECT_EQ(part.work().serial_seconds, 0);
}

TEST(SchedulerTest, WithoutTasksItEnds) {
  Scheduler scheduler;
  EXPECT_TRUE(scheduler.Run(3).ok());
}

TEST(SchedulerTest, DeliversBeforeItScans) {
  Scheduler scheduler;
  std::vector<int> order;
  scheduler.Submit(Priority::kScan, [&] {
    order.push_back(3);
    scheduler.Submit(Priority::kScan, [&] { order.push_back(5); });
    scheduler.Submit(Priority::kDeliver, [&] { order.push_back(4); });
  });
  scheduler.Submit(Priority::kDeliver, [&] { order.push_back(1); });
  scheduler.Submit(Priority::kDeliver, [&] { order.push_back(2); });
  EXPECT_TRUE(scheduler.Run(1).ok());
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST(SchedulerTest, AScanThatMayNotGoOnDelivers) {
  Scheduler scheduler;
  int num_delivered = 0;
  bool went_on = false;
  scheduler.Submit(Priority::kScan, [&] {
    for (int i = 0; i < 3; ++i) scheduler.Submit(Priority::kDeliver, [&] { ++num_delivered; });
    int num_asked = 0;
    scheduler.Deliver([&] {
      EXPECT_EQ(num_delivered, 3);
      return ++num_asked == 3;
    });
    went_on = num_asked == 3;
  });
  EXPECT_TRUE(scheduler.Run(1).ok());
  EXPECT_TRUE(went_on);
}

TEST(SchedulerTest, MemoryThatRunsOutEndsIt) {
  Scheduler scheduler;
  scheduler.Submit(Priority::kDeliver, [] { throw std::bad_alloc(); });
  bool has_run = false;
  scheduler.Submit(Priority::kScan, [&] { has_run = true; });
  EXPECT_TRUE(scheduler.Run(1).IsOutOfMemory());
  EXPECT_FALSE(has_run);
}

}  // namespace
}  // namespace tarn::local
