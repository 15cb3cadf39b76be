#include "local/batch/batch_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "local/batch/operator_for_test.h"

namespace tarn::local {
namespace {

class BatchStreamTest : public testing::Test {
 protected:
  BatchStreamTest() { slots_.Acquire(CpuSlots::Priority::kConsumer); }

  static BatchPtr One(int value) { return MakeBatch("x INT", "[[" + std::to_string(value) + "]]"); }

  // The values that `reader` gets until the end, an error standing as -1.
  static std::vector<int> ReadAll(BatchStream* stream, int reader) {
    std::vector<int> values;
    while (true) {
      Result<BatchPtr> batch = stream->Next(reader);
      if (!batch.ok()) values.push_back(-1);
      if (!batch.ok() || *batch == nullptr) return values;
      values.push_back(static_cast<const arrow::Int32Array&>(*(*batch)->column(0)).Value(0));
    }
  }

  CpuSlots slots_{1};
  arrow::StopSource stop_;
};

TEST_F(BatchStreamTest, EveryReaderGetsEveryBatchInOrder) {
  BatchStream stream(2, &slots_, stop_.token());
  stream.Publish(2, {One(20)});
  stream.Publish(0, {One(1), MakeBatch("x INT", "[]"), One(2)});
  stream.Publish(1, {});
  stream.Finish(3);
  EXPECT_EQ(ReadAll(&stream, 0), (std::vector<int>{1, 2, 20}));
  EXPECT_EQ(ReadAll(&stream, 1), (std::vector<int>{1, 2, 20}));
}

TEST_F(BatchStreamTest, ABatchGoesWithItsLastReader) {
  BatchStream stream(2, &slots_, stop_.token());
  BatchPtr batch = One(1);
  stream.Publish(0, {batch});
  EXPECT_TRUE(stream.Next(0).ok());
  EXPECT_EQ(batch.use_count(), 2);
  stream.Close(1);
  EXPECT_EQ(batch.use_count(), 1);
  stream.Publish(1, {One(2)});
  stream.Finish(2);
  EXPECT_EQ(ReadAll(&stream, 0), (std::vector<int>{2}));
}

TEST_F(BatchStreamTest, AFailureComesInItsPlace) {
  BatchStream stream(1, &slots_, stop_.token());
  stream.Fail(2, Status::Invalid("later"));
  stream.Fail(1, Status::Invalid("bad"));
  stream.Fail(3, Status::Invalid("last"));
  stream.Publish(0, {One(1)});
  EXPECT_TRUE(stream.Next(0).ok());
  EXPECT_EQ(stream.Next(0).status().message(), "bad");
}

TEST_F(BatchStreamTest, AWaitingReaderGivesItsSlotBack) {
  BatchStream stream(1, &slots_, stop_.token());
  std::thread producer([&] {
    SlotGuard slot(&slots_, CpuSlots::Priority::kProducer);
    stream.Publish(0, {One(7)});
    stream.Finish(1);
  });
  EXPECT_EQ(ReadAll(&stream, 0), (std::vector<int>{7}));
  producer.join();
}

TEST_F(BatchStreamTest, PartsOfTheNextPieceComeAtOnce) {
  BatchStream stream(1, &slots_, stop_.token());
  stream.PublishPart(1, One(10));
  stream.PublishPart(0, One(1));
  EXPECT_TRUE(stream.Next(0).ok());
  stream.PublishPart(0, One(2));
  stream.Publish(0, {});
  stream.Publish(1, {One(11)});
  stream.Finish(2);
  EXPECT_EQ(ReadAll(&stream, 0), (std::vector<int>{2, 10, 11}));
}

TEST_F(BatchStreamTest, APieceThatIsFarAheadWaitsForItsTurn) {
  BatchStream stream(1, &slots_, stop_.token());
  slots_.Release();
  std::atomic<int> num_published = 0;
  std::thread ahead([&] {
    SlotGuard slot(&slots_, CpuSlots::Priority::kProducer);
    for (; num_published < 100; ++num_published) stream.PublishPart(1, One(num_published));
    stream.Publish(1, {});
  });
  while (num_published < 15) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(num_published, 15);
  stream.Publish(0, {});
  stream.Finish(2);
  slots_.Acquire(CpuSlots::Priority::kConsumer);
  EXPECT_EQ(ReadAll(&stream, 0).size(), 100U);
  ahead.join();
}

TEST_F(BatchStreamTest, AStopWakesReaders) {
  BatchStream stream(1, &slots_, stop_.token());
  std::thread stopper([&] { stop_.RequestStop(); });
  EXPECT_TRUE(stream.Next(0).status().IsCancelled());
  stopper.join();
}

TEST_F(BatchStreamTest, ProducersWaitWhenMuchIsQueued) {
  CpuSlots slots(2);
  slots.Acquire(CpuSlots::Priority::kConsumer);
  BatchStream stream(1, &slots, stop_.token(), /*queued_bytes_max=*/1);
  std::atomic<int> num_published = 0;
  std::thread producer([&] {
    SlotGuard slot(&slots, CpuSlots::Priority::kProducer);
    for (int i = 0; i < 100; ++i) {
      stream.PublishPart(0, One(i));
      ++num_published;
    }
    stream.Publish(0, {});
    stream.Finish(1);
  });
  int num_taken = 0;
  while (true) {
    const BatchPtr batch = stream.Next(0).ValueOrDie();
    if (batch == nullptr) break;
    // What is taken, and one that was on its way; the next one waits.
    EXPECT_LE(num_published, ++num_taken + 1);
  }
  EXPECT_EQ(num_taken, 100);
  producer.join();
}

TEST_F(BatchStreamTest, ProducersGoOnForAReaderThatIsAhead) {
  CpuSlots slots(2);
  BatchStream stream(2, &slots, stop_.token(), /*queued_bytes_max=*/1);
  std::thread consumer([&] {
    SlotGuard slot(&slots, CpuSlots::Priority::kConsumer);
    EXPECT_EQ(ReadAll(&stream, 1), (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(ReadAll(&stream, 0), (std::vector<int>{1, 2, 3}));
  });
  {
    SlotGuard slot(&slots, CpuSlots::Priority::kProducer);
    for (int i = 1; i <= 3; ++i) stream.PublishPart(0, One(i));
    stream.Publish(0, {});
    stream.Finish(1);
  }
  consumer.join();
}

TEST_F(BatchStreamTest, ProducersGoOnForAReaderOfAnotherStream) {
  CpuSlots slots(2);
  BatchStream full(1, &slots, stop_.token(), /*queued_bytes_max=*/1);
  BatchStream needed(1, &slots, stop_.token());
  std::thread consumer([&] {
    SlotGuard slot(&slots, CpuSlots::Priority::kConsumer);
    EXPECT_EQ(ReadAll(&needed, 0), (std::vector<int>{7}));
    EXPECT_EQ(ReadAll(&full, 0), (std::vector<int>{1, 2, 3}));
  });
  {
    SlotGuard slot(&slots, CpuSlots::Priority::kProducer);
    for (int i = 1; i <= 3; ++i) full.PublishPart(0, One(i));
    full.Publish(0, {});
    full.Finish(1);
    needed.Publish(0, {One(7)});
    needed.Finish(1);
  }
  consumer.join();
}

}  // namespace
}  // namespace tarn::local
