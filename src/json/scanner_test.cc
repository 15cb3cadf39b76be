#include "json/scanner.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

TEST(ScannerTest, ReadsRecordsInOrder) {
  const ScanResult result =
      ScanOrDie(Options({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8())}),
                "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n{\"b\":\"z\",\"a\":-3}\n");
  EXPECT_EQ(result.num_records, 3);
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("1|x", "2|y", "-3|z"));
  EXPECT_TRUE(result.batch->ValidateFull().ok());
}

TEST(ScannerTest, OutputPicksAndOrdersColumns) {
  ScanOptions options =
      Options({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8()),
               arrow::field("c", arrow::float64())});
  options.output = {2, 0};
  const ScanResult result =
      ScanOrDie(options, "{\"a\":1,\"b\":\"x\",\"c\":1.5}\n{\"a\":2,\"b\":3,\"c\":2}\n");
  EXPECT_EQ(result.batch->schema()->field_names(), (std::vector<std::string>{"c", "a"}));
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("1.5|1", "2|2"));
}

TEST(ScannerTest, NoColumnsStillCountRows) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.output = {};
  const ScanResult result = ScanOrDie(options, "{\"a\":1}\n{}\n");
  EXPECT_EQ(result.batch->num_rows(), 2);
  EXPECT_EQ(result.batch->num_columns(), 0);
}

TEST(ScannerTest, MissingAndNullAreNull) {
  const ScanResult result =
      ScanOrDie(Options({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8())}),
                "{\"a\":1}\n{\"b\":\"y\"}\n{\"b\":null,\"a\":null}\n{}\n");
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("1|null", "null|y", "null|null", "null|null"));
}

TEST(ScannerTest, LastOfDuplicateKeysWins) {
  EXPECT_THAT(RowsOf(ScanOrDie(Options({arrow::field("a", arrow::int64())}),
                               "{\"a\":1,\"a\":2}\n{\"a\":3,\"\\u0061\":4}\n{\"a\":5,\"a\":6}")),
              testing::ElementsAre("2", "4", "6"));
}

TEST(ScannerTest, UnknownKeysAreCheckedAndSkipped) {
  const ScanResult result =
      ScanOrDie(Options({arrow::field("a", arrow::int64())}),
                "{\"x\":[1,{\"y\":[]}],\"a\":1,\"z\":{}}\n{\"x\":[1,{\"y\":[}],\"a\":1}\n");
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("1"));
  ASSERT_EQ(result.bad_records.size(), 1);
  EXPECT_EQ(result.bad_records[0].line, 1);
}

TEST(ScannerTest, LinesMayBeBlankEndWithCarriageReturnsOrNotAtAll) {
  EXPECT_THAT(RowsOf(ScanOrDie(Options({arrow::field("a", arrow::int64())}),
                               "\xEF\xBB\xBF\n \r\n{\"a\":1}\r\n\n\t{\"a\":2} \r\n{\"a\":3}")),
              testing::ElementsAre("1", "2", "3"));
}

TEST(ScannerTest, EmptyBlockGivesEmptyBatch) {
  for (const char* block : {"", "\n", " ", "\xEF\xBB\xBF"}) {
    const ScanResult result = ScanOrDie(Options({arrow::field("a", arrow::utf8())}), block);
    EXPECT_EQ(result.num_records, 0);
    EXPECT_EQ(result.batch->num_rows(), 0);
    EXPECT_TRUE(result.batch->ValidateFull().ok());
  }
}

TEST(ScannerTest, BadRecordSaysWhereAndWhy) {
  const std::string block = "{\"a\":1}\n{\"a\":1 \"b\"}\r\n{\"a\":\"abc\"}\n{\"a\":2}\n";
  const ScanResult result = ScanOrDie(Options({arrow::field("a", arrow::int64())}), block);
  EXPECT_EQ(result.num_records, 4);
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("1", "2"));
  ASSERT_EQ(result.bad_records.size(), 2);
  const BadRecord& syntax = result.bad_records[0];
  EXPECT_EQ(block.substr(syntax.byte_offset, syntax.num_bytes), "{\"a\":1 \"b\"}");
  EXPECT_EQ(syntax.line, 1);
  EXPECT_EQ(syntax.error_offset, 15);
  EXPECT_EQ(syntax.reason, "expected ',' or '}' after a value");
  const BadRecord& type = result.bad_records[1];
  EXPECT_EQ(block.substr(type.byte_offset, type.num_bytes), "{\"a\":\"abc\"}");
  EXPECT_EQ(type.line, 2);
  EXPECT_EQ(block.substr(type.error_offset, 3), "abc");
  EXPECT_EQ(type.reason, "field a: 'abc' is not BIGINT");
}

TEST(ScannerTest, ValuesFollowEachOther) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.framing = Framing::kValues;
  EXPECT_THAT(RowsOf(ScanOrDie(options, "{\n  \"a\" : 1\n}\n{\"a\":2}{\"a\":3} {\"a\":\n4}\n")),
              testing::ElementsAre("1", "2", "3", "4"));
}

TEST(ScannerTest, BadValueTakesTheRestOfTheBlock) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.framing = Framing::kValues;
  const std::string block = "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":2}\n{\"a\":}\n{\"a\":3}\n";
  const ScanResult result = ScanOrDie(options, block);
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("1", "2"));
  ASSERT_EQ(result.bad_records.size(), 2);
  EXPECT_EQ(result.bad_records[0].reason, "field a: 'x' is not BIGINT");
  EXPECT_EQ(block.substr(result.bad_records[1].byte_offset, result.bad_records[1].num_bytes),
            "{\"a\":}\n{\"a\":3}");
  EXPECT_EQ(result.bad_records[1].line, 3);
}

TEST(ScannerTest, DepthIsLimited) {
  ScanOptions options = Options({arrow::field("a", arrow::utf8())});
  options.depth_max = 3;
  const ScanResult result =
      ScanOrDie(options, "{\"a\":[[1]]}\n{\"a\":[[[1]]]}\n{\"b\":{\"c\":{}}}\n");
  EXPECT_THAT(RowsOf(result), testing::ElementsAre("[[1]]", "null"));
  ASSERT_EQ(result.bad_records.size(), 1);
  EXPECT_EQ(result.bad_records[0].reason, "too many levels of nesting");
}

TEST(ScannerTest, OptionsThatContradictAreErrors) {
  ScanOptions options = Options({arrow::field("a", arrow::utf8())});
  options.output = {1};
  EXPECT_TRUE(Scanner::Make(options).status().IsInvalid());
  EXPECT_TRUE(
      Scanner::Make(Options({arrow::field("a", arrow::utf8()), arrow::field("a", arrow::int64())}))
          .status()
          .IsInvalid());
  EXPECT_TRUE(
      Scanner::Make(Options({arrow::field("a", arrow::uint16())})).status().IsNotImplemented());
}

TEST(ScannerTest, LastLineEnd) {
  EXPECT_EQ(LastLineEnd(""), 0);
  EXPECT_EQ(LastLineEnd("abc"), 0);
  EXPECT_EQ(LastLineEnd("abc\n"), 4);
  EXPECT_EQ(LastLineEnd("a\nbc"), 2);
}

}  // namespace
}  // namespace tarn::json
