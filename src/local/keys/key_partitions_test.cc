#include "local/keys/key_partitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tarn::local {
namespace {

EncodedKeys KeysOf(std::vector<int64_t> values) {
  const auto num_rows = static_cast<int64_t>(values.size());
  return EncodedKeys::Make({std::make_shared<arrow::Int64Array>(
                               num_rows, arrow::Buffer::FromVector(std::move(values)))},
                           num_rows)
      .ValueOrDie();
}

TEST(KeyPartitionsTest, RowsOfAKeyAreTogetherAndInOrder) {
  constexpr int64_t kRows = 5000, kKeys = 700;
  std::vector<int64_t> values(kRows);
  for (int64_t row = 0; row < kRows; ++row) values[row] = row * 31 % kKeys;
  const EncodedKeys keys = KeysOf(values);
  const KeyPartitions partitions(keys);
  EXPECT_EQ(partitions.numbers().size(), size_t{KeyPartitions::kNumPartitions});
  std::vector<int> partition_of(kKeys, -1);
  size_t num_rows = 0;
  for (const int number : partitions.numbers()) {
    const std::span<const int64_t> rows = partitions.rows(number);
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    EXPECT_EQ(rows.data(), partitions.rows().data() + partitions.begin(number));
    num_rows += rows.size();
    for (const int64_t row : rows) {
      int& partition = partition_of[values[row]];
      EXPECT_TRUE(partition == -1 || partition == number);
      partition = number;
      EXPECT_EQ(KeyPartitions::Of(keys.hash(row)), number);
    }
  }
  EXPECT_EQ(num_rows, size_t{kRows});
}

TEST(KeyPartitionsTest, OfSomeRows) {
  const EncodedKeys keys = KeysOf({1, 2, 1, 1, 3});
  const KeyPartitions partitions(keys, std::vector<int64_t>{3, 0});
  ASSERT_EQ(partitions.numbers().size(), 1U);
  EXPECT_THAT(partitions.rows(partitions.numbers()[0]), testing::ElementsAre(3, 0));
  EXPECT_TRUE(KeyPartitions(keys, {}).numbers().empty());
}

}  // namespace
}  // namespace tarn::local
