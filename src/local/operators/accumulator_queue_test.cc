#include "local/operators/accumulator_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace tarn::local {
namespace {

// Notes the groups that come, which number the batches; fails at one of them.
class Notes : public Accumulator {
 public:
  explicit Notes(uint32_t fails_at) : fails_at_(fails_at) {}

  Status Consume(const GroupedRows& rows) override {
    if (rows.groups->Value(0) == fails_at_) return Status::Invalid("here");
    seen.push_back(rows.groups->Value(0));
    return Status::OK();
  }
  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t) override {
    return Status::NotImplemented("not asked for");
  }
  int64_t num_bytes() const override {
    return static_cast<int64_t>(seen.size() * sizeof(uint32_t));
  }

  std::vector<uint32_t> seen;

 private:
  const uint32_t fails_at_;
};

class AccumulatorQueueTest : public testing::Test {
 protected:
  static constexpr uint32_t kNever = 1'000'000;

  Notes* MakeQueue(uint32_t fails_at = kNever) {
    auto accumulator = std::make_unique<Notes>(fails_at);
    Notes* const notes = accumulator.get();
    queue_ = std::make_unique<AccumulatorQueue>(context_, std::move(accumulator));
    return notes;
  }

  void Add(uint32_t number, int64_t num_bytes = 4) {
    GroupedRows rows;
    rows.groups = std::make_shared<arrow::UInt32Array>(
        num_bytes / 4, arrow::Buffer::FromVector(std::vector<uint32_t>(num_bytes / 4, number)));
    queue_->Add(std::move(rows));
  }

  bool HasEnded() {
    bool has_ended = false;
    queue_->Close([&has_ended] { has_ended = true; });
    EXPECT_TRUE(scheduler_.Run(2).ok());
    return has_ended;
  }

  Scheduler scheduler_;
  Backlog backlog_{1};
  NodeMeter meter_;
  const StageContext context_{&scheduler_, &backlog_, &meter_};
  std::unique_ptr<AccumulatorQueue> queue_;
};

TEST_F(AccumulatorQueueTest, TheScanWaitsForWhatWaits) {
  Notes* const notes = MakeQueue();
  Add(0);
  Add(1);
  EXPECT_FALSE(backlog_.has_room());
  EXPECT_TRUE(backlog_.is_draining());
  EXPECT_TRUE(HasEnded());
  EXPECT_THAT(notes->seen, testing::ElementsAre(0, 1));
  EXPECT_TRUE(backlog_.has_room());
  EXPECT_FALSE(backlog_.is_draining());
}

// No task has run when they are added.
TEST_F(AccumulatorQueueTest, ManyBatchesDoNotWait) {
  constexpr int64_t kBatchBytes = AccumulatorQueue::kWaitingBytesMax / 4;
  Notes* const notes = MakeQueue();
  for (uint32_t number = 0; number < 20; ++number) Add(number, kBatchBytes);
  EXPECT_EQ(notes->seen.size(), 16u);
  EXPECT_TRUE(HasEnded());
  std::vector<uint32_t> all(20);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(notes->seen, all);
}

TEST_F(AccumulatorQueueTest, NothingWaitsAfterAnError) {
  Notes* const notes = MakeQueue(/*fails_at=*/2);
  for (uint32_t number = 0; number < 5; ++number) Add(number);
  EXPECT_TRUE(HasEnded());
  EXPECT_EQ(queue_->status().message(), "here");
  EXPECT_EQ(queue_->num_consumed(), 2);
  EXPECT_THAT(notes->seen, testing::ElementsAre(0, 1));
  EXPECT_TRUE(backlog_.has_room());
  Add(5);
  EXPECT_TRUE(backlog_.has_room());
}

TEST_F(AccumulatorQueueTest, SaysWhatTheAccumulatorHolds) {
  MakeQueue();
  EXPECT_EQ(queue_->num_bytes(), 0);
  for (uint32_t number = 0; number < 5; ++number) Add(number);
  EXPECT_TRUE(HasEnded());
  EXPECT_EQ(queue_->num_bytes(), 5 * sizeof(uint32_t));
}

// Added by one thread while others consume: the order stays.
TEST_F(AccumulatorQueueTest, IsConsumedInOrderByAnyThread) {
  Notes* const notes = MakeQueue();
  bool has_ended = false;
  scheduler_.Submit(Scheduler::Priority::kDeliver, [&] {
    for (uint32_t number = 0; number < 300; ++number) {
      Add(number, AccumulatorQueue::kWaitingBytesMax / 8);
    }
    queue_->Close([&has_ended] { has_ended = true; });
  });
  EXPECT_TRUE(scheduler_.Run(3).ok());
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(notes->seen.size(), 300u);
  EXPECT_TRUE(std::is_sorted(notes->seen.begin(), notes->seen.end()));
}

}  // namespace
}  // namespace tarn::local
