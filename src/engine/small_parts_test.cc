#include "engine/small_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::engine {
namespace {

using testing::ElementsAre;

const std::vector<InputSize> kLargeAndSmall = {{1, 5'000, 5'000}, {20, 400, 3'600}};

TEST(SmallPartsTest, TheSmallestSourcesThatFit) {
  const std::vector<InputSize> sizes = {{1, 600, 600}, {1, 300, 300}, {1, 500, 500}};
  const std::vector<bool> all(3, true);
  EXPECT_THAT(SmallSources(sizes, all, 800), ElementsAre(false, true, true));
  EXPECT_THAT(SmallSources(sizes, all, 799), ElementsAre(false, true, false));
  EXPECT_THAT(SmallSources(sizes, {true, false, true}, 1'100), ElementsAre(true, false, true));
  EXPECT_THAT(SmallSources({{0, 0, 0}}, {true}, 0), ElementsAre(false));
}

TEST(SmallPartsTest, WhatSparkHasOfAPlan) {
  plan::TestPipeline pipeline = plan::TwoSources();
  pipeline.Table("ids", "SELECT DISTINCT id FROM a");
  pipeline.Table("ys", "SELECT y FROM b");
  pipeline.Table("both", "SELECT ids.id, ys.y FROM ids CROSS JOIN ys");
  pipeline::Pipeline described = pipeline.get();
  described.spark.small_bytes = 4'000;
  const auto plan = plan::Bind(described, {}).ValueOrDie();
  EXPECT_THAT(TextBytesRead(*plan, kLargeAndSmall), ElementsAre(5'000, 3'600, 8'600));
  const SparkWork work = WorkOfSpark(*plan, kLargeAndSmall, {});
  EXPECT_EQ(work.read.num_bytes, 5'000);
  EXPECT_EQ(work.num_partitions.most, 2);
  described.spark.small_bytes = 0;
  const auto alone = plan::Bind(described, {}).ValueOrDie();
  EXPECT_EQ(WorkOfSpark(*alone, kLargeAndSmall, {}).read.num_bytes, 5'400);
  EXPECT_EQ(WorkOfSpark(*alone, kLargeAndSmall, {}).num_partitions.most, 3);
}

}  // namespace
}  // namespace tarn::engine
