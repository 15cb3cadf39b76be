#include "spark/connect/retry_policy.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace tarn::connect {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;

std::vector<int64_t> PausesOf(const RetryPolicy& policy) {
  Backoff backoff(policy);
  std::vector<int64_t> pauses;
  while (const auto pause = backoff.Next()) pauses.push_back(*pause);
  return pauses;
}

TEST(Backoff, GrowsUpToItsLimit) {
  const RetryPolicy policy{
      .retries_max = 5, .initial_pause_ms = 10, .multiplier = 3, .pause_max_ms = 100};
  EXPECT_THAT(PausesOf(policy), ElementsAre(10, 30, 90, 100, 100));
}

TEST(Backoff, AddsJitterToLongPausesOnly) {
  const RetryPolicy policy{.retries_max = 3,
                           .initial_pause_ms = 10,
                           .multiplier = 10,
                           .pause_max_ms = 1000,
                           .jitter_max_ms = 50,
                           .jitter_from_ms = 100};
  const auto in = [](int64_t low, int64_t high) { return AllOf(Ge(low), Le(high)); };
  EXPECT_THAT(PausesOf(policy), ElementsAre(10, in(100, 150), in(1000, 1050)));
}

TEST(Backoff, HeedsTheServersPauseUpToALimit) {
  const RetryPolicy policy{.retries_max = 9,
                           .initial_pause_ms = 10,
                           .multiplier = 1,
                           .jitter_max_ms = 0,
                           .server_pause_max_ms = 5000};
  Backoff backoff(policy);
  EXPECT_EQ(backoff.Next(300), 300);
  EXPECT_EQ(backoff.Next(1), 10);
  EXPECT_EQ(backoff.Next(90'000), 5000);
}

TEST(Backoff, EndsWhenItsTimeIsUp) {
  const RetryPolicy policy{
      .retries_max = 9, .duration_max_ms = 50'000, .initial_pause_ms = 10'000, .multiplier = 10};
  Backoff backoff(policy);
  EXPECT_NE(backoff.Next(), std::nullopt);
  // 60 s would be too late, however soon this is asked.
  EXPECT_EQ(backoff.Next(), std::nullopt);
}

TEST(Backoff, BeginsAnewAfterASuccess) {
  Backoff backoff({.retries_max = 2, .initial_pause_ms = 10, .multiplier = 2});
  EXPECT_EQ(backoff.Next(), 10);
  EXPECT_EQ(backoff.Next(), 20);
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), 10);
  EXPECT_EQ(backoff.Next(), 20);
  EXPECT_EQ(backoff.Next(), std::nullopt);
}

TEST(Backoff, WaitsTenMinutesByDefault) {
  int64_t sum_ms = 0;
  for (const int64_t pause : PausesOf({})) sum_ms += pause;
  EXPECT_GT(sum_ms, 10 * 60'000);
  EXPECT_LT(sum_ms, 12 * 60'000);
}

TEST(SystemSleeper, WakesUpWhenStopIsRequested) {
  arrow::StopSource source;
  const auto begin = std::chrono::steady_clock::now();
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.RequestStop();
  });
  EXPECT_TRUE(Sleeper::System()->Sleep(60'000, source.token()).IsCancelled());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  stopper.join();
}

TEST(SystemSleeper, SleepsItsTime) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(Sleeper::System()->Sleep(30, arrow::StopToken::Unstoppable()).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(30));
}

}  // namespace
}  // namespace tarn::connect
