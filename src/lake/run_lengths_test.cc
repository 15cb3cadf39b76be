#include "lake/run_lengths.h"

#include <gtest/gtest.h>

#include <vector>

namespace tarn::lake {
namespace {

std::vector<int> Encoded(const std::vector<int32_t>& numbers, int bit_width) {
  std::string bytes;
  AppendRunLengths(numbers, bit_width, &bytes);
  std::vector<int> values;
  for (const char byte : bytes) values.push_back(static_cast<uint8_t>(byte));
  return values;
}

TEST(RunLengthsTest, Runs) {
  EXPECT_EQ(Encoded({}, 3), std::vector<int>());
  EXPECT_EQ(Encoded({5}, 3), (std::vector<int>{1 << 1, 5}));
  EXPECT_EQ(Encoded(std::vector<int32_t>(100, 300), 9), (std::vector<int>{0xC8, 1, 44, 1}));
}

// The example of Parquet's documentation.
TEST(RunLengthsTest, PackedNumbers) {
  EXPECT_EQ(Encoded({0, 1, 2, 3, 4, 5, 6, 7}, 3), (std::vector<int>{3, 0x88, 0xC6, 0xFA}));
  EXPECT_EQ(Encoded({1, 0, 1}, 1), (std::vector<int>{3, 5})) << "zeros fill the group";
}

TEST(RunLengthsTest, ARunBeginsWithAGroup) {
  std::vector<int32_t> numbers = {1, 0, 0, 0, 0, 0, 0, 0};
  numbers.insert(numbers.end(), 9, 1);
  numbers.push_back(0);
  EXPECT_EQ(Encoded(numbers, 1), (std::vector<int>{3, 1, 18, 1, 2, 0}));
}

TEST(RunLengthsTest, ManyPackedGroups) {
  std::vector<int32_t> numbers;
  for (int i = 0; i < 8 * 64; ++i) numbers.push_back(i % 2);
  const std::vector<int> encoded = Encoded(numbers, 1);
  ASSERT_EQ(encoded.size(), 1 + 63 + 1 + 1);
  EXPECT_EQ(encoded[0], 63 << 1 | 1);
  EXPECT_EQ(encoded[64], 1 << 1 | 1);
}

}  // namespace
}  // namespace tarn::lake
