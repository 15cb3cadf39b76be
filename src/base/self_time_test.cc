#include "base/self_time.h"

#include <gtest/gtest.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/parallel_for.h"

namespace tarn {
namespace {

using Threads = SelfTime::Threads;

constexpr double kSeconds = 0.1;

// Computes on this thread.
void Compute() {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double begin = now();
  while (now() - begin < kSeconds) {
  }
}

TEST(SelfTimeTest, NeitherWaitingNorTheScopesWithinAreItsOwn) {
  SelfTime outer, inner, waiting;
  {
    const SelfTime::Scope scope(&outer);
    Compute();
    {
      const SelfTime::Scope within(&inner);
      Compute();
      Compute();
    }
    const SelfTime::Scope within(&waiting);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_GE(outer.work().cpu_seconds, kSeconds);
  EXPECT_GE(inner.work().cpu_seconds, 1.5 * outer.work().cpu_seconds);
  EXPECT_LT(waiting.work().cpu_seconds, kSeconds / 2);
  EXPECT_GE(waiting.work().wall_seconds, 0.2);
  EXPECT_GE(outer.work().wall_seconds, waiting.work().wall_seconds);
}

TEST(SelfTimeTest, WhatIsWithinSerialWorkIsSerialUnlessManyDoIt) {
  SelfTime outer, inner, shared;
  {
    const SelfTime::Scope scope(&outer);
    Compute();
    const SelfTime::Scope in_order(&outer, Threads::kOne);
    Compute();
    {
      const SelfTime::Scope within(&inner);
      Compute();
    }
    const SelfTime::Scope within(&shared, Threads::kMany);
    Compute();
  }
  EXPECT_GE(outer.work().serial_seconds, kSeconds);
  EXPECT_GE(outer.work().cpu_seconds, outer.work().serial_seconds + kSeconds);
  EXPECT_EQ(inner.work().serial_seconds, inner.work().cpu_seconds);
  EXPECT_EQ(shared.work().serial_seconds, 0);
}

TEST(SelfTimeTest, ThreadsOfALoopComputeForItsCaller) {
  SelfTime time;
  std::atomic<int> num_measured = 0;
  {
    const SelfTime::Scope scope(&time, Threads::kOne);
    const auto task = [&](int64_t, int) {
      Compute();
      if (SelfTime::Current() == &time) ++num_measured;
      return Status::OK();
    };
    ASSERT_TRUE(ParallelFor(2, 2, task).ok());
    EXPECT_GE(time.work().cpu_seconds, 1.5 * kSeconds);
    EXPECT_LT(time.work().serial_seconds, kSeconds);
    ASSERT_TRUE(ParallelFor(1, 2, task).ok());  // by the caller alone
  }
  EXPECT_EQ(num_measured, 3);
  EXPECT_GE(time.work().serial_seconds, kSeconds);
}

TEST(SelfTimeTest, WithoutATimeNothingIsMeasured) {
  SelfTime time;
  const SelfTime::Scope scope(&time);
  const SelfTime::Scope within(nullptr);
  EXPECT_EQ(SelfTime::Current(), &time);
  EXPECT_EQ(SelfTime().work().wall_seconds, 0);
}

}  // namespace
}  // namespace tarn
