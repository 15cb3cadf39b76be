// What RFC 8259 and UTF-8 allow, in values that are read and in those that are not, in every
// framing. The tables hold at least one of each kind that nst/JSONTestSuite has, sorted as there:
// must be accepted, must be refused, and where the RFC leaves it open what this scanner does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include "json/scan_for_test.h"

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
      "[null, 1, \"1\", {}]",
      "[1,null,null,null,2]",
      "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
      "[1E22]",
      "-0.000000000000000000000000000000000000000000000000000000000000000000000000000001",
      R"("\u0060\u012a\u12AB")",
      R"("\uDBFF\uDFFE\uDBFF\uDFFF")",
      R"("\uD834\uDD1E")",
      R"("\\u0000")",
      R"("\\n\"")",
      R"("\u0022\u005C\u2064\uFDD0\uFFFE")",
      R"("a/*b*/c/*d//e")",
      "\"\xE2\x80\xA8\xE2\x80\xA9\xE2\x81\xA4\"",
      "\"\xEF\xB7\x90\xEF\xBF\xBE\xF0\x9B\xBF\xBF\xF4\x8F\xBF\xBE\"",
      "\"\xEF\xBB\xBF\"",
      R"({"a":"b","a":"b","a":"c"})",
      R"({"foo\u0000bar":42})",
  };
}

// The RFC lets a reader limit range and precision of numbers; this one does not.
std::vector<std::string> UnlimitedNumbers() {
  return {
      "123.456e-789",
      "0.4e006699999999999999999999999999999999999999999999999999999999999999999999999999999",
      "-1e+9999",
      "1.5e+9999",
      "-123123e100000",
      "123e-10000000",
      "-123123123123123123123123123123",
      "100000000000000000000",
      "-237462374673276894279832749832423479823246327846",
      "1" + std::string(400, '0'),
      "0." + std::string(400, '0') + "1",
      std::string(70'000, '9') + "." + std::string(70'000, '1') + "e-70000",
  };
}

// After `"v":` a whole record lies before the error, which is no part of it without lines.
const std::string kEndsTheRecord = R"({"a":1}})";

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
      kEndsTheRecord,
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
      "[1 true]",
      "[a\xE5]",
      R"(["": 1])",
      R"([""],)",
      "[1,,2]",
      R"(["x",,])",
      R"(["x")",
      "[x",
      "[3[4]]",
      "[\xFF]",
      "[1:2]",
      "[1;2]",
      "[,]",
      "[-]",
      R"([   , ""])",
      "[1,,]",
      "[\"\va\"\f]",
      "[*]",
      "[fals]",
      "[nul]",
      "[tru]",
      "[\f]",
      "[\xE2\x81\xA0]",
      "[][]",
      "[1]x",
      R"(["asd])",
      "['",
      R"(["\{["\{["\{["\{)",
      R"([\u000A""])",
      "<null>",
      "<.>",
      "a\xC3\xA5",
      "\xC3\xA5",
      "\xE9",
      "*",
      "#",
      "2@",
      "++1234",
      "+Inf",
      "Inf",
      "-NaN",
      "-foo",
      "-1x",
      "-012",
      "012",
      "-1.0.",
      "-2.",
      ".-1",
      ".2e-3",
      "-.123",
      "0.1.2",
      "0.3e+",
      "0.3e",
      "0.e1",
      "0E",
      "0E+",
      "0e",
      "0e+",
      "0e+-1",
      "1.0e+",
      "1.0e-",
      "1.0e",
      "1 000.0",
      "1eE2",
      "1ea",
      "2.e+3",
      "2.e-3",
      "9.e+",
      "\xEF\xBC\x91",
      "1+2",
      "0x1",
      "0x42",
      "-123.123foo",
      "123\xE5",
      "1e1\xE5",
      "0\xE5",
      "1.2a-3",
      "1.8011670033376514H-308",
      R"("\uD800\")",
      R"("\uD800\u")",
      R"("\uD800\u1")",
      R"("\uD800\u1x")",
      R"("\u00A")",
      R"("\uD834\uDd")",
      R"("\uD834\uD")",
      R"("\uD800\uD800\x")",
      R"("\uD800abc")",
      R"("\uDd1e\uD834")",
      R"("\uqqqq")",
      R"("\x00")",
      R"("\)",
      R"(""x)",
      R"(\n)",
      R"(\u0020"asd")",
      "\"\\\0\""s,
      "\"\\\t\"",
      "\"\\\xF0\x9F\x8C\x80\"",
      "\"\\u\xE5\"",
      "\"\\\xE5\"",
      "\"a\0a\""s,
      "\"\xE6\x97\xA5\xD1\x88\xFA\"",
      "\"\xE0\xFF\"",
      "\"\xFC\x80\x80\x80\x80\x80\"",
      "\"\xFC\x83\xBF\xBF\xBF\xBF\"",
      "\"\x81\"",
      "\xFF\xFE[\0\"\0\xE9\0\"\0]\0"s,
      "{[: \"x\"}",
      R"({"x", null})",
      R"({"x"::"b"})",
      "{\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD}",
      R"({"a":"a" 123})",
      "{\"\xB9\":\"0\",}",
      R"({"a" b})",
      R"({:"b"})",
      R"({"a" "b"})",
      R"({"a":)",
      R"({"a")",
      "{9999E9999:1}",
      "{null:null,null:null}",
      R"({"id":0,,,,,})",
      R"({"a":"b"}/**/)",
      R"({"a":"b"}/**//)",
      R"({"a":"b"}//)",
      R"({"a":"b"}/)",
      R"({"a":"b"}#)",
      R"({"a":/*comment*/"b"})",
      R"({"a":"b",,"c":"d"})",
      R"({"a":"a)",
      R"({ "foo" : "bar", "a" })",
      R"({"a":true,"b)",
      "{[",
      "{,",
      R"({"\uDFAA":0})",
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

