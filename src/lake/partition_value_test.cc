#include "lake/partition_value.h"

#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

const auto kTimestamp = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");

std::string Value(const std::string& text, const std::shared_ptr<arrow::DataType>& type) {
  return PartitionScalar(text, type).ValueOrDie()->ToString();
}

TEST(PartitionScalarTest, TheValueOfEachType) {
  EXPECT_EQ(Value("007", arrow::int32()), "7");
  EXPECT_EQ(Value("-3", arrow::int8()), "-3");
  EXPECT_EQ(Value("3000000000", arrow::int64()), "3000000000");
  EXPECT_EQ(Value("1.5", arrow::float64()), "1.5");
  EXPECT_EQ(Value("true", arrow::boolean()), "true");
  EXPECT_EQ(Value("-1.50", arrow::decimal128(9, 2)), "-1.50");
  EXPECT_EQ(Value("2018-11-21", arrow::date32()), "2018-11-21");
  EXPECT_EQ(Value("2018-11-21 21:56:47.5", kTimestamp), "2018-11-21 21:56:47.500000Z");
  EXPECT_EQ(Value("2018-11-21", kTimestamp), "2018-11-21 00:00:00.000000Z");
  EXPECT_TRUE(PartitionScalar("+12345-01-01", arrow::date32()).ok());
  EXPECT_EQ(Value("00123", arrow::utf8()), "00123");
  EXPECT_FALSE(PartitionScalar(std::nullopt, arrow::int32()).ValueOrDie()->is_valid);
}

TEST(PartitionScalarTest, TimestampsAreOfTheZone) {
  const TimeZone* berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  const std::string text = "2018-11-21 21:56:47.5";
  EXPECT_EQ(PartitionScalar(text, kTimestamp, *berlin).ValueOrDie()->ToString(),
            "2018-11-21 20:56:47.500000Z");
  const auto ntz = arrow::timestamp(arrow::TimeUnit::MICRO);
  EXPECT_EQ(PartitionScalar(text, ntz, *berlin).ValueOrDie()->ToString(),
            "2018-11-21 21:56:47.500000");
}

TEST(InferPartitionTypeTest, IsThatOfAllValues) {
  const auto infer = [](const std::vector<std::optional<std::string>>& values) {
    return InferPartitionType(values)->ToString();
  };
  EXPECT_EQ(infer({"7", "-3", "007", "+5", std::nullopt}), "int32");
  EXPECT_EQ(infer({"7", "3000000000"}), "int64");
  EXPECT_EQ(infer({"12345678901234567890"}), "decimal128(20, 0)");
  EXPECT_EQ(infer({"7", "1.5", "1e3"}), "double");
  EXPECT_EQ(infer({"3000000000", "1.5"}), "string");
  EXPECT_EQ(infer({"2024-01-31"}), "date32[day]");
  EXPECT_EQ(infer({"2024-01-31", "2024-01-31 12:30:00"}), "timestamp[us, tz=UTC]");
  EXPECT_EQ(infer({"2024-01-31", "7"}), "string");
  EXPECT_EQ(infer({"12:30:00", "12:30:00.5"}), "time64[us]");
  EXPECT_EQ(infer({"12:30:00", "2024-01-31"}), "string");
  EXPECT_EQ(infer({"2024-1-5"}), "string");
  EXPECT_EQ(infer({"2024-01-31T12:30:00"}), "string");
  EXPECT_EQ(infer({"2024-01-31 12:30"}), "string");
  EXPECT_EQ(infer({"NO", "1"}), "string");
  EXPECT_EQ(infer({""}), "string");
  EXPECT_EQ(infer({std::nullopt}), "string");
}

TEST(PartitionScalarTest, WhatIsNoneOfTheType) {
  EXPECT_FALSE(PartitionScalar("x", arrow::int32()).ok());
  EXPECT_FALSE(PartitionScalar("1.555", arrow::decimal128(9, 2)).ok());
  EXPECT_FALSE(PartitionScalar("2018-13-01", arrow::date32()).ok());
}

}  // namespace
}  // namespace tarn::lake
