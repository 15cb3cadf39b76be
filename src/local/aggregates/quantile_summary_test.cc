#include "local/aggregates/quantile_summary.h"

#include <gtest/gtest.h>

namespace tarn::local {
namespace {

// Of i * 7 % n for i from 0 to n - 1.
std::vector<int> QuantilesOf(int num_values, int accuracy, const std::vector<double>& shares) {
  QuantileSummary summary(1.0 / accuracy);
  for (int i = 0; i < num_values; ++i) summary.Add(i * 7 % num_values);
  std::vector<int> values;
  for (const double share : shares) values.push_back(static_cast<int>(summary.At(share)));
  return values;
}

// As Spark 4.3 answers to percentile_approx(id * 7 % n, shares, accuracy) FROM range(0, n, 1, 1).
TEST(QuantileSummary, GivesSparksQuantiles) {
  const std::vector<double> shares = {0.1,  0.3, 0.35, 0.4, 0.45, 0.5,
                                      0.55, 0.6, 0.65, 0.7, 0.8,  0.9};
  EXPECT_EQ(QuantilesOf(11, 7, shares), (std::vector<int>{0, 3, 3, 3, 3, 5, 5, 5, 6, 6, 7, 10}));
  EXPECT_EQ(QuantilesOf(33, 7, shares),
            (std::vector<int>{0, 8, 8, 13, 13, 13, 17, 17, 17, 20, 23, 32}));
  EXPECT_EQ(QuantilesOf(33, 13, shares),
            (std::vector<int>{5, 9, 9, 12, 12, 15, 18, 18, 20, 22, 24, 27}));
}

// More values than are gathered before they are compressed.
TEST(QuantileSummary, OfManyValuesGivesSparksQuantiles) {
  QuantileSummary summary(1.0 / 50);
  for (int64_t i = 0; i < 200'000; ++i) {
    summary.Add(static_cast<double>(i % 3 == 0 ? i * 7919 % 100'003 : i));
  }
  EXPECT_LT(summary.num_bytes(), 1 << 20);
  EXPECT_EQ(summary.At(0.01), 0);
  EXPECT_EQ(summary.At(0.25), 35872);
  EXPECT_EQ(summary.At(0.5), 73831);
  EXPECT_EQ(summary.At(0.75), 121981);
  EXPECT_EQ(summary.At(0.99), 199999);

  QuantileSummary exact(1.0 / 10'000);
  for (int64_t i = 0; i < 300'000; ++i) exact.Add(static_cast<double>(i * 7919 % 100'003));
  EXPECT_EQ(exact.At(0.001), 106);
  EXPECT_EQ(exact.At(0.25), 24998);
  EXPECT_EQ(exact.At(0.5), 49996);
  EXPECT_EQ(exact.At(0.75), 74997);
  EXPECT_EQ(exact.At(0.999), 99898);
}

}  // namespace
}  // namespace tarn::local
