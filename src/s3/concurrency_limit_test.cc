#include "s3/concurrency_limit.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tarn::s3 {
namespace {

using Seconds = ConcurrencyLimit::Seconds;

// Answers of a service that is `away` and takes `per_request` for each, one after the other.
int LimitAfter(Seconds away, Seconds per_request, int num_answers) {
  ConcurrencyLimit limit;
  limit.OnAnswer(std::max(away, per_request), 1);  // a listing comes first, alone
  for (int i = 0; i < num_answers; ++i) {
    const int in_flight = limit.limit();
    limit.OnAnswer(std::max(away, in_flight * per_request), in_flight);
  }
  return limit.limit();
}

TEST(ConcurrencyLimitTest, GrowsWhenTheWayIsLong) {
  EXPECT_EQ(LimitAfter(Seconds(0.030), Seconds(0.0001), 20000), 256);
}

TEST(ConcurrencyLimitTest, ShrinksWhenRequestsQueueUp) {
  EXPECT_LT(LimitAfter(Seconds(0.0005), Seconds(0.0003), 3000), 20);
}

TEST(ConcurrencyLimitTest, HalvesOnceForABurstOfErrors) {
  ConcurrencyLimit limit;
  const int before = limit.limit();
  for (int i = 0; i < 10; ++i) limit.OnOverload();
  EXPECT_EQ(limit.limit(), before / 2);
  for (int i = 0; i < 1000; ++i) {
    limit.OnOverload();
    limit.OnAnswer(Seconds(0.01), limit.limit());
  }
  EXPECT_GE(limit.limit(), 4);
}

TEST(ConcurrencyLimitTest, DoesNotGrowWithoutNeed) {
  ConcurrencyLimit limit;
  const int before = limit.limit();
  for (int i = 0; i < 1000; ++i) limit.OnAnswer(Seconds(0.01), 1);
  EXPECT_EQ(limit.limit(), before);
}

}  // namespace
}  // namespace tarn::s3
