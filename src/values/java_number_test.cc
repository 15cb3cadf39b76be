#include "values/java_number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace tarn {
namespace {

TEST(JavaNumber, AnIntegerMayHaveEitherSign) {
  EXPECT_EQ(ParseJavaInteger<int32_t>("17"), 17);
  EXPECT_EQ(ParseJavaInteger<int32_t>("+17"), 17);
  EXPECT_EQ(ParseJavaInteger<int32_t>("-017"), -17);
  for (const char* const text :
       {"", "+", "-", "+-1", "-+1", "++1", "+ 1", " 1", "1 ", "1.0", "1L"}) {
    EXPECT_EQ(ParseJavaInteger<int32_t>(text), std::nullopt) << text;
  }
}

TEST(JavaNumber, NoIntegerIsBeyondItsType) {
  EXPECT_EQ(ParseJavaInteger<int8_t>("+127"), 127);
  EXPECT_EQ(ParseJavaInteger<int8_t>("+128"), std::nullopt);
  EXPECT_EQ(ParseJavaInteger<int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(ParseJavaInteger<int64_t>("9223372036854775808"), std::nullopt);
}

}  // namespace
}  // namespace tarn
