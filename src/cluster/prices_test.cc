#include "cluster/prices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "system/scratch_folder.h"

namespace tarn::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Estimate EstimateOf(const std::string& toml) {
  return EstimateCost(ReadClusterFile("c.toml", toml).ValueOrDie(), LoadPrices("").ValueOrDie());
}

TEST(Prices, AddUp) {
  const Estimate estimate = EstimateOf("[workers]\ncount = 4\nspot_share = 0.5");
  EXPECT_NEAR(estimate.dollars, 5 * 0.24, 1e-9);
  EXPECT_NEAR(estimate.dollars_max, estimate.dollars, 1e-9);
  EXPECT_EQ(estimate.num_spot, 2);
  EXPECT_THAT(estimate.unknown_types, IsEmpty());
  EXPECT_NEAR(EstimateOf("[managed_scaling]\nmin = 1\nmax = 9").dollars_max, 10 * 0.24, 1e-9);
}

TEST(Prices, AnUnknownTypeIsNotGuessed) {
  const Estimate estimate = EstimateOf("[workers]\ninstance_type = 'x9.huge'");
  EXPECT_NEAR(estimate.dollars, 0.24, 1e-9);
  EXPECT_THAT(estimate.unknown_types, ElementsAre("x9.huge"));
}

TEST(Prices, AreDated) {
  const PriceTable table = LoadPrices("").ValueOrDie();
  EXPECT_FALSE(table.date.empty());
  EXPECT_FALSE(table.source.empty());
}

TEST(Prices, MayBeReplaced) {
  ScratchFolder scratch;
  ASSERT_TRUE(scratch.Make().ok());
  const std::string file = scratch.path() + "/prices.toml";
  std::ofstream(file)
      << "[prices]\ndate = '2030-01-01'\n[instance.\"x9.huge\"]\nec2 = 7\nemr = 1.5\n";
  const PriceTable table = LoadPrices(file).ValueOrDie();
  EXPECT_EQ(table.date, "2030-01-01");
  EXPECT_DOUBLE_EQ(table.instances.at("x9.huge").ec2, 7);
  std::ofstream(file) << "[prices]\n[instance.\"x\"]\nec2 = -1\n";
  EXPECT_EQ(DiagnosticsOf(LoadPrices(file).status()).size(), 3);
}

}  // namespace
}  // namespace tarn::cluster
