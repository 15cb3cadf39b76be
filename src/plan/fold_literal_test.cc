#include "plan/fold_literal.h"

#include <gtest/gtest.h>

namespace tarn::plan {
namespace {

const auto kTimestamp = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");

std::string Fold(const arrow::Scalar& literal, const std::shared_ptr<arrow::DataType>& type,
                 const TimeZone* zone = &TimeZone::Utc()) {
  std::shared_ptr<arrow::Scalar> folded = FoldCast(literal, type, zone);
  if (folded == nullptr) return "left to run time";
  EXPECT_TRUE(folded->type->Equals(*type));
  return folded->ToString();
}

std::string FoldText(const std::string& text, const std::shared_ptr<arrow::DataType>& type) {
  return Fold(arrow::StringScalar(text), type);
}

TEST(FoldCast, Integers) {
  EXPECT_EQ(Fold(arrow::Int32Scalar(5), arrow::int64()), "5");
  EXPECT_EQ(Fold(arrow::Int32Scalar(127), arrow::int8()), "127");
  EXPECT_EQ(Fold(arrow::Int32Scalar(128), arrow::int8()), "left to run time");
  EXPECT_EQ(Fold(arrow::Int64Scalar(-5), arrow::float64()), "-5");
  EXPECT_EQ(Fold(arrow::Int32Scalar(5), arrow::decimal128(4, 2)), "5.00");
  EXPECT_EQ(Fold(arrow::Int32Scalar(500), arrow::decimal128(4, 2)), "left to run time");
  EXPECT_EQ(Fold(arrow::Int32Scalar(5), arrow::utf8()), "left to run time");
}

TEST(FoldCast, Decimals) {
  auto tenth = ParseDecimalLiteral("0.1").ValueOrDie();
  EXPECT_EQ(
      static_cast<const arrow::DoubleScalar&>(*FoldCast(*tenth, arrow::float64(), nullptr)).value,
      0.1);
  EXPECT_EQ(Fold(*tenth, arrow::decimal128(5, 3)), "0.100");
  EXPECT_EQ(Fold(*tenth, arrow::decimal128(5, 0)), "left to run time");
  EXPECT_EQ(Fold(*tenth, arrow::int32()), "left to run time");
}

TEST(FoldCast, Texts) {
  EXPECT_EQ(FoldText("2018-11-01", arrow::date32()), "2018-11-01");
  EXPECT_EQ(FoldText("2018-02-30", arrow::date32()), "left to run time");
  EXPECT_EQ(FoldText("2018-1-1", arrow::date32()), "2018-01-01");
  EXPECT_EQ(FoldText("2018-11-01", kTimestamp), "2018-11-01 00:00:00.000000Z");
  EXPECT_EQ(FoldText("1969-12-31 23:59:59.5", kTimestamp), "1969-12-31 23:59:59.500000Z");
  EXPECT_EQ(FoldText("2018-11-01T24:00:00", kTimestamp), "left to run time");
  EXPECT_EQ(FoldText("2018-11-01 12:00:00+01:00", kTimestamp), "2018-11-01 11:00:00.000000Z");
  EXPECT_EQ(FoldText("12", arrow::int64()), "12");
  EXPECT_EQ(FoldText("12 ", arrow::int64()), "left to run time");
  EXPECT_EQ(FoldText("", arrow::int64()), "left to run time");
}

TEST(FoldCast, DatesAndNulls) {
  EXPECT_EQ(Fold(arrow::Date32Scalar(1), kTimestamp), "1970-01-02 00:00:00.000000Z");
  std::shared_ptr<arrow::Scalar> null = FoldCast(arrow::NullScalar(), arrow::utf8(), nullptr);
  EXPECT_FALSE(null->is_valid);
  EXPECT_TRUE(null->type->Equals(*arrow::utf8()));
}

TEST(FoldCast, TimestampsAreOfTheSessionsZone) {
  const TimeZone* berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  const auto ntz = arrow::timestamp(arrow::TimeUnit::MICRO);
  EXPECT_EQ(Fold(arrow::StringScalar("2018-11-01"), kTimestamp, berlin),
            "2018-10-31 23:00:00.000000Z");
  EXPECT_EQ(Fold(arrow::StringScalar("2018-07-01 00:00:00Z"), kTimestamp, berlin),
            "2018-07-01 00:00:00.000000Z");
  EXPECT_EQ(Fold(arrow::Date32Scalar(1), kTimestamp, berlin), "1970-01-01 23:00:00.000000Z");
  EXPECT_EQ(Fold(arrow::Date32Scalar(1), ntz, berlin), "1970-01-02 00:00:00.000000");
  // Where it is not known, the run computes what depends on it.
  EXPECT_EQ(Fold(arrow::StringScalar("2018-11-01"), kTimestamp, nullptr), "left to run time");
  EXPECT_EQ(Fold(arrow::Date32Scalar(1), kTimestamp, nullptr), "left to run time");
  EXPECT_EQ(Fold(arrow::Date32Scalar(1), ntz, nullptr), "1970-01-02 00:00:00.000000");
}

TEST(ParseLiteral, RefusesTheShortestTextOfTheGreatestFloat) {
  EXPECT_TRUE(ParseLiteralOf("3.4028234663852886e38", arrow::float32()).ok());
  EXPECT_TRUE(ParseLiteralOf("1e-46", arrow::float32()).ok());
  EXPECT_FALSE(ParseLiteralOf("3.4028235e38", arrow::float32()).ok());
  EXPECT_FALSE(ParseLiteralOf("-3.4028235e38", arrow::float32()).ok());
  EXPECT_FALSE(ParseLiteralOf("1e400", arrow::float32()).ok());
}

TEST(ParseLiteral, TypesByLengthOfDigits) {
  auto type_of = [](const std::string& digits) {
    return ParseIntegerLiteral(digits).ValueOrDie()->type->ToString();
  };
  EXPECT_EQ(type_of("2147483647"), "int32");
  EXPECT_EQ(type_of("-2147483648"), "int32");
  EXPECT_EQ(type_of("2147483648"), "int64");
  EXPECT_EQ(type_of("9223372036854775808"), "decimal128(19, 0)");
  EXPECT_TRUE(ParseIntegerLiteral(std::string(39, '9')).status().IsInvalid());
  EXPECT_EQ(ParseDecimalLiteral("1.50").ValueOrDie()->type->ToString(), "decimal128(3, 2)");
  EXPECT_EQ(ParseDecimalLiteral(".5").ValueOrDie()->type->ToString(), "decimal128(1, 1)");
  EXPECT_EQ(ParseDecimalLiteral("1e2").ValueOrDie()->type->ToString(), "double");
  EXPECT_TRUE(ParseDecimalLiteral("1e999").status().IsInvalid());
}

}  // namespace
}  // namespace tarn::plan
