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

// Keys of two numbers, cut by the first one.
TEST(SortedRunsTest, RowsOfAPrefixAreInOneRange) {
  std::mt19937 random(6);
  SortedRuns runs;
  for (int run = 0; run < 10; ++run) {
    std::vector<int64_t> first(100), second(100);
    for (int64_t& value : first) value = static_cast<int64_t>(random() % 12);
    for (int64_t& value : second) value = static_cast<int64_t>(random());
    const auto column = [](std::vector<int64_t> values) {
      const auto length = static_cast<int64_t>(values.size());
      return std::make_shared<arrow::Int64Array>(length,
                                                 arrow::Buffer::FromVector(std::move(values)));
    };
    RowKeys keys =
        EncodeRowKeys({column(first), column(second)}, {KeyOrder{}, KeyOrder{}}, 100).ValueOrDie();
    std::vector<int64_t> order = SortRows(keys, GoOn).ValueOrDie();
    runs.Add(std::move(keys), std::move(order));
  }
  const size_t prefix_bytes = KeysOf({1}).row(0).size();
  runs.Split(8, [=](const SortedRuns::Row& row) { return row.key.substr(0, prefix_bytes); });
  EXPECT_GT(runs.num_ranges(), 2);
  std::string last_prefix;
  int64_t num_rows = 0;
  for (int64_t range = 0; range < runs.num_ranges(); ++range) {
    bool is_first = true;
    const auto visit = [&](const SortedRuns::Row& row) {
      const std::string_view prefix = row.key.substr(0, prefix_bytes);
      EXPECT_TRUE(last_prefix < prefix || (!is_first && last_prefix == prefix));
      last_prefix = prefix;
      is_first = false;
      ++num_rows;
      return Status::OK();
    };
    ASSERT_TRUE(runs.VisitRange(range, visit, GoOn).ok());
  }
  EXPECT_EQ(num_rows, runs.num_rows());
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
