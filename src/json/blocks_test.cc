#include <fmt/format.h>
#include <gmock/gmock.h>

#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ScanOptions NumberLines(Framing framing) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.framing = framing;
  return options;
}

std::vector<std::string> Reasons(const ScanResult& result) {
  std::vector<std::string> reasons;
  for (const BadRecord& bad : result.bad_records) {
    reasons.push_back(std::to_string(bad.block) + ":" + std::to_string(bad.byte_offset) + "+" +
                      std::to_string(bad.num_bytes) + " " + bad.reason);
  }
  return reasons;
}

// The rows of a text that comes in blocks which end at `num_bytes`, 2 * `num_bytes`, ….
std::vector<std::string> RowsInBlocks(Framing framing, std::string_view text, size_t num_bytes) {
  auto scanner = Scanner::Make(NumberLines(framing)).ValueOrDie();
  std::vector<std::string> rows;
  size_t begin = 0;
  for (size_t end = num_bytes;; end += num_bytes) {
    end = std::min(end, text.size());
    const Block block{text.substr(begin, end - begin), begin == 0, end == text.size()};
    const ScanResult result = scanner->Scan(std::span(&block, 1)).ValueOrDie();
    EXPECT_THAT(Reasons(result), IsEmpty());
    for (std::string& row : RowsOf(result)) rows.push_back(std::move(row));
    if (end == text.size()) return rows;
    begin = end - static_cast<size_t>(result.num_bytes_left);
  }
}

TEST(ArrayTest, HoldsRecords) {
  const ScanOptions options = NumberLines(Framing::kArray);
  EXPECT_THAT(RowsOf(ScanOrDie(options, "[{\"a\":1},{\"a\":2}]")), ElementsAre("1", "2"));
  EXPECT_THAT(RowsOf(ScanOrDie(options, "\xEF\xBB\xBF \n[ {\"a\":1} \n,\t{\"a\":2}\r\n] \n")),
              ElementsAre("1", "2"));
  EXPECT_THAT(RowsOf(ScanOrDie(options, "[]")), IsEmpty());
  EXPECT_THAT(RowsOf(ScanOrDie(options, " \n")), IsEmpty());
}

TEST(ArrayTest, RefusesWhatIsNoArrayOfRecords) {
  const ScanOptions options = NumberLines(Framing::kArray);
  auto reasons = [&](std::string_view text) { return Reasons(ScanOrDie(options, text)); };
  EXPECT_THAT(reasons("{\"a\":1}"), ElementsAre("0:0+7 expected '[', the start of an array"));
  EXPECT_THAT(reasons("["), ElementsAre("0:1+0 the array is not closed"));
  EXPECT_THAT(reasons("[{\"a\":1}"), ElementsAre("0:8+0 the array is not closed"));
  EXPECT_THAT(reasons("[{\"a\":1},"), ElementsAre("0:9+0 the array is not closed"));
  EXPECT_THAT(reasons("[{\"a\":1}{}]"), ElementsAre("0:8+3 expected ',' or ']' after a record"));
  EXPECT_THAT(reasons("[,{}]"), ElementsAre("0:1+4 expected '{', the start of a record"));
  EXPECT_THAT(reasons("[{},]"), ElementsAre("0:4+1 expected '{', the start of a record"));
  EXPECT_THAT(reasons("[{}] x"),
              ElementsAre("0:5+1 expected nothing, or an array, after the array"));
  EXPECT_THAT(reasons("[{\"a\":1},5,{\"a\":2}]"),
              ElementsAre("0:9+10 expected '{', the start of a record"));
}

TEST(ArrayTest, KeepsTheRecordsBeforeAnError) {
  const ScanResult result =
      ScanOrDie(NumberLines(Framing::kArray), "[{\"a\":1},{\"a\":x},{\"a\":3}]");
  EXPECT_THAT(RowsOf(result), ElementsAre("1"));
  EXPECT_TRUE(result.lost_track);
  EXPECT_EQ(result.num_records, 2);
}

TEST(BlocksTest, AnyCutGivesTheSameRecords) {
  const std::string array = " [{\"a\":1, \"s\":\"}]\\\"{\"} ,\n{\"a\":22,\"n\":[{}]}, {}] ";
  const std::string values = "{\"a\":1, \"s\":\"}]\\\"{\"}\n{\"a\":22,\"n\":[{}]} {} ";
  for (size_t num_bytes = 1; num_bytes <= array.size(); ++num_bytes) {
    SCOPED_TRACE(num_bytes);
    EXPECT_THAT(RowsInBlocks(Framing::kArray, array, num_bytes), ElementsAre("1", "22", "null"));
    EXPECT_THAT(RowsInBlocks(Framing::kValues, values, num_bytes), ElementsAre("1", "22", "null"));
  }
}