struct Way {
  bool reads_value;
  Framing framing;
};

class SyntaxTest : public testing::TestWithParam<Way> {
 protected:
  ScanOptions options() const {
    ScanOptions options =
        Options({arrow::field(GetParam().reads_value ? "v" : "other", arrow::utf8())});
    options.framing = GetParam().framing;
    return options;
  }

  bool array() const { return GetParam().framing == Framing::kArray; }

  // The text of a file with these records, each on a line.
  std::string Join(const std::vector<std::string>& records) const {
    std::string text = array() ? "[" : "";
    for (size_t i = 0; i < records.size(); ++i) {
      if (array() && i > 0) text += ',';
      text += records[i] + "\n";
    }
    return array() ? text + "]" : text;
  }

  void ExpectAccepted(const std::string& value) const {
    for (const std::string& record : RecordsWith(value)) {
      const ScanResult result = ScanOrDie(options(), Join({record, record, record}));
      EXPECT_EQ(result.batch->num_rows(), 3) << record;
      EXPECT_TRUE(result.bad_records.empty()) << record << ": " << result.bad_records[0].reason;
      EXPECT_TRUE(result.batch->ValidateFull().ok()) << record;
    }
  }
};

TEST_P(SyntaxTest, AcceptsWhatIsValid) {
  for (const std::string& value : ValidValues()) ExpectAccepted(value);
}

TEST_P(SyntaxTest, AcceptsNumbersOfAnySize) {
  for (const std::string& value : UnlimitedNumbers()) ExpectAccepted(value);
}

