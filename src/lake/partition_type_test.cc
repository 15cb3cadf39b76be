#include "lake/partition_type.h"

#include <gtest/gtest.h>

namespace tarn::lake {
namespace {

std::string Infer(std::vector<std::optional<std::string>> values) {
  return InferPartitionType(values)->ToString();
}

TEST(InferPartitionTypeTest, OneKind) {
  EXPECT_EQ(Infer({"2018", "-3", "+4", "007"}), "int32");
  EXPECT_EQ(Infer({"1", "3000000000"}), "int64");
  EXPECT_EQ(Infer({"1.5", "1E5"}), "double");
  EXPECT_EQ(Infer({"NaN", "-Infinity"}), "double");
  EXPECT_EQ(Infer({"2018-11-21"}), "date32[day]");
  EXPECT_EQ(Infer({"2018-11-21 21:56:47.796"}), "timestamp[us, tz=UTC]");
  EXPECT_EQ(Infer({"AR1", "x"}), "string");
}

TEST(InferPartitionTypeTest, Mixtures) {
  EXPECT_EQ(Infer({"1", "1.5"}), "double");
  EXPECT_EQ(Infer({"3000000000", "1.5"}), "string");
  EXPECT_EQ(Infer({"2018-11-21", "2018-11-21 00:00:00"}), "timestamp[us, tz=UTC]");
  EXPECT_EQ(Infer({"2018-11-21", "1"}), "string");
  EXPECT_EQ(Infer({"1", "x"}), "string");
  EXPECT_EQ(Infer({std::nullopt, "1"}), "int32");
  EXPECT_EQ(Infer({std::nullopt}), "string");
}

TEST(InferPartitionTypeTest, NearMissesAreStrings) {
  for (const std::string text : {"", "2018-13-01", "2018-1-1", "nan", "inf", "1 ", "+-1", "0x10",
                                 "2018-11-21T00:00:00", "1e5x"}) {
    EXPECT_EQ(Infer({text}), "string") << text;
  }
}

TEST(PartitionScalarTest, TheValueOfEachType) {
  const auto value = [](const std::string& text) {
    const std::vector<std::optional<std::string>> values = {text};
    return PartitionScalar(text, InferPartitionType(values)).ValueOrDie()->ToString();
  };
  EXPECT_EQ(value("007"), "7");
  EXPECT_EQ(value("+3000000000"), "3000000000");
  EXPECT_EQ(value("1.5"), "1.5");
  EXPECT_EQ(value("2018-11-21"), "2018-11-21");
  EXPECT_EQ(value("2018-11-21 21:56:47.5"), "2018-11-21 21:56:47.500000Z");
  EXPECT_EQ(value("x"), "x");
  EXPECT_FALSE(PartitionScalar(std::nullopt, arrow::int32()).ValueOrDie()->is_valid);
  EXPECT_FALSE(PartitionScalar("x", arrow::int32()).ok());
}

TEST(PartitionScalarTest, ADateAsTimestamp) {
  const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  EXPECT_EQ(PartitionScalar("2018-11-21", type).ValueOrDie()->ToString(),
            "2018-11-21 00:00:00.000000Z");
}

}  // namespace
}  // namespace tarn::lake
