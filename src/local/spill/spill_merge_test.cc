#include "local/spill/spill_merge.h"

#include <arrow/array.h>
#include <gtest/gtest.h>

#include <numeric>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

// Run `run` has a row for each of `numbers`, which are its order.
SpilledRows RunOf(int run, const std::vector<int64_t>& numbers, SpillStore* store) {
  std::string rows;
  for (const int64_t number : numbers) {
    rows += (rows.empty() ? "[[" : ",[") + std::to_string(run) + "," + std::to_string(number) + "]";
  }
  const BatchPtr batch = MakeBatch("run INT, number BIGINT", rows + "]");
  SpilledRows spilled(WithOrderKey(batch->schema()), store);
  EXPECT_TRUE(spilled.Append(AddOrderKey(batch, OrderKeysOf(numbers).ValueOrDie())).ok());
  EXPECT_TRUE(spilled.Flush().ok());
  return spilled;
}

BatchPtr Merged(std::vector<SpilledRows> runs, const SchemaPtr& schema, SpillStore* store) {
  auto merge = SpillMerge::Make(schema, std::move(runs), store, GoOn).ValueOrDie();
  std::vector<BatchPtr> batches;
  while (BatchPtr batch = merge->Next().ValueOrDie()) batches.push_back(WithoutOrderKey(batch));
  return Concatenate(schema, batches).ValueOrDie();
}

TEST(SpillMergeTest, EqualKeysComeInTheOrderOfRuns) {
  SpillStore store(testing::TempDir());
  std::vector<SpilledRows> runs;
  runs.push_back(RunOf(0, {1, 3, 300}, &store));
  runs.push_back(RunOf(1, {0, 1, 3}, &store));
  runs.push_back(RunOf(2, {3}, &store));
  const BatchPtr wanted =
      MakeBatch("run INT, number BIGINT", "[[1,0],[0,1],[1,1],[0,3],[1,3],[2,3],[0,300]]");
  EXPECT_TRUE(Merged(std::move(runs), wanted->schema(), &store)->Equals(*wanted));
}

TEST(SpillMergeTest, MergesMoreRunsThanAreReadAtOnce) {
  SpillStore store(testing::TempDir());
  constexpr int kNumRuns = 3 * SpillMerge::kRunsMax + 1;
  std::vector<SpilledRows> runs;
  for (int run = 0; run < kNumRuns; ++run) {
    std::vector<int64_t> numbers;
    for (int i = 0; i < 300; ++i) numbers.push_back((i * kNumRuns + run) / 2);
    runs.push_back(RunOf(run, numbers, &store));
  }
  const SchemaPtr schema = MakeBatch("run INT, number BIGINT", "[]")->schema();
  const BatchPtr merged = Merged(std::move(runs), schema, &store);
  ASSERT_EQ(merged->num_rows(), kNumRuns * 300);
  const auto& of = static_cast<const arrow::Int32Array&>(*merged->column(0));
  const auto& numbers = static_cast<const arrow::Int64Array&>(*merged->column(1));
  for (int64_t row = 1; row < merged->num_rows(); ++row) {
    ASSERT_TRUE(numbers.Value(row - 1) < numbers.Value(row) ||
                (numbers.Value(row - 1) == numbers.Value(row) && of.Value(row - 1) < of.Value(row)))
        << row;
  }
}

TEST(OrderKeyTest, OrdersNumbers) {
  const std::vector<int64_t> numbers = {0, 1, 255, 256, 1'000'000, int64_t{1} << 62};
  const auto keys = OrderKeysOf(numbers).ValueOrDie();
  const auto& bytes = static_cast<const arrow::BinaryArray&>(*keys);
  for (int64_t i = 0; i < bytes.length(); ++i) {
    EXPECT_EQ(NumberOf(bytes.GetView(i)), numbers[i]);
    if (i > 0) {
      EXPECT_LT(bytes.GetView(i - 1), bytes.GetView(i));
    }
  }
}

TEST(OrderKeyTest, NumbersOfRowsHaveTheirBatch) {
  const BatchPtr rows = MakeBatch("a INT", "[[0],[1],[2]]");
  const BatchPtr second = AddOrderKey(rows, OrderKeysOfBatch(2, 3).ValueOrDie());
  const BatchPtr third = AddOrderKey(rows, OrderKeysOfBatch(3, 3).ValueOrDie());
  EXPECT_EQ(NumberAt(*third, 1), NumberOfRow(3, 1));
  EXPECT_LT(NumberAt(*second, 2), NumberAt(*third, 0));
  const BatchPtr both =
      Concatenate(second->schema(), {second->Slice(1), third->Slice(0, 1)}).ValueOrDie();
  const std::vector<BatchPtr> slices = SliceByBatch(both);
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0]->num_rows(), 2);
  EXPECT_EQ(BatchAt(*slices[0], 1), 2);
  EXPECT_EQ(BatchAt(*slices[1], 0), 3);
}

}  // namespace
}  // namespace tarn::local
