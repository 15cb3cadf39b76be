#include "base/parse_number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace tarn {
namespace {

TEST(ParseNumber, AllOfTheTextIsTheNumber) {
  EXPECT_EQ(ParseNumber<int64_t>("42"), 42);
  EXPECT_EQ(ParseNumber<int64_t>("-042"), -42);
  EXPECT_EQ(ParseNumber<double>("-1.5e3"), -1500);
  for (const char* const text : {"", " ", "-", "+", "+1", " 1", "1 ", "1.0", "1x", "0x1", "--1"}) {
    EXPECT_EQ(ParseNumber<int64_t>(text), std::nullopt) << text;
  }
  for (const char* const text : {"", ".", "+1", " 1", "1 ", "1e", "0x1p3", "1.5d"}) {
    EXPECT_EQ(ParseNumber<double>(text), std::nullopt) << text;
  }
}

TEST(ParseNumber, NoneIsBeyondItsType) {
  EXPECT_EQ(ParseNumber<int8_t>("127"), 127);
  EXPECT_EQ(ParseNumber<int8_t>("-128"), -128);
  EXPECT_EQ(ParseNumber<int8_t>("128"), std::nullopt);
  EXPECT_EQ(ParseNumber<uint16_t>("65535"), 65535);
  EXPECT_EQ(ParseNumber<uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(ParseNumber<uint16_t>("-1"), std::nullopt);
  EXPECT_EQ(ParseNumber<double>("1e400"), std::nullopt);
  EXPECT_EQ(ParseNumber<double>("1e-400"), std::nullopt);
}

TEST(ParseNumber, ReadsNothingBehindTheText) {
  const std::string_view text = "1234";
  EXPECT_EQ(ParseNumber<int>(text.substr(0, 2)), 12);
  EXPECT_EQ(ParseNumber<int>(text.substr(4)), std::nullopt);
}

}  // namespace
}  // namespace tarn