TEST(BlocksTest, ARecordCutOffInTheLastBlockIsBad) {
  auto scanner = Scanner::Make(NumberLines(Framing::kValues)).ValueOrDie();
  Block block{"{\"a\":1}{\"a\":", true, false};
  ScanResult result = scanner->Scan(std::span(&block, 1)).ValueOrDie();
  EXPECT_THAT(Reasons(result), IsEmpty());
  EXPECT_EQ(result.num_bytes_left, 5);
  EXPECT_EQ(result.num_records, 1);
  block = {"{\"a\":", false, true};
  result = scanner->Scan(std::span(&block, 1)).ValueOrDie();
  EXPECT_THAT(Reasons(result), ElementsAre("0:0+5 the record ends too early"));
}

TEST(BlocksTest, AnErrorWithinARecordIsNotACut) {
  auto scanner = Scanner::Make(NumberLines(Framing::kValues)).ValueOrDie();
  const Block block{"{\"a\":1}{\"a\"?:2}{\"a\":3", true, false};
  const ScanResult result = scanner->Scan(std::span(&block, 1)).ValueOrDie();
  EXPECT_THAT(Reasons(result), ElementsAre("0:7+14 expected ':' after a key"));
  EXPECT_TRUE(result.lost_track);
  EXPECT_EQ(result.num_bytes_left, 0);
}

TEST(BlocksTest, LinesAreCounted) {
  const ScanResult result =
      ScanOrDie(NumberLines(Framing::kLines), "{\"a\":1}\n\n \r\n{bad}\n{\"a\":\"x\"}\n{\"a\":2}");
  EXPECT_EQ(result.num_lines, 5);
  EXPECT_EQ(result.bad_records.at(0).line, 3);
}

TEST(BlocksTest, ABadFileDoesNotSpoilTheNextOnes) {
  const std::vector<Block> blocks = {
      {"{\"a\":1"}, {""}, {"\xEF\xBB\xBF{\"a\":2}"}, {"{\"a\":\"x\"}"}, {"{\"a\":4}{\"a\":5}"}};
  auto scanner = Scanner::Make(NumberLines(Framing::kValues)).ValueOrDie();
  const ScanResult result = scanner->Scan(blocks).ValueOrDie();
  EXPECT_THAT(RowsOf(result), ElementsAre("2", "4", "5"));
  EXPECT_THAT(Reasons(result),
              ElementsAre("0:0+6 the record ends too early", "3:0+9 field a: 'x' is not BIGINT"));
  EXPECT_EQ(result.num_records, 5);
  EXPECT_FALSE(result.lost_track);
}

TEST(BlocksTest, AMarkInTheMiddleOfAFileIsAnError) {
  auto scanner = Scanner::Make(NumberLines(Framing::kLines)).ValueOrDie();
  const Block block{"\xEF\xBB\xBF{\"a\":1}\n", false, true};
  const ScanResult result = scanner->Scan(std::span(&block, 1)).ValueOrDie();
  EXPECT_EQ(result.bad_records.size(), 1U);
}

TEST(NewKeysTest, AreCountedWithTheFirstExample) {
  ScanOptions options = NumberLines(Framing::kLines);
  options.schema =
      arrow::schema({arrow::field("a", arrow::int64()), arrow::field("unread", arrow::utf8())});
  options.find_new_keys = true;
  options.known_fields = {arrow::field("known", arrow::utf8())};
  auto scanner = Scanner::Make(options).ValueOrDie();
  const std::string text =
      "{\"a\":1,\"unread\":2,\"known\":3}\n"
      "{\"a\":1,\"z\":\"\\u00e9\",\"b\":[1, 2],\"z\":3}\n"
      "{\"a\":2,\"z\":\"y\",\"b\":{},\"z\":4}\n"
      "{\"a\":bad,\"c\":1}\n"
      "{\"b\":null}\n";
  for (int repeat = 0; repeat < 2; ++repeat) {
    const ScanResult result = scanner->Scan(text).ValueOrDie();
    ASSERT_EQ(result.new_keys.size(), 2U);
    const NewKey& z = result.new_keys[0];
    EXPECT_EQ(z.key, "z");
    EXPECT_EQ(z.num_records, 2);
    EXPECT_EQ(z.line, 1);
    EXPECT_EQ(z.byte_offset, 29);
    EXPECT_EQ(z.example, "\"\\u00e9\"");
    const NewKey& b = result.new_keys[1];
    EXPECT_EQ(b.key, "b");
    EXPECT_EQ(b.num_records, 3);
    EXPECT_EQ(b.example, "[1, 2]");
  }
}

