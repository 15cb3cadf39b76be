#include "rows/row_sort.h"

#include <arrow/array.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace tarn {
namespace {

RowKeys KeysOf(const std::vector<int32_t>& values) {
  const auto column = std::make_shared<arrow::Int32Array>(static_cast<int64_t>(values.size()),
                                                          arrow::Buffer::Wrap(values));
  return EncodeRowKeys({column}, {KeyOrder{}}, column->length()).ValueOrDie();
}

std::vector<int32_t> RandomValues(size_t size, int32_t most) {
  std::mt19937 generator(7);
  std::vector<int32_t> values(size);
  for (int32_t& value : values) value = std::uniform_int_distribution<int32_t>(0, most)(generator);
  return values;
}

TEST(SortRows, IsTheStableSortOfTheStandardLibrary) {
  for (const size_t size : {0, 1, 2, 4095, 4096, 4097, 12'289, 100'000}) {
    for (const int32_t most : {0, 3, 1'000'000}) {
      const std::vector<int32_t> values = RandomValues(size, most);
      std::vector<int64_t> expected(size);
      std::iota(expected.begin(), expected.end(), 0);
      std::stable_sort(expected.begin(), expected.end(),
                       [&](int64_t left, int64_t right) { return values[left] < values[right]; });
      EXPECT_EQ(SortRows(KeysOf(values), GoOn).ValueOrDie(), expected) << size << " " << most;
    }
  }
}

TEST(SortRows, WhatIsPartlyInOrder) {
  for (const size_t wrong : {size_t{0}, size_t{1}, size_t{4096}, size_t{8192}, size_t{49'999}}) {
    std::vector<int32_t> values(50'000);
    for (size_t row = 0; row < values.size(); ++row) values[row] = static_cast<int32_t>(row / 2);
    values[wrong] = 7;
    std::vector<int64_t> expected(values.size());
    std::iota(expected.begin(), expected.end(), 0);
    std::stable_sort(expected.begin(), expected.end(),
                     [&](int64_t left, int64_t right) { return values[left] < values[right]; });
    EXPECT_EQ(SortRows(KeysOf(values), GoOn).ValueOrDie(), expected) << wrong;
  }
}

TEST(SortRows, StopsInTheMidst) {
  const RowKeys keys = KeysOf(RandomValues(300'000, 1'000'000));
  int num_polls = 0;
  const auto count = [&]() -> Status {
    ++num_polls;
    return Status::OK();
  };
  ASSERT_TRUE(SortRows(keys, count).ok());
  EXPECT_GT(num_polls, 20);
  for (const int last : {1, 10, 20}) {
    int num_left = last;
    const auto stop = [&] { return --num_left > 0 ? Status::OK() : Status::Cancelled("now"); };
    EXPECT_TRUE(SortRows(keys, stop).status().IsCancelled());
    EXPECT_EQ(num_left, 0);
  }
}

}  // namespace
}  // namespace tarn
