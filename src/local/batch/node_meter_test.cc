#include "local/batch/node_meter.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

TEST(NodeMeterTest, OfASliceItCountsWhatTheSliceRefersTo) {
  const BatchPtr batch = MakeBatch("x BIGINT", "[[1], [2], [3], [4]]");
  NodeMeter whole(nullptr, /*measures=*/true), slice(nullptr, /*measures=*/true), none;
  whole.CountOutput(*batch);
  slice.CountOutput(*batch->Slice(1, 2));
  none.CountOutput(*batch);
  EXPECT_EQ(slice.metrics().num_rows, 2);
  EXPECT_GT(slice.metrics().num_bytes, 0);
  EXPECT_LT(slice.metrics().num_bytes, whole.metrics().num_bytes);
  EXPECT_EQ(none.metrics().num_bytes, 0);
}

TEST(NodeMeterTest, CountsWhatItsNodeHoldsInTheRunsMemory) {
  MemoryBudget run(100);
  NodeMeter meter(nullptr, /*measures=*/true, &run), other(nullptr, /*measures=*/false, &run);
  {
    MemoryGrant first(meter.memory()), second(meter.memory()), others(other.memory());
    first.Set(40);
    second.Set(30);
    others.Set(50);
    EXPECT_TRUE(second.has_to_shrink());
  }
  EXPECT_EQ(meter.metrics().peak_bytes, 70);
  EXPECT_EQ(other.metrics().peak_bytes, 0);
  EXPECT_EQ(run.peak_bytes(), 120);
  EXPECT_EQ(other.time(), nullptr);
}

}  // namespace
}  // namespace tarn::local
