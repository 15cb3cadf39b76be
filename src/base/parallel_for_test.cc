#include "base/parallel_for.h"

#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <new>
#include <vector>

namespace tarn {
namespace {

using testing::Each;
using testing::Eq;

TEST(ParallelFor, RunsEachItemOnce) {
  for (const int num_threads : {1, 3, 200}) {
    std::vector<std::atomic<int>> num_runs(100);
    std::vector<std::atomic<int64_t>> of_thread(num_threads);
    ASSERT_TRUE(ParallelFor(100, num_threads, [&](int64_t item, int thread) {
                  ++num_runs[item];
                  ++of_thread[thread];
                  return Status::OK();
                }).ok());
    EXPECT_THAT(num_runs, Each(Eq(1)));
    int64_t sum = 0;
    for (const auto& count : of_thread) sum += count;
    EXPECT_EQ(sum, 100);
  }
}

TEST(ParallelFor, RunsNothingOfNothing) {
  EXPECT_TRUE(ParallelFor(0, 4, [](int64_t, int) { return Status::Invalid("run"); }).ok());
}

TEST(ParallelFor, AsManyThreadsAsItemsRunAtOnce) {
  std::barrier all_there(4);
  EXPECT_TRUE(ParallelFor(4, 4, [&](int64_t, int) {
                all_there.arrive_and_wait();
                return Status::OK();
              }).ok());
}

TEST(ParallelFor, TheLowestItemsErrorCountsAndNoOtherIsBegun) {
  std::barrier both_run(2);
  std::atomic<int> num_runs = 0;
  const Status status = ParallelFor(1000, 2, [&](int64_t item, int) {
    ++num_runs;
    if (item < 2) both_run.arrive_and_wait();
    return Status::Invalid("item ", item);
  });
  EXPECT_EQ(status.message(), "item 0");
  EXPECT_EQ(num_runs, 2);
}

TEST(ParallelFor, WantOfMemoryIsAnError) {
  const Status status = ParallelFor(8, 2, [](int64_t, int) -> Status { throw std::bad_alloc(); });
  EXPECT_TRUE(status.IsOutOfMemory()) << status;
}

}  // namespace
}  // namespace tarn
