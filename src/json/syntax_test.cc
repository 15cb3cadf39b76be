// What RFC 8259 and UTF-8 allow, in values that are read and in those that nobody reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scan_for_test_internal.h"

namespace tarn::json {
namespace {

using std::string_literals::operator""s;

std::vector<std::string> ValidValues() {
  return {
      "null",
      "true",
      "false",
      "0",
      "-0",
      "1",
      "-1",
      "10",
      "1234567890123456789012345678901234567890",
      "0.0",
      "-0.5",
      "1.25",
      "0.00000000000000000000000000000000000000001",
      "1e5",
      "1E5",
      "1e+5",
      "1e-5",
      "0e0",
      "0.1e1",
      "-1.5E-10",
      "1e400",
      "123456789012345678901234567890.5e-7",
      R"("")",
      R"("a")",
      R"(" ")",
      R"("\"")",
      R"("\\")",
      R"("\/")",
      R"("\b\f\n\r\t")",
      R"("\u0000")",
      R"("\u00e9\u20AC")",
      R"("\ud83d\ude00")",
      R"("\uD83D\uDE00x")",
      R"("\uFFFF")",
      R"("\\\\\\\"")",
      R"("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz")",
      "\"\x7F\"",
      "\"\xC2\x80\"",
      "\"\xDF\xBF\"",
      "\"\xE0\xA0\x80\"",
      "\"\xED\x9F\xBF\"",
      "\"\xEE\x80\x80\"",
      "\"\xEF\xBF\xBF\"",
      "\"\xF0\x90\x80\x80\"",
      "\"\xF4\x8F\xBF\xBF\"",
      "\"é€😀é\"",
      "[]",
      "[ ]",
      "[1]",
      "[1,2]",
      "[ 1 , [ ] , { } ]",
      "{}",
      "{ }",
      R"({"a":1})",
      R"({"a":{"b":[{"c":null}]},"a":[]})",
      R"({ "a" : 1 , "b" : "]}" })",
      R"({"":0})",
      R"({"\u0061\"":0})",
      "\t1\t",
      "[\t\r]",
  };
}

std::vector<std::string> InvalidValues() {
  return {
      "",
      "nul",
      "nulL",
      "Null",
      "nulll",
      "tru",
      "True",
      "truefalse",
      "fals",
      "NaN",
      "Infinity",
      "-Infinity",
      "+1",
      "-",
      "--1",
      "01",
      "-01",
      "00",
      "1.",
      ".5",
      "-.5",
      "1.e5",
      "1e",
      "1e+",
      "1e-",
      "1E",
      "1e5.5",
      "0x10",
      "1_000",
      "1 2",
      "1a",
      "- 1",
      "0.5.5",
      "1..5",
      R"(")",
      R"("a)",
      "'a'",
      "a",
      R"("\")",
      R"("\x")",
      R"("\a")",
      R"("\u")",
      R"("\u12")",
      R"("\u123g")",
      R"("\U0041")",
      R"("\ud800")",
      R"("\udc00")",
      R"("\ud800x")",
      R"("\ud800\n")",
      R"("\ud800\u0041")",
      R"("\ud800\ud800")",
      R"("\udc00\ud800")",
      R"("\\\")",
      "\"\t\"",
      "\"a\x01\"",
      "\"\x1F\"",
      "\"\0\""s,
      "\"\x80\"",
      "\"\xBF\"",
      "\"\xC0\xAF\"",
      "\"\xC1\xBF\"",
      "\"\xC2\"",
      "\"\xC2\xC2\"",
      "\"\xE0\x80\x80\"",
      "\"\xE0\x9F\xBF\"",
      "\"\xE2\x82\"",
      "\"\xE2\x28\xA1\"",
      "\"\xED\xA0\x80\"",
      "\"\xED\xBF\xBF\"",
      "\"\xF0\x80\x80\x80\"",
      "\"\xF0\x8F\xBF\xBF\"",
      "\"\xF4\x90\x80\x80\"",
      "\"\xF5\x80\x80\x80\"",
      "\"\xF0\x9F\x98\"",
      "\"\xFE\"",
      "\"\xFF\"",
      "\"é\x80\"",
      "\"\\\xC3\xA9\"",
      "[",
      "]",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1}",
      "[[1]",
      "[1]]",
      "{",
      "}",
      "{1}",
      "{a:1}",
      "{'a':1}",
      R"({"a"})",
      R"({"a":})",
      R"({"a":1,})",
      R"({,"a":1})",
      R"({"a" 1})",
      R"({"a":1 "b":2})",
      R"({"a":1]})",
      R"({"a"::1})",
      R"({"a":1}})",
      R"({"a":"\x"})",
      "{\"\x01\":1}",
      "{\"\xFF\":1}",
      R"({"\ud800":1})",
      "/**/1",
      "1//",
      "\x0B\x31",
      "\xC2\xA0\x31",
      "\xEF\xBB\xBF\x31",
      "\0"s,
      "1\0"s,
      "[1,\0]"s,
  };
}

// Each value is put where a reader may take another path: alone, first, in the middle, last,
// repeated so that the record before predicts it, and padded to lie across vectors.
std::vector<std::string> RecordsWith(const std::string& value) {
  std::vector<std::string> records;
  for (const int padding : {0, 7, 13, 31, 32, 70}) {
    const std::string filler = "\"p\":\"" + std::string(padding, 'x') + "\",";
    records.push_back("{" + filler + "\"v\":" + value + "}");
    records.push_back("{" + filler + "\"v\":" + value + ",\"q\":1}");
  }
  records.push_back("{\"v\":" + value + "}");
  records.push_back("{\"n\":[0," + value + "]}");
  records.push_back("{\"n\":{\"k\":[" + value + ",0]}}");
  return records;
}

