#include "local/batch/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <numeric>

namespace tarn::local {
namespace {

using testing::ElementsAre;

class LanesTest : public testing::Test {
 protected:
  static constexpr int kLanes = 4;

  // Notes the item in its lanes; fails in one of them.
  void Add(int number, const std::vector<int>& lanes, int fails_in = -1) {
    lanes_->Add(lanes, 8, [this, number, fails_in](int lane) {
      if (lane == fails_in) return Status::Invalid(number, " in ", lane);
      done_[lane].push_back(number);
      return Status::OK();
    });
  }
  void Close() {
    lanes_->Close([this] { ++num_ends_; });
  }

  Scheduler scheduler_;
  Backlog backlog_{1};
  NodeMeter meter_;
  const std::shared_ptr<Lanes> lanes_ =
      Lanes::Make(StageContext{&scheduler_, &backlog_, &meter_}, kLanes);
  std::array<std::vector<int>, kLanes> done_;  // numbers, by lane
  std::atomic<int> num_ends_ = 0;
};

TEST_F(LanesTest, EachItemIsDoneInItsLanes) {
  Add(0, {0, 2});
  Add(1, {2});
  EXPECT_FALSE(backlog_.has_room());
  Close();
  EXPECT_EQ(num_ends_, 0);
  lanes_->Work();
  EXPECT_THAT(done_[0], ElementsAre(0));
  EXPECT_THAT(done_[2], ElementsAre(0, 1));
  EXPECT_EQ(num_ends_, 1);
  EXPECT_TRUE(backlog_.has_room());
  EXPECT_FALSE(backlog_.is_draining());
}

TEST_F(LanesTest, WithoutItemsTheEndIsAtOnce) {
  Close();
  EXPECT_EQ(num_ends_, 1);
}

TEST_F(LanesTest, TheFirstFailureCounts) {
  Add(0, {3});
  Add(1, {0, 1, 3}, /*fails_in=*/3);
  Add(2, {0, 1}, /*fails_in=*/0);
  Add(3, {1});
  lanes_->Work();  // lane 3 comes first, so that nothing of item 2 is begun
  EXPECT_EQ(lanes_->status().message(), "1 in 3");
  EXPECT_THAT(done_[1], ElementsAre(1));
  Add(4, {0});
  Close();
  lanes_->Work();
  EXPECT_EQ(num_ends_, 1);
  EXPECT_THAT(done_[0], ElementsAre(1));
  EXPECT_TRUE(backlog_.has_room());
}

// A lane that is ahead has failed already when an item before it does.
TEST_F(LanesTest, AFailureOfAnEarlierItemTakesItsPlace) {
  Add(0, {1});
  Add(1, {0}, /*fails_in=*/0);
  Add(2, {1}, /*fails_in=*/1);
  lanes_->Work();
  EXPECT_EQ(lanes_->status().message(), "1 in 0");
}

TEST_F(LanesTest, MemoryThatRunsOutIsAFailure) {
  lanes_->Add(std::vector<int>{0}, 0, [](int) -> Status { throw std::bad_alloc(); });
  lanes_->Work();
  EXPECT_TRUE(lanes_->status().IsOutOfMemory());
}

TEST_F(LanesTest, OneTaskInSomeLanes) {
  std::vector<int> done;
  Status ended = Status::Invalid("not yet");
  Lanes::Run(
      {&scheduler_, &backlog_, &meter_}, std::vector<int>{1, 5, 6},
      [&](int lane) {
        if (lane == 5) return Status::Invalid("in 5");
        done.push_back(lane);
        return Status::OK();
      },
      [&](Status status) { ended = std::move(status); });
  EXPECT_EQ(ended.message(), "in 5");
  EXPECT_THAT(done, ElementsAre(1));
  Lanes::Run({&scheduler_, &backlog_, &meter_}, {}, nullptr,
             [&](Status status) { ended = std::move(status); });
  EXPECT_TRUE(ended.ok());
}

TEST_F(LanesTest, FreeThreadsHelp) {
  std::barrier both_run(2);
  scheduler_.Submit(Scheduler::Priority::kScan, [&] {
    lanes_->Add(std::vector<int>{1, 2}, 0, [&](int) {
      both_run.arrive_and_wait();
      return Status::OK();
    });
    lanes_->Work();
  });
  EXPECT_TRUE(scheduler_.Run(2).ok());
}

TEST_F(LanesTest, LanesKeepTheirOrderOnAnyThreads) {
  constexpr int kItems = 3000;
  scheduler_.Submit(Scheduler::Priority::kScan, [this] {
    for (int number = 0; number < kItems; ++number) {
      const int lane = number % kLanes;
      Add(number, {lane, (lane + 1 + number / 7 % 3) % kLanes});
      if (number % 5 == 0) lanes_->Work();
    }
    Close();
    lanes_->Work();
  });
  EXPECT_TRUE(scheduler_.Run(8).ok());
  EXPECT_EQ(num_ends_, 1);
  size_t num_done = 0;
  for (const std::vector<int>& done : done_) {
    num_done += done.size();
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  }
  EXPECT_EQ(num_done, size_t{2} * kItems);
  EXPECT_TRUE(backlog_.has_room());
}

}  // namespace
}  // namespace tarn::local
