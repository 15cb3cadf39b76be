#include "cli/cell_text.h"

#include <arrow/array/util.h>
#include <arrow/builder.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

namespace tarn::cli {
namespace {

std::shared_ptr<arrow::Array> FromJson(const std::shared_ptr<arrow::DataType>& type,
                                       const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

std::string TextOf(const std::shared_ptr<arrow::DataType>& type, const std::string& value) {
  return FormatCell(*FromJson(type, "[" + value + "]"), 0).text;
}

TEST(FormatCell, NullIsDimAndDiffersFromTheStringNull) {
  auto strings = FromJson(arrow::utf8(), R"([null, "NULL", "", "null"])");
  EXPECT_EQ(FormatCell(*strings, 0).text, "NULL");
  EXPECT_TRUE(FormatCell(*strings, 0).is_dim);
  EXPECT_EQ(FormatCell(*strings, 1).text, "\"NULL\"");
  EXPECT_FALSE(FormatCell(*strings, 1).is_dim);
  EXPECT_EQ(FormatCell(*strings, 2).text, "\"\"");
  EXPECT_EQ(FormatCell(*strings, 3).text, "null");
}

TEST(FormatCell, StringsArePrintable) {
  EXPECT_EQ(TextOf(arrow::utf8(), R"("a\u001b\n日")"), "a\\u001b\\n日");
}

TEST(FormatCell, Numbers) {
  EXPECT_EQ(TextOf(arrow::int64(), "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(TextOf(arrow::int8(), "-1"), "-1");
  EXPECT_EQ(TextOf(arrow::float64(), "1"), "1.0");
  EXPECT_EQ(TextOf(arrow::float64(), "277.15955"), "277.15955");
  EXPECT_EQ(TextOf(arrow::float64(), "1e300"), "1e+300");
  EXPECT_EQ(TextOf(arrow::float64(), "NaN"), "nan");
  EXPECT_EQ(TextOf(arrow::float32(), "0.1"), "0.1");
  EXPECT_EQ(TextOf(arrow::decimal128(10, 2), "\"-3.50\""), "-3.50");
  EXPECT_EQ(TextOf(arrow::boolean(), "true"), "true");
}

TEST(FormatCell, DatesAndTimes) {
  EXPECT_EQ(TextOf(arrow::date32(), "17856"), "2018-11-21");
  EXPECT_EQ(TextOf(arrow::date32(), "-1"), "1969-12-31");
  auto timestamp = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  EXPECT_EQ(TextOf(timestamp, "1542837407796000"), "2018-11-21 21:56:47.796");
  EXPECT_EQ(TextOf(timestamp, "1542837407000000"), "2018-11-21 21:56:47");
  EXPECT_EQ(TextOf(timestamp, "-1"), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(TextOf(arrow::timestamp(arrow::TimeUnit::SECOND), "0"), "1970-01-01 00:00:00");
  EXPECT_EQ(TextOf(arrow::timestamp(arrow::TimeUnit::NANO), "1"), "1970-01-01 00:00:00.000000001");
}

TEST(FormatCell, TimestampsByTheZonesClocks) {
  const TimeZone* berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  const auto zoned = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const auto text_of = [&](const std::shared_ptr<arrow::DataType>& type, const std::string& value) {
    return FormatCell(*FromJson(type, "[" + value + "]"), 0, *berlin).text;
  };
  EXPECT_EQ(text_of(zoned, "1542837407796000"), "2018-11-21 22:56:47.796");
  EXPECT_EQ(text_of(arrow::list(zoned), "[0, null]"), "[1970-01-01 01:00:00, NULL]");
  EXPECT_EQ(text_of(arrow::timestamp(arrow::TimeUnit::MICRO), "0"), "1970-01-01 00:00:00");
}

TEST(FormatCell, NestedValues) {
  EXPECT_EQ(TextOf(arrow::list(arrow::int32()), "[1, null, 3]"), "[1, NULL, 3]");
  EXPECT_EQ(TextOf(arrow::list(arrow::utf8()), "[]"), "[]");
  EXPECT_EQ(
      TextOf(arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::utf8())}),
             R"({"a": 1, "b": "x"})"),
      "{1, x}");
  EXPECT_EQ(TextOf(arrow::map(arrow::utf8(), arrow::int32()), R"([["k", 1], ["l", null]])"),
            "{k -> 1, l -> NULL}");
  EXPECT_EQ(TextOf(arrow::binary(), "\"ab\""), "0x6162");
  auto dictionary = FromJson(arrow::dictionary(arrow::int32(), arrow::utf8()), R"(["x", null])");
  EXPECT_EQ(FormatCell(*dictionary, 0).text, "x");
  EXPECT_EQ(FormatCell(*dictionary, 1).text, "NULL");
}

TEST(ColumnFor, NumbersGoRightAndTimesStayWhole) {
  for (const auto& type : {arrow::int32(), arrow::float64(), arrow::decimal128(10, 2)}) {
    EXPECT_TRUE(ColumnFor(*arrow::field("a", type)).is_number) << *type;
  }
  for (const auto& type : {arrow::utf8(), arrow::boolean(), arrow::date32()}) {
    EXPECT_FALSE(ColumnFor(*arrow::field("a", type)).is_number) << *type;
  }
  EXPECT_TRUE(ColumnFor(*arrow::field("a", arrow::date32())).is_whole);
  EXPECT_FALSE(ColumnFor(*arrow::field("a", arrow::utf8())).is_whole);
  EXPECT_EQ(ColumnFor(*arrow::field("a\n", arrow::utf8())).header, "a\\n");
}

}  // namespace
}  // namespace tarn::cli