ScanOptions ReadNothing() {
  ScanOptions options = Options({arrow::field("other", arrow::utf8())});
  return options;
}

ScanOptions ReadValue() { return Options({arrow::field("v", arrow::utf8())}); }

class SyntaxTest : public testing::TestWithParam<bool> {
 protected:
  ScanOptions options() const { return GetParam() ? ReadValue() : ReadNothing(); }
};

TEST_P(SyntaxTest, AcceptsWhatIsValid) {
  for (const std::string& value : ValidValues()) {
    for (const std::string& record : RecordsWith(value)) {
      const ScanResult result = ScanOrDie(options(), record + "\n" + record + "\n" + record);
      EXPECT_EQ(result.batch->num_rows(), 3) << record;
      EXPECT_TRUE(result.bad_records.empty()) << record << ": " << result.bad_records[0].reason;
      EXPECT_TRUE(result.batch->ValidateFull().ok()) << record;
    }
  }
}

TEST_P(SyntaxTest, RefusesWhatIsNot) {
  for (const std::string& value : InvalidValues()) {
    for (const std::string& record : RecordsWith(value)) {
      const ScanResult result = ScanOrDie(options(), record + "\n" + record + "\n");
      EXPECT_EQ(result.batch->num_rows(), 0) << record;
      EXPECT_EQ(result.bad_records.size(), 2) << record;
    }
  }
}

// The record before has the same shape, so that the predicted path meets the error.
TEST_P(SyntaxTest, RefusesItAfterAValidRecord) {
  for (const std::string& value : InvalidValues()) {
    const std::string before = "{\"a\":1,\"v\":\"x\",\"z\":2}\n";
    const std::string bad = "{\"a\":1,\"v\":" + value + ",\"z\":2}\n";
    const ScanResult result = ScanOrDie(options(), before + bad + before);
    EXPECT_EQ(result.batch->num_rows(), 2) << bad;
    ASSERT_EQ(result.bad_records.size(), 1) << bad;
    EXPECT_EQ(result.bad_records[0].line, 1) << bad;
    EXPECT_EQ(result.bad_records[0].byte_offset, before.size()) << bad;
    EXPECT_EQ(result.bad_records[0].num_bytes, bad.size() - 1) << bad;
    EXPECT_GE(result.bad_records[0].error_offset, before.size()) << bad;
    EXPECT_LT(result.bad_records[0].error_offset, before.size() + bad.size()) << bad;
  }
}

INSTANTIATE_TEST_SUITE_P(ReadOrNot, SyntaxTest, testing::Bool());

TEST(RecordSyntaxTest, RefusesWhatIsNoRecord) {
  for (const char* line : {"1", "null", "\"a\"", "[]", "[{\"v\":1}]", "{", "{\"v\":1", "{\"v\":1,",
                           "{\"v\"", "{\"v\":1}x", "{\"v\":1}{\"v\":2}", "{\"v\":1},",
                           "{\"v\":1} 2", "}", "\xEF\xBB\xBF{}", "{v:1}", "\v{}"}) {
    const std::string block = std::string("{\"v\":0}\n") + line + "\n{\"v\":2}\n";
    const ScanResult result = ScanOrDie(ReadValue(), block);
    EXPECT_THAT(RowsOf(result), testing::ElementsAre("0", "2")) << line;
    EXPECT_EQ(result.bad_records.size(), 1) << line;
  }
}

TEST(RecordSyntaxTest, ErrorNamesWhatWasExpected) {
  const auto reason = [](const std::string& line) {
    return ScanOrDie(ReadValue(), line + "\n").bad_records.at(0).reason;
  };
  EXPECT_EQ(reason("1"), "expected '{', the start of a record");
  EXPECT_EQ(reason("{\"v\":1"), "the record ends too early");
  EXPECT_EQ(reason("{\"v\":\"a"), "the record ends too early");
  EXPECT_EQ(reason("{\"v\" 1}"), "expected ':' after a key");
  EXPECT_EQ(reason("{v:1}"), "expected a key in double quotes");
  EXPECT_EQ(reason("{\"v\":x}"), "expected a value");
  EXPECT_EQ(reason("{\"v\":[1}]"), "expected ',' or ']' after a value");
  EXPECT_EQ(reason("{\"v\":01}"), "a number must not start with 0 and another digit");
  EXPECT_EQ(reason("{\"v\":1.}"), "expected a digit after the point of a number");
  EXPECT_EQ(reason("{\"v\":1e}"), "expected a digit in the exponent of a number");
  EXPECT_EQ(reason("{\"v\":-}"), "expected a digit in a number");
  EXPECT_EQ(reason("{\"v\":\"\\x\"}"), "invalid escape sequence in a string");
  EXPECT_EQ(reason("{\"v\":\"\x01\"}"), "control character in a string; it must be escaped");
  EXPECT_EQ(reason("{\"v\":\"\xFF\"}"), "invalid UTF-8 in a string");
  EXPECT_EQ(reason("{\"v\":1} x"), "expected the end of the line after a record");
}

TEST(RecordSyntaxTest, DeepNestingNeedsNoStack) {
  ScanOptions options = ReadValue();
  options.depth_max = 1 << 20;
  const int depth = 1 << 19;
  const std::string nested = std::string(depth, '[') + std::string(depth, ']');
  EXPECT_EQ(ScanOrDie(options, "{\"v\":" + nested + "}").batch->num_rows(), 1);
  options.depth_max = 64;
  EXPECT_EQ(ScanOrDie(options, "{\"v\":" + nested + "}").bad_records.size(), 1);
}

}  // namespace
}  // namespace tarn::json
