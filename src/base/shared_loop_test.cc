#include "base/shared_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace tarn {
namespace {

using Task = std::function<Status(int64_t, int)>;

TEST(SharedLoop, WhoComesLateFindsNothing) {
  int num_runs = 0;
  const Task count = [&](int64_t, int) {
    ++num_runs;
    return Status::OK();
  };
  SharedLoop loop(3, &count);
  EXPECT_TRUE(loop.End().ok());
  loop.Work(0);
  EXPECT_EQ(num_runs, 0);
}

TEST(SharedLoop, TheEndWaitsForThoseAtWork) {
  std::latch has_begun(1);
  std::latch may_end(1);
  std::atomic<bool> is_done = false;
  const Task wait = [&](int64_t item, int) {
    if (item > 0) return Status::OK();
    has_begun.count_down();
    may_end.wait();
    is_done = true;
    return Status::OK();
  };
  SharedLoop loop(2, &wait);
  std::thread helper([&] { loop.Work(1); });
  has_begun.wait();
  loop.Work(0);
  std::thread opener([&] { may_end.count_down(); });
  EXPECT_TRUE(loop.End().ok());
  EXPECT_TRUE(is_done);
  helper.join();
  opener.join();
}

TEST(SharedLoop, AFailureBeforeAllItemsComesFirst) {
  const Task fail = [](int64_t item, int) { return Status::Invalid("item ", item); };
  SharedLoop loop(2, &fail);
  loop.Work(0);
  loop.Fail(Status::IOError("before"));
  EXPECT_TRUE(loop.End().IsIOError());
}

}  // namespace
}  // namespace tarn
