#include "cli/estimate_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tarn::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kGigabyte = 1'000'000'000;

std::string Text(int64_t num_bytes, int64_t memory_bytes, Machine here) {
  std::ostringstream stream;
  const engine::InputSize input{30, num_bytes, num_bytes};
  return EstimateText(input, {input, {5, 8'000}}, memory_bytes, here.memory_bytes, here,
                      Terminal(stream, -1));
}

TEST(EstimateTextTest, BothEnginesAndWhereTheyCross) {
  const std::string text = Text(kGigabyte, kGigabyte, {2, 16 * kGigabyte});
  EXPECT_THAT(text, HasSubstr("30 files, 1.0 GB"));
  EXPECT_THAT(text, HasSubstr("local, 2 cores"));
  EXPECT_THAT(text, HasSubstr("spark, the same 2 cores"));
  EXPECT_THAT(text, HasSubstr("spark, a cluster of 32 cores"));
  EXPECT_THAT(text, ContainsRegex("same 2 cores +32 s to 5 min"));
  EXPECT_THAT(text,
              HasSubstr("partitions that it writes: 5 to 8,000 here, known only after a run."));
  EXPECT_THAT(text, HasSubstr("faster from about"));
  EXPECT_THAT(text, Not(HasSubstr("--engine spark")));
}

TEST(EstimateTextTest, SaysWhatGoesToDisk) {
  const std::string some = Text(100 * kGigabyte, 40 * kGigabyte, {2, 16 * kGigabyte});
  EXPECT_THAT(some, HasSubstr("16 GB, up to 24 GB on disk"));
  EXPECT_THAT(some, Not(HasSubstr("--engine spark")));
  const std::string most = Text(100 * kGigabyte, 100 * kGigabyte, {16, kGigabyte});
  EXPECT_THAT(most, HasSubstr("1.0 GB, up to 99 GB on disk"));
  EXPECT_THAT(most, HasSubstr("give the run more (--memory), or use --engine spark"));
}

TEST(EstimateTextTest, NoCrossingOnAMachineAsFastAsTheCluster) {
  EXPECT_THAT(Text(kGigabyte, kGigabyte, {64, 256 * kGigabyte}), Not(HasSubstr("faster from")));
}

}  // namespace
}  // namespace tarn::cli
