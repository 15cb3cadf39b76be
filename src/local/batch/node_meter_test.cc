#include "local/batch/node_meter.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

TEST(NodeMeterTest, OfASliceItCountsWhatTheSliceRefersTo) {
  const BatchPtr batch = MakeBatch("x BIGINT", "[[1], [2], [3], [4]]");
  NodeMeter whole(nullptr, /*counts_bytes=*/true), slice(nullptr, /*counts_bytes=*/true), none;
  whole.CountOutput(*batch);
  slice.CountOutput(*batch->Slice(1, 2));
  none.CountOutput(*batch);
  EXPECT_EQ(slice.metrics().num_rows, 2);
  EXPECT_GT(slice.metrics().num_bytes, 0);
  EXPECT_LT(slice.metrics().num_bytes, whole.metrics().num_bytes);
  EXPECT_EQ(none.metrics().num_bytes, 0);
}

}  // namespace
}  // namespace tarn::local
