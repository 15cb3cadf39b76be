#include "values/number_format.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

std::string ErrorOf(std::string_view format) {
  const std::string message = NumberFormat::Make(format).status().message();
  return message.substr(0, message.find(':'));
}

TEST(NumberFormatTest, RefusesWhatSparkRefuses) {
  EXPECT_EQ(ErrorOf(""), "INVALID_FORMAT.EMPTY");
  EXPECT_EQ(ErrorOf("PR"), "INVALID_FORMAT.WRONG_NUM_DIGIT");
  EXPECT_EQ(ErrorOf("abc"), "INVALID_FORMAT.WRONG_NUM_DIGIT");
  EXPECT_EQ(ErrorOf("99x"), "INVALID_FORMAT.UNEXPECTED_TOKEN");
  EXPECT_EQ(ErrorOf("9S9"), "INVALID_FORMAT.UNEXPECTED_TOKEN");
  EXPECT_EQ(ErrorOf("SS9"), "INVALID_FORMAT.WRONG_NUM_TOKEN");
  EXPECT_EQ(ErrorOf("9.9.9"), "INVALID_FORMAT.WRONG_NUM_TOKEN");
  EXPECT_EQ(ErrorOf("9$"), "INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT");
  EXPECT_EQ(ErrorOf("9,"), "INVALID_FORMAT.CONT_THOUSANDS_SEPS");
  EXPECT_EQ(ErrorOf(",9"), "INVALID_FORMAT.CONT_THOUSANDS_SEPS");
  EXPECT_EQ(ErrorOf("9.9,9"), "INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC");
}

TEST(NumberFormatTest, TellsPrecisionAndScale) {
  const NumberFormat format = NumberFormat::Make("s$9,990D09").ValueOrDie();
  EXPECT_EQ(format.precision(), 6);
  EXPECT_EQ(format.scale(), 2);
  EXPECT_EQ(format.Parse("-$1,234.5")->ToString(2), "-1234.50");
}

}  // namespace
}  // namespace tarn
