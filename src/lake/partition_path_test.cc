#include "lake/partition_path.h"

#include <gtest/gtest.h>

#include "lake/table_for_test.h"

namespace tarn::lake {
namespace {

TEST(EscapePathNameTest, EscapesAsSpark) {
  EXPECT_EQ(EscapePathName("plain-text_1.5 ä日"), "plain-text_1.5 ä日");
  EXPECT_EQ(EscapePathName("\"#%'*/:=?\\{[]^"), "%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E");
  EXPECT_EQ(EscapePathName("\x01\n\x1F\x7F"), "%01%0A%1F%7F");
  // Spark leaves these as they are.
  EXPECT_EQ(EscapePathName("}<>|&~`!@$();,"), "}<>|&~`!@$();,");
}

TEST(EscapePathNameTest, UnescapeIsTheReverse) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(UnescapePathName(EscapePathName(all)), all);
  EXPECT_EQ(UnescapePathName("a%3ab%"), "a:b%");
  EXPECT_EQ(UnescapePathName("%zz%4"), "%zz%4");
  EXPECT_EQ(UnescapePathName("%41"), "A");
}

TEST(PartitionFolderTest, NullAndEmptyShareTheDefault) {
  EXPECT_EQ(PartitionFolder("year", "2018"), "year=2018");
  EXPECT_EQ(PartitionFolder("a=b", "x/y"), "a%3Db=x%2Fy");
  EXPECT_EQ(PartitionFolder("year", std::nullopt), "year=__HIVE_DEFAULT_PARTITION__");
  EXPECT_EQ(PartitionFolder("year", ""), "year=__HIVE_DEFAULT_PARTITION__");
}

TEST(PartitionFolderTest, Parses) {
  const auto entry = ParsePartitionFolder("a%3Db=x%2Fy=z");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->column, "a=b");
  EXPECT_EQ(entry->value, "x/y=z");
  EXPECT_EQ(ParsePartitionFolder("year=__HIVE_DEFAULT_PARTITION__")->value, std::nullopt);
  EXPECT_FALSE(ParsePartitionFolder("plain"));
  EXPECT_FALSE(ParsePartitionFolder("=x"));
}

// The text of the only value of a column of `type`.
std::string TextOf(const std::shared_ptr<arrow::DataType>& type, const std::string& json) {
  EXPECT_TRUE(IsPartitionType(*type));
  const auto batch = Batch(arrow::schema({arrow::field("x", type)}), "[[" + json + "]]");
  return PartitionValueText(*batch->column(0), 0);
}

TEST(PartitionValueTextTest, EveryType) {
  EXPECT_EQ(TextOf(arrow::boolean(), "true"), "true");
  EXPECT_EQ(TextOf(arrow::int8(), "-128"), "-128");
  EXPECT_EQ(TextOf(arrow::int16(), "300"), "300");
  EXPECT_EQ(TextOf(arrow::int32(), "2018"), "2018");
  EXPECT_EQ(TextOf(arrow::int64(), "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(TextOf(arrow::float32(), "0.5"), "0.5");
  EXPECT_EQ(TextOf(arrow::float64(), "1e10"), "1.0E10");
  EXPECT_EQ(TextOf(arrow::utf8(), "\"日本\""), "日本");
  EXPECT_EQ(TextOf(arrow::binary(), "\"ab\""), "ab");
  EXPECT_EQ(TextOf(arrow::date32(), "17856"), "2018-11-21");
  EXPECT_EQ(TextOf(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), "1542837407796000"),
            "2018-11-21 21:56:47.796");
  EXPECT_EQ(TextOf(arrow::timestamp(arrow::TimeUnit::MILLI), "1542837407796"),
            "2018-11-21 21:56:47.796");
  EXPECT_EQ(TextOf(arrow::timestamp(arrow::TimeUnit::NANO), "-1"), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(TextOf(arrow::decimal128(10, 2), "\"1.50\""), "1.50");
}

TEST(PartitionValueTextTest, TimestampsAreOfTheZone) {
  const TimeZone* berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  for (const auto& [zone, text] :
       {std::pair("UTC", "2018-11-21 22:56:47"), std::pair("", "2018-11-21 21:56:47")}) {
    const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, zone);
    const auto batch = Batch(arrow::schema({arrow::field("x", type)}), "[[1542837407000000]]");
    EXPECT_EQ(PartitionValueText(*batch->column(0), 0, *berlin), text);
  }
}

TEST(PartitionValueTextTest, NestedTypesAreNone) {
  EXPECT_FALSE(IsPartitionType(*arrow::list(arrow::int32())));
  EXPECT_FALSE(IsPartitionType(*arrow::struct_({arrow::field("x", arrow::int32())})));
}

}  // namespace
}  // namespace tarn::lake
