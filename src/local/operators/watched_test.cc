#include "local/operators/watched.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "local/batch/cpu_clock.h"
#include "local/batch/operator_for_test.h"

namespace tarn::local {
namespace {

constexpr std::chrono::milliseconds kLong(400);

// Waits, and then works, before each batch.
class Slow : public Operator {
 public:
  Slow(OperatorPtr input, std::chrono::milliseconds wait, std::chrono::milliseconds work)
      : Operator(input->schema()), input_(std::move(input)), wait_(wait), work_(work) {}
  Result<BatchPtr> Next() override {
    std::this_thread::sleep_for(wait_);
    const double begin = ThreadCpuSeconds();
    while (ThreadCpuSeconds() - begin < std::chrono::duration<double>(work_).count()) {
    }
    return input_->Next();
  }

 private:
  const OperatorPtr input_;
  const std::chrono::milliseconds wait_;
  const std::chrono::milliseconds work_;
};

TEST(WatchedOperator, WaitingIsNoWork) {
  const plan::Node node;
  NodeMetrics inner{&node}, outer{&node};
  auto input = std::make_unique<WatchedOperator>(
      std::make_unique<Slow>(MakeInput("k INT", {"[[1], [2]]"}), kLong, kLong), GoOn, &inner,
      std::vector<const WatchedOperator*>{});
  const WatchedOperator* const watched = input.get();
  WatchedOperator waiting(
      std::make_unique<Slow>(std::move(input), kLong, std::chrono::milliseconds(0)), GoOn, &outer,
      {watched});
  ASSERT_NE(waiting.Next().ValueOrDie(), nullptr);
  EXPECT_EQ(outer.num_rows, 2);
  const double seconds = std::chrono::duration<double>(kLong).count();
  EXPECT_GE(inner.seconds, seconds);
  EXPECT_LT(inner.seconds, 2 * seconds);
  EXPECT_LT(outer.seconds, seconds / 2);
}

}  // namespace
}  // namespace tarn::local