TEST_P(SyntaxTest, RefusesWhatIsNot) {
  for (const std::string& value : InvalidValues()) {
    for (const std::string& record : RecordsWith(value)) {
      const ScanResult result = ScanOrDie(options(), Join({record, record}));
      if (GetParam().framing == Framing::kLines) {
        EXPECT_EQ(result.batch->num_rows(), 0) << record;
        EXPECT_EQ(result.bad_records.size(), 2) << record;
      } else {
        EXPECT_LE(result.batch->num_rows(), value == kEndsTheRecord) << record;
        EXPECT_EQ(result.bad_records.size(), 1) << record;
        EXPECT_TRUE(result.lost_track) << record;
      }
    }
  }
}

// The record before has the same shape, so that the predicted path meets the error.
TEST_P(SyntaxTest, RefusesItAfterAValidRecord) {
  const bool lines = GetParam().framing == Framing::kLines;
  for (const std::string& value : InvalidValues()) {
    if (!lines && value == kEndsTheRecord) continue;
    const std::string before = R"({"a":1,"v":"x","z":2})";
    const std::string bad = R"({"a":1,"v":)" + value + R"(,"z":2})";
    const std::string text = Join({before, bad, before});
    const size_t begin = text.find(bad, text.find(before) + before.size());
    const ScanResult result = ScanOrDie(options(), text);
    EXPECT_EQ(result.batch->num_rows(), lines ? 2 : 1) << bad;
    ASSERT_EQ(result.bad_records.size(), 1) << bad;
    EXPECT_EQ(result.bad_records[0].line, 1) << bad;
    EXPECT_EQ(result.bad_records[0].byte_offset, begin) << bad;
    EXPECT_EQ(result.bad_records[0].num_bytes,
              lines ? bad.size() : text.size() - begin - (array() ? 0 : 1))
        << bad;
    EXPECT_GE(result.bad_records[0].error_offset, begin) << bad;
    EXPECT_LT(result.bad_records[0].error_offset, lines ? begin + bad.size() + 1 : text.size())
        << bad;
  }
}

std::string NameOf(const testing::TestParamInfo<Way>& info) {
  const char* const framings[] = {"Lines", "Values", "Array"};
  return std::string(info.param.reads_value ? "Read" : "Unread") + "In" +
         framings[static_cast<int>(info.param.framing)];
}

INSTANTIATE_TEST_SUITE_P(Ways, SyntaxTest,
                         testing::Values(Way{true, Framing::kLines}, Way{false, Framing::kLines},
                                         Way{true, Framing::kValues}, Way{false, Framing::kValues},
                                         Way{true, Framing::kArray}, Way{false, Framing::kArray}),
                         NameOf);

ScanOptions ReadValue() { return Options({arrow::field("v", arrow::utf8())}); }

TEST(RecordSyntaxTest, RefusesWhatIsNoRecord) {
  for (const char* line : {"1", "null", "\"a\"", "[1]", "[{\"v\":1}", "{", "{\"v\":1", "{\"v\":1,",
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

// The deepest that is read by default, as text and through all of a type's levels.
void ScanDeepRecords() {
  for (const int depth : {999, 1000}) {
    const std::string nested = std::string(depth, '[') + std::string(depth, ']');
    const ScanResult result = ScanOrDie(ReadValue(), "{\"v\":" + nested + "}");
    EXPECT_EQ(result.batch->num_rows(), depth < 1000) << depth;
  }
  auto type = arrow::int64();
  std::string value = "1";
  for (int i = 0; i < 60; ++i) {
    type = arrow::list(type);
    value = "[" + value + "]";
  }
  EXPECT_EQ(
      ScanOrDie(Options({arrow::field("v", type)}), "{\"v\":" + value + "}").batch->num_rows(), 1);
}

TEST(RecordSyntaxTest, ASmallStackIsEnough) {
  for (const size_t stack_bytes : {size_t{8} << 20, size_t{256} << 10}) {
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_attr_init(&attributes), 0);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, stack_bytes), 0);
    pthread_t thread;
    const auto scan = [](void*) -> void* {
      ScanDeepRecords();
      return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, scan, nullptr), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
  }
}

}  // namespace
}  // namespace tarn::json