// The block's last bytes have no padding after them.
TEST(NewKeysTest, MayBeEscapedAtTheEndOfABlock) {
  ScanOptions options = NumberLines(Framing::kLines);
  options.find_new_keys = true;
  for (const std::string text : {"{\"\\u0062\":1}", "{\"\\u0062\":1}\n"}) {
    const ScanResult result = ScanOrDie(options, text);
    ASSERT_EQ(result.new_keys.size(), 1U);
    EXPECT_EQ(result.new_keys[0].key, "b");
    EXPECT_EQ(result.new_keys[0].example, "1");
  }
}

// Would run for minutes if each were compared with the others.
TEST(NewKeysTest, MayBeVeryMany) {
  ScanOptions options = NumberLines(Framing::kLines);
  options.find_new_keys = true;
  std::string text = "{\"a\":1";
  for (int i = 0; i < 100'000; ++i) text += ",\"k" + std::to_string(i) + "\":0";
  const ScanResult result = ScanOrDie(options, text + "}");
  EXPECT_THAT(RowsOf(result), ElementsAre("1"));
  ASSERT_EQ(result.new_keys.size(), 100'000U);
  EXPECT_EQ(result.new_keys[99'999].key, "k99999");
}

TEST(NewKeysTest, AreShortened) {
  ScanOptions options = NumberLines(Framing::kLines);
  options.find_new_keys = true;
  const ScanResult result = ScanOrDie(options, "{\"" + std::string(10'000'000, 'k') + "\":0}");
  ASSERT_EQ(result.new_keys.size(), 1U);
  EXPECT_EQ(result.new_keys[0].key, std::string(200, 'k') + "…");
}

std::vector<std::string> Described(const std::vector<NewKey>& keys) {
  std::vector<std::string> texts;
  for (const NewKey& key : keys) {
    texts.push_back(
        fmt::format("{}: {} from line {}: {}", key.key, key.num_records, key.line, key.example));
  }
  return texts;
}

// Objects in columns that are read and in those that are not read, arrays and maps.
ScanOptions NestedColumns() {
  const auto inner = arrow::struct_({arrow::field("a", arrow::int64())});
  const auto outer = arrow::struct_({arrow::field("a", arrow::int64()), arrow::field("in", inner)});
  ScanOptions options;
  options.schema = arrow::schema({arrow::field("o", outer), arrow::field("l", arrow::list(inner)),
                                  arrow::field("m", arrow::map(arrow::utf8(), inner)),
                                  arrow::field("s", arrow::utf8())});
  options.output = {0, 1};
  options.find_new_keys = true;
  options.known_fields = {arrow::field("unread", outer)};
  return options;
}

TEST(NewKeysTest, AreFoundInsideValues) {
  const std::string text =
      R"({"o":{"a":1,"in":{"a":2}},"l":[{"a":1}],"m":{"k":{"a":1}},"s":{"any":1},"unread":null}
{"o":{"a":1,"b":[2],"in":{"c":null}},"l":[{"a":1},{"d":1},{"d":2}],"new":1}
{"o":{"in":{"a":2,"c":1},"b":3},"m":{"k":{"e":"x"},"k2":{"a":1}},"unread":{"in":{"a":1,"f":4}}}
{"o":{"b":1},"o":
{"l":{"x":1},"o":[{"x":1}]}
)";
  auto scanner = Scanner::Make(NestedColumns()).ValueOrDie();
  for (int repeat = 0; repeat < 2; ++repeat) {
    EXPECT_THAT(Described(scanner->Scan(text).ValueOrDie().new_keys),
                ElementsAre("new: 1 from line 1: 1", "o.b: 2 from line 1: [2]",
                            "o.in.c: 2 from line 1: null", "l[].d: 1 from line 1: 1",
                            "m.*.e: 1 from line 2: \"x\"", "unread.in.f: 1 from line 2: 4"));
  }
}

// The record before has the same shape around its values, not inside them.
TEST(NewKeysTest, AreFoundInsideValuesOfOneShape) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += fmt::format("{{\"o\":{{\"a\":1,\"k{}\":{{\"x\":1}}}}}}\n", i % 10);
  }
  const ScanResult result = ScanOrDie(NestedColumns(), text);
  ASSERT_EQ(result.new_keys.size(), 10U);
  EXPECT_EQ(result.new_keys[9].key, "o.k9");
  EXPECT_EQ(result.new_keys[9].num_records, 10);
  EXPECT_EQ(result.new_keys[9].line, 9);
}

TEST(NewKeysTest, AreLookedForOnlyWhenAsked) {
  EXPECT_THAT(ScanOrDie(NumberLines(Framing::kLines), "{\"b\":1}\n").new_keys, IsEmpty());
}

TEST(LongRecordTest, IsBad) {
  ScanOptions options = NumberLines(Framing::kLines);
  options.record_bytes_max = 9;
  const std::string text = "{\"a\":123}\n {\"a\":1234} \n{\"a\":bad5}\n{\"a\":bad}\n";
  ScanResult result = ScanOrDie(options, text);
  EXPECT_THAT(RowsOf(result), ElementsAre("123"));
  EXPECT_THAT(Reasons(result), ElementsAre("0:11+10 longer than 9 B", "0:23+10 longer than 9 B",
                                           "0:34+9 expected a value"));
  EXPECT_TRUE(result.bad_records[1].is_too_long);
  EXPECT_FALSE(result.bad_records[2].is_too_long);

  options.framing = Framing::kArray;
  result = ScanOrDie(options, "[{\"a\":123},{\"a\":1234},{\"a\":4}]");
  EXPECT_THAT(RowsOf(result), ElementsAre("123", "4"));
  EXPECT_THAT(Reasons(result), ElementsAre("0:11+10 longer than 9 B"));
}

TEST(LongRecordTest, MayBeLeftOutOfAnArray) {
  auto scanner = Scanner::Make(NumberLines(Framing::kArray)).ValueOrDie();
  Block block{"[{\"a\":1}, {\"a\":", true, false};
  const ScanResult begin = scanner->Scan(std::span(&block, 1)).ValueOrDie();
  EXPECT_EQ(begin.num_bytes_left, 5);
  block = {",{\"a\":3}]", false, true, true};
  const ScanResult end = scanner->Scan(std::span(&block, 1)).ValueOrDie();
  EXPECT_THAT(RowsOf(end), ElementsAre("3"));
  EXPECT_THAT(Reasons(end), IsEmpty());
}

TEST(ArrayLineTest, HoldsRecords) {
  const ScanResult result = ScanOrDie(NumberLines(Framing::kLines),
                                      "{\"a\":1}\n [ {\"a\":2} ,{\"a\":\"x\"},null,{\"a\":3}] \r\n"
                                      "[]\n[{\"a\":4}]");
  EXPECT_THAT(RowsOf(result), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(result.num_records, 6);
  EXPECT_EQ(result.num_lines, 3);
  ASSERT_EQ(result.bad_records.size(), 2);
  EXPECT_THAT(result.bad_records[0].reason, testing::HasSubstr("field a"));
  EXPECT_EQ(result.bad_records[0].byte_offset, 20);
  EXPECT_EQ(result.bad_records[0].num_bytes, 9);
  EXPECT_THAT(result.bad_records[1].reason, testing::HasSubstr("expected '{'"));
}

TEST(ArrayLineTest, IsBadAsAWholeWhenItIsNotValid) {
  for (const std::string line : {"[{\"a\":1},{\"a\":2}", "[{\"a\":1}] x", "[{\"a\":1}][{\"a\":2}]",
                                 "[{\"a\":1},]", "[{\"a\":1} {\"a\":2}]", "[{\"a\":NaN}]",
                                 "[{\"a\":1,\"b\":\"\\ud800\"}]", "[", "[{\"a\":1}]]"}) {
    const ScanResult result = ScanOrDie(NumberLines(Framing::kLines), line + "\n{\"a\":5}\n");
    EXPECT_THAT(RowsOf(result), ElementsAre("5")) << line;
    ASSERT_EQ(result.bad_records.size(), 1) << line;
    EXPECT_EQ(result.bad_records[0].num_bytes, std::ssize(line)) << line;
  }
}

TEST(ArrayLineTest, IsReadInAnyBlocks) {
  const std::string text = "[{\"a\":1}]\n[{\"a\":2},\n{\"a\":3}]\n[]";
  EXPECT_THAT(RowsOf(ScanOrDie(NumberLines(Framing::kArray), text)), ElementsAre("1", "2", "3"));
}

}  // namespace
}  // namespace tarn::json
