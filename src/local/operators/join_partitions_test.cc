#include "local/operators/join_partitions.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

class JoinPartitionsTest : public testing::Test {
 protected:
  static constexpr int8_t kNone = SpilledPartitions::kNone;

  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  JoinPartitions Make(std::vector<bool> null_safe, bool keeps_unmatched) {
    StageContext context;
    context.memory = &memory_;
    context.spill = spill_;
    return {batch_->schema(), std::move(null_safe), keeps_unmatched, context};
  }

  const BatchPtr batch_ = MakeBatch("a INT, b INT", "[[1, 1], [null, 1], [1, null], [1, 1]]");
  const EncodedKeys keys_ = EncodedKeys::Make(batch_->columns(), 4).ValueOrDie();
  MemoryBudget memory_;
  const std::shared_ptr<SpillStore> spill_ = std::make_shared<SpillStore>(testing::TempDir());
};

TEST_F(JoinPartitionsTest, RowsThatMatchNothingAreLeftOutOrSpread) {
  std::vector<int8_t> of = Make({true, true}, false).Of(keys_);
  EXPECT_EQ(of[0], of[3]);
  EXPECT_NE(of[1], kNone);
  EXPECT_NE(of[2], kNone);
  of = Make({false, true}, false).Of(keys_);
  EXPECT_EQ(of[1], kNone);
  EXPECT_NE(of[2], kNone);
  of = Make({false, false}, true).Of(keys_);
  EXPECT_EQ(of[1], 1) << "by its number";
  EXPECT_EQ(of[2], 2);
}

TEST_F(JoinPartitionsTest, WithoutKeysThereIsOnePartition) {
  const std::vector<int8_t> of = Make({}, false).Of(EncodedKeys::Make({}, 4).ValueOrDie());
  EXPECT_EQ(of, std::vector<int8_t>(4, of[0]));
}

TEST_F(JoinPartitionsTest, RowsHaveTheirNumbers) {
  JoinPartitions partitions = Make({}, false);
  ASSERT_TRUE(partitions.Add(batch_, std::vector<int8_t>{0, kNone, kNone, 3}).ok());
  ASSERT_TRUE(partitions.Add(batch_, std::vector<int8_t>{3, kNone, kNone, kNone}).ok());
  EXPECT_GT(memory_.num_bytes(), 0);
  ASSERT_TRUE(partitions.Flush().ok());
  EXPECT_EQ(memory_.num_bytes(), 0);
  EXPECT_EQ(partitions.num_rows(), 8);
  const BatchPtr rows = partitions.partition(3).Read(0).ValueOrDie();
  ASSERT_EQ(rows->num_rows(), 2);
  const auto& order_keys = static_cast<const arrow::BinaryArray&>(*rows->column(2));
  EXPECT_EQ(NumberOf(order_keys.GetView(0)), 3);
  EXPECT_EQ(NumberOf(order_keys.GetView(1)), 4);
}

}  // namespace
}  // namespace tarn::local
