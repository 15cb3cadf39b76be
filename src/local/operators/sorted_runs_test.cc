#include "local/operators/sorted_runs.h"

#include <gtest/gtest.h>

#include <random>

#include "rows/row_sort.h"

namespace tarn::local {
namespace {

RowKeys KeysOf(const std::vector<int64_t>& values) {
  const auto column = std::make_shared<arrow::Int64Array>(
      static_cast<int64_t>(values.size()), arrow::Buffer::FromVector(std::vector<int64_t>(values)));
  return EncodeRowKeys({column}, {KeyOrder{}}, column->length()).ValueOrDie();
}

// Merged in ranges, runs give what a stable sort of all rows gives.
TEST(SortedRunsTest, MergesAsOneSortWould) {
  std::mt19937 random(5);
  for (const int64_t num_ranges : {1, 2, 7, 64}) {
    for (const int64_t num_values : {1, 3, 1000, 1'000'000}) {
      SortedRuns runs;
      std::vector<int64_t> all;
      for (int run = 0; run < 20; ++run) {
        std::vector<int64_t> values(random() % 100);
        for (int64_t& value : values) value = static_cast<int64_t>(random()) % num_values;
        all.insert(all.end(), values.begin(), values.end());
        RowKeys keys = KeysOf(values);
        std::vector<int64_t> order = SortRows(keys, GoOn).ValueOrDie();
        runs.Add(std::move(keys), std::move(order));
      }
      runs.Split(num_ranges);
      EXPECT_LE(runs.num_ranges(), num_ranges);
      std::vector<int64_t> merged(runs.num_rows());
      for (int64_t range = 0; range < runs.num_ranges(); ++range) {
        ASSERT_TRUE(runs.MergeRange(range, merged.data(), GoOn).ok());
      }
      EXPECT_EQ(merged, SortRows(KeysOf(all), GoOn).ValueOrDie()) << num_ranges << num_values;
    }
  }
}

TEST(SortedRunsTest, WithoutRowsThereIsOneEmptyRange) {
  SortedRuns runs;
  runs.Split(3);
  EXPECT_EQ(runs.num_ranges(), 1);
  EXPECT_TRUE(runs.MergeRange(0, nullptr, GoOn).ok());
}

TEST(SortedRunsTest, StopsWithinARange) {
  SortedRuns runs;
  runs.Add(KeysOf({1, 2}), {0, 1});
  runs.Split(1);
  std::vector<int64_t> merged(2);
  EXPECT_TRUE(
      runs.MergeRange(0, merged.data(), [] { return Status::Cancelled("now"); }).IsCancelled());
}

}  // namespace
}  // namespace tarn::local
