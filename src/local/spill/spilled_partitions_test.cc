#include "local/spill/spilled_partitions.h"

#include <gtest/gtest.h>

#include <set>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

TEST(SpilledPartitionsTest, HoldTheRowsThatAreGivenToThem) {
  SpillStore store(testing::TempDir());
  const BatchPtr batch = MakeBatch("a INT", "[[0],[1],[2],[3],[4]]");
  SpilledPartitions partitions(batch->schema(), &store);
  const std::vector<int8_t> of = {3, SpilledPartitions::kNone, 3, 0, 31};
  ASSERT_TRUE(partitions.Add(batch, of).ok());
  ASSERT_TRUE(partitions.Add(batch, of).ok());
  EXPECT_GT(partitions.pending_bytes(), 0);
  ASSERT_TRUE(partitions.Flush().ok());
  EXPECT_EQ(partitions.num_rows(), 8);
  EXPECT_EQ(partitions.partition(1).num_rows(), 0);
  const BatchPtr rows = partitions.partition(3).Read(0).ValueOrDie();
  EXPECT_TRUE(rows->Equals(*MakeBatch("a INT", "[[0],[2],[0],[2]]")));
}

TEST(SpilledPartitionsTest, AreSpreadAgainAtTheNextLevel) {
  std::set<int8_t> first, second;
  for (uint64_t hash = 0; hash < 4096; ++hash) {
    const int8_t partition = SpilledPartitions::Of(hash * 0x9E3779B97F4A7C15, 0);
    ASSERT_GE(partition, 0);
    ASSERT_LT(partition, SpilledPartitions::kNumPartitions);
    first.insert(partition);
    if (partition == 5) second.insert(SpilledPartitions::Of(hash * 0x9E3779B97F4A7C15, 1));
  }
  EXPECT_EQ(first.size(), SpilledPartitions::kNumPartitions);
  EXPECT_GT(second.size(), SpilledPartitions::kNumPartitions / 2);
}

}  // namespace
}  // namespace tarn::local
