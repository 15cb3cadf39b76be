#include "values/spark_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tarn {
namespace {

TEST(SparkTextTest, Doubles) {
  EXPECT_EQ(SparkDoubleText(0), "0.0");
  EXPECT_EQ(SparkDoubleText(-0.0), "-0.0");
  EXPECT_EQ(SparkDoubleText(1), "1.0");
  EXPECT_EQ(SparkDoubleText(-1.5), "-1.5");
  EXPECT_EQ(SparkDoubleText(218.93179), "218.93179");
  EXPECT_EQ(SparkDoubleText(0.001), "0.001");
  EXPECT_EQ(SparkDoubleText(0.0123), "0.0123");
  EXPECT_EQ(SparkDoubleText(0.0001), "1.0E-4");
  EXPECT_EQ(SparkDoubleText(123456), "123456.0");
  EXPECT_EQ(SparkDoubleText(1234567.5), "1234567.5");
  EXPECT_EQ(SparkDoubleText(9999999), "9999999.0");
  EXPECT_EQ(SparkDoubleText(1e7), "1.0E7");
  EXPECT_EQ(SparkDoubleText(1.25e300), "1.25E300");
  EXPECT_EQ(SparkDoubleText(std::nan("")), "NaN");
  EXPECT_EQ(SparkDoubleText(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(SparkDoubleText(0.002), "0.002");
  EXPECT_EQ(SparkDoubleText(4.9e-324), "4.9E-324");
  EXPECT_EQ(SparkDoubleText(1.5e-323), "1.5E-323");
  EXPECT_EQ(SparkDoubleText(2.0e-323), "2.0E-323");
  EXPECT_EQ(SparkFloatText(1.4e-45F), "1.4E-45");
  EXPECT_EQ(SparkFloatText(2.8e-45F), "2.8E-45");
  EXPECT_EQ(SparkFloatText(-9.8e-45F), "-9.8E-45");
  EXPECT_EQ(SparkFloatText(0.1F), "0.1");
  EXPECT_EQ(SparkFloatText(1.0e10F), "1.0E10");
  // Java writes more digits than needed of large whole numbers, and of what lies just as far from
  // two numbers.
  EXPECT_EQ(SparkFloatText(1234567890.0F), "1.23456794E9");
  EXPECT_EQ(SparkFloatText(9007199254740992.0F), "9.0071993E15");
  EXPECT_EQ(SparkFloatText(0x1p-126F), "1.17549435E-38");
  EXPECT_EQ(SparkFloatText(0x1p-145F), "2.24E-44");
  EXPECT_EQ(SparkDoubleText(0x1p60), "1.15292150460684698E18");
  EXPECT_EQ(SparkDoubleText(0x1p62), "4.6116860184273879E18");
  EXPECT_EQ(SparkDoubleText(0x1p63), "9.223372036854776E18");
  EXPECT_EQ(SparkDoubleText(2e23), "1.9999999999999998E23");
  EXPECT_EQ(SparkDoubleText(1e23), "9.999999999999999E22");
  EXPECT_EQ(SparkDoubleText(1e22), "1.0E22");
  EXPECT_EQ(SparkDoubleText(std::numeric_limits<double>::max()), "1.7976931348623157E308");
}

TEST(SparkTextTest, Dates) {
  EXPECT_EQ(SparkDateText(0), "1970-01-01");
  EXPECT_EQ(SparkDateText(-1), "1969-12-31");
  EXPECT_EQ(SparkDateText(17856), "2018-11-21");
  EXPECT_EQ(SparkDateText(11016), "2000-02-29");
  EXPECT_EQ(SparkDateText(-719162), "0001-01-01");
  EXPECT_EQ(SparkDateText(-719163), "0000-12-31");
  EXPECT_EQ(SparkDateText(-719529), "-0001-12-31");
  EXPECT_EQ(SparkDateText(2932897), "+10000-01-01");
}

TEST(SparkTextTest, Timestamps) {
  EXPECT_EQ(SparkTimestampText(0), "1970-01-01 00:00:00");
  EXPECT_EQ(SparkTimestampText(-1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(SparkTimestampText(1542837407796000), "2018-11-21 21:56:47.796");
  EXPECT_EQ(SparkTimestampText(1542837407000010), "2018-11-21 21:56:47.00001");
}

TEST(SparkTextTest, Decimals) {
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128(150), 2), "1.50");
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128(-5), 2), "-0.05");
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128(0), 3), "0.000");
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128(42), 0), "42");
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128(42), -2), "4200");
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128(1), 10), "0.0000000001");
  EXPECT_EQ(SparkDecimalText(arrow::Decimal128("-99999999999999999999999999999999999999"), 0),
            "-99999999999999999999999999999999999999");
}

}  // namespace
}  // namespace tarn
