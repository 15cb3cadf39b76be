#include "local/batch/in_order_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

using testing::ElementsAre;

class Numbers : public InOrderStage<int64_t> {
 public:
  using InOrderStage::InOrderStage;
  const std::vector<int64_t>& numbers() const { return numbers_; }
  const Status& status() const { return status_; }
  int num_finished() const { return num_finished_; }
  /// Whether the backlog was told, at the end, that some of it is worked off.
  bool was_draining_at_end() const { return was_draining_at_end_; }
  int64_t close_at = -1;  // the number that is the last one to be taken

 protected:
  Result<int64_t> Prepare(const BatchPtr& batch) const override {
    return static_cast<const arrow::Int64Array&>(*batch->column(0)).Value(0);
  }
  Status Consume(int64_t number) override {
    if (number < 0) return Status::Invalid("negative");
    numbers_.push_back(number);
    if (number == close_at) Close();
    return Status::OK();
  }
  void Finish(Status status) override {
    status_ = std::move(status);
    ++num_finished_;
    was_draining_at_end_ = context().backlog->is_draining();
  }

 private:
  std::vector<int64_t> numbers_;
  Status status_;
  int num_finished_ = 0;
  bool was_draining_at_end_ = false;
};

class InOrderStageTest : public testing::Test {
 protected:
  static BatchPtr Batch(int64_t number) {
    return MakeBatch("x BIGINT", "[[" + std::to_string(number) + "]]");
  }

  Scheduler scheduler_;
  Backlog backlog_{1};
  NodeMeter meter_;
  Numbers numbers_{StageContext{&scheduler_, &backlog_, &meter_}};
};

TEST_F(InOrderStageTest, WhatIsDoneInOrderIsSerial) {
  NodeMeter meter(nullptr, /*measures=*/true);
  Numbers numbers(StageContext{&scheduler_, &backlog_, &meter});
  numbers.Push(1, Batch(11));
  EXPECT_GT(meter.metrics().work.cpu_seconds, 0);
  EXPECT_EQ(meter.metrics().work.serial_seconds, 0);
  numbers.Push(0, Batch(10));
  const Work consumed = meter.metrics().work;
  EXPECT_GT(consumed.serial_seconds, 0);
  EXPECT_GT(consumed.cpu_seconds, consumed.serial_seconds);
  numbers.Complete(0);
  numbers.Complete(1);
  numbers.SetNumPieces(2);
  EXPECT_GT(meter.metrics().work.serial_seconds, consumed.serial_seconds);  // by Finish
}

TEST_F(InOrderStageTest, WaitsForWhatComesBefore) {
  numbers_.Push(1, Batch(11));
  EXPECT_FALSE(backlog_.has_room());
  numbers_.Push(0, Batch(1));
  EXPECT_THAT(numbers_.numbers(), ElementsAre(1));
  numbers_.Complete(1);
  numbers_.Push(0, Batch(2));
  numbers_.Complete(0);
  EXPECT_THAT(numbers_.numbers(), ElementsAre(1, 2, 11));
  EXPECT_TRUE(backlog_.has_room());
  EXPECT_EQ(numbers_.num_finished(), 0);
  numbers_.SetNumPieces(2);
  EXPECT_EQ(numbers_.num_finished(), 1);
  EXPECT_TRUE(numbers_.status().ok());
}

// What is done at the end may take long: the scan does not wait for it.
TEST_F(InOrderStageTest, TheEndWorksNothingOff) {
  numbers_.Push(0, Batch(1));
  numbers_.Complete(0);
  numbers_.SetNumPieces(1);
  EXPECT_EQ(numbers_.num_finished(), 1);
  EXPECT_FALSE(numbers_.was_draining_at_end());
  EXPECT_FALSE(backlog_.is_draining());
}

TEST_F(InOrderStageTest, TheFirstErrorInOrderEndsIt) {
  numbers_.Push(2, Status::Invalid("pushed"));
  numbers_.Push(3, Batch(3));
  numbers_.Push(1, Batch(-1));
  EXPECT_EQ(numbers_.num_finished(), 0);
  numbers_.Push(0, Batch(0));
  numbers_.Complete(0);
  EXPECT_THAT(numbers_.numbers(), ElementsAre(0));
  EXPECT_EQ(numbers_.status().message(), "negative");
  EXPECT_TRUE(numbers_.IsClosed());
  EXPECT_TRUE(backlog_.has_room());
  numbers_.Push(4, Batch(4));
  numbers_.SetNumPieces(5);
  EXPECT_EQ(numbers_.num_finished(), 1);
  EXPECT_TRUE(backlog_.has_room());
}

TEST_F(InOrderStageTest, ClosesWhenItHasEnough) {
  numbers_.close_at = 1;
  numbers_.Push(1, Status::Invalid("beyond"));
  numbers_.Push(0, Batch(1));
  numbers_.Complete(0);
  EXPECT_TRUE(numbers_.status().ok());
  EXPECT_EQ(numbers_.num_finished(), 1);
}

TEST_F(InOrderStageTest, ManyThreadsKeepTheOrder) {
  constexpr int64_t kPieces = 500;
  numbers_.SetNumPieces(kPieces);
  for (int64_t piece = 0; piece < kPieces; ++piece) {
    scheduler_.Submit(Scheduler::Priority::kDeliver, [this, piece] {
      std::mt19937 random(static_cast<unsigned>(piece));
      for (int64_t part = 0; part < piece % 4; ++part) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 200));
        numbers_.Push(piece, Batch(piece * 4 + part));
      }
      numbers_.Complete(piece);
    });
  }
  ASSERT_TRUE(scheduler_.Run(8).ok());
  EXPECT_EQ(numbers_.num_finished(), 1);
  EXPECT_EQ(numbers_.numbers().size(), kPieces / 4 * (1 + 2 + 3));
  EXPECT_TRUE(std::is_sorted(numbers_.numbers().begin(), numbers_.numbers().end()));
}

}  // namespace
}  // namespace tarn::local
