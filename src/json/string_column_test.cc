// Columns of text as dictionaries. ScanOrDie compares all other tests' scans with them.
#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "json/scan_for_test.h"
#include "json/scanner.h"
#include "json/string_dictionary_internal.h"

namespace tarn::json {
namespace {

using testing::ElementsAre;

constexpr int kManyRecords = 3000;  // more than are judged by how many are new

ScanOptions Texts(const std::vector<std::string>& names) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const std::string& name : names) fields.push_back(arrow::field(name, arrow::utf8()));
  return Options(std::move(fields));
}

/// The same blocks through one scanner with and one without dictionaries.
class BothScanners {
 public:
  explicit BothScanners(const ScanOptions& options)
      : flat_(Scanner::Make(options).ValueOrDie()),
        encoded_(Scanner::Make(WithDictionaries(options)).ValueOrDie()) {}

  /// \return what was found with dictionaries
  ScanResult Scan(std::string_view block) {
    ScanResult encoded = encoded_->Scan(block).ValueOrDie();
    EXPECT_TRUE(IsSame(encoded, flat_->Scan(block).ValueOrDie()));
    return encoded;
  }

 private:
  std::unique_ptr<Scanner> flat_;
  std::unique_ptr<Scanner> encoded_;
};

bool IsEncoded(const ScanResult& result, int column = 0) {
  return result.batch->column(column)->type_id() == arrow::Type::DICTIONARY;
}

std::vector<std::string> EntriesOf(const ScanResult& result, int column = 0) {
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*result.batch->column(column));
  const auto& entries = static_cast<const arrow::StringArray&>(*codes.dictionary());
  std::vector<std::string> texts;
  for (int64_t i = 0; i < entries.length(); ++i) texts.emplace_back(entries.GetView(i));
  return texts;
}

const arrow::Buffer* TextOf(const ScanResult& result) {
  return result.batch->column_data(0)->dictionary->buffers[2].get();
}

std::string Record(const std::string& text) { return "{\"a\":\"" + text + "\"}\n"; }

// Records [begin, end), each with another value.
std::string Unique(int begin, int end, const std::string& suffix = "") {
  std::string block;
  for (int i = begin; i < end; ++i) block += Record(std::to_string(i) + suffix);
  return block;
}

std::string Repeated(const std::string& text, int count) {
  std::string block;
  for (int i = 0; i < count; ++i) block += Record(text);
  return block;
}

TEST(StringColumnTest, IsADictionaryOnlyWhenAskedFor) {
  const std::string block = Record("x") + Record("y") + Record("x") + "{}\n";
  EXPECT_FALSE(IsEncoded(ScanOnce(Texts({"a"}), block)));
  const ScanResult result = ScanOnce(WithDictionaries(Texts({"a"})), block);
  EXPECT_TRUE(result.batch->schema()->Equals(*Texts({"a"}).schema));
  EXPECT_TRUE(
      result.batch->column(0)->type()->Equals(arrow::dictionary(arrow::int32(), arrow::utf8())));
  EXPECT_EQ(result.batch->column(0)->null_count(), 1);
  EXPECT_THAT(EntriesOf(result), ElementsAre("x", "y"));
  EXPECT_THAT(RowsOf(*Flat(*result.batch)), ElementsAre("x", "y", "x", "null"));
}

TEST(StringColumnTest, OnlyColumnsOfTextAreDictionaries) {
  const ScanOptions options =
      Options({arrow::field("a", arrow::utf8()), arrow::field("b", arrow::binary()),
               arrow::field("l", arrow::list(arrow::utf8())),
               arrow::field("o", arrow::struct_({arrow::field("s", arrow::utf8())}))});
  const ScanResult result =
      BothScanners(options).Scan("{\"a\":\"x\",\"b\":\"eA==\",\"l\":[\"y\"],\"o\":{\"s\":\"z\"}}");
  EXPECT_TRUE(IsEncoded(result));
  for (int i = 1; i < 4; ++i) {
    EXPECT_TRUE(result.batch->column(i)->type()->Equals(options.schema->field(i)->type()));
  }
}

TEST(StringColumnTest, ABatchWithoutTextsIsADictionaryToo) {
  BothScanners scanners(Texts({"a"}));
  EXPECT_THAT(EntriesOf(scanners.Scan("")), ElementsAre());
  EXPECT_THAT(EntriesOf(scanners.Scan("{}\n{\"a\":null}\n")), ElementsAre());
  EXPECT_THAT(EntriesOf(scanners.Scan(Record("x"))), ElementsAre("x"));
  EXPECT_THAT(EntriesOf(scanners.Scan("")), ElementsAre("x"));
}

TEST(StringColumnTest, OneEntryHoweverATextIsWritten) {
  BothScanners scanners(Texts({"a"}));
  EXPECT_THAT(EntriesOf(scanners.Scan("{\"a\":\"1\"}\n{\"a\":1}\n{\"a\":\"\\u0031\"}\n"
                                      "{\"a\":\"\\u0031\"}\n{\"a\":true}\n{\"a\":\"tru\\u0065\"}\n"
                                      "{\"a\":{\"b\": []}}\n{\"a\":\"{\\\"b\\\": []}\"}\n"
                                      "{\"a\":\"\\\\u0031\"}\n")),
              ElementsAre("1", "true", "{\"b\": []}", "\\u0031"));
  EXPECT_THAT(EntriesOf(scanners.Scan("{\"a\":\"\\u0031\"}\n{\"a\":\"\\u0032\"}\n{\"a\":2}\n")),
              ElementsAre("1", "true", "{\"b\": []}", "\\u0031", "2"));
}

TEST(StringColumnTest, BatchesShareTheirEntries) {
  BothScanners scanners(Texts({"a"}));
  std::vector<ScanResult> results;
  std::vector<std::shared_ptr<arrow::RecordBatch>> flat;
  for (int i = 0; i < 20; ++i) {
    results.push_back(scanners.Scan(Repeated("again", 500) + Unique(i * 100, i * 100 + 100)));
    flat.push_back(Flat(*results.back().batch));
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(IsEncoded(results[i]));
    EXPECT_EQ(EntriesOf(results[i]).size(), i * 100 + 101);
    EXPECT_EQ(TextOf(results[i]), TextOf(results[0]));
    EXPECT_TRUE(Flat(*results[i].batch)->Equals(*flat[i]));
  }
}

TEST(StringColumnTest, ABatchOutlivesItsScanner) {
  const ScanResult result = ScanOnce(WithDictionaries(Texts({"a"})), Record("x") + Record("y"));
  EXPECT_THAT(RowsOf(*Flat(*result.batch)), ElementsAre("x", "y"));
}

TEST(StringColumnTest, EachScannerHasItsOwnDictionary) {
  BothScanners one(Texts({"a"}));
  BothScanners other(Texts({"a"}));
  const ScanResult result = one.Scan(Record("x") + Record("y"));
  const ScanResult other_result = other.Scan(Record("y"));
  EXPECT_NE(TextOf(result), TextOf(other_result));
  EXPECT_THAT(EntriesOf(result), ElementsAre("x", "y"));
  EXPECT_THAT(EntriesOf(other_result), ElementsAre("y"));
}

TEST(StringColumnTest, EndsWhenMostTextsAreNew) {
  BothScanners scanners(Texts({"a", "b"}));
  ScanResult result = scanners.Scan(Unique(0, 1000) + "{\"b\":\"x\"}\n");
  EXPECT_TRUE(IsEncoded(result));
  const ScanResult before = result;
  result = scanners.Scan("{}\n" + Unique(1000, kManyRecords) + Record("\\u0041"));
  EXPECT_FALSE(IsEncoded(result));
  EXPECT_TRUE(IsEncoded(result, 1));
  EXPECT_FALSE(IsEncoded(scanners.Scan(Repeated("x", 10'000))));  // for good
  EXPECT_EQ(RowsOf(*Flat(*before.batch)).back(), "null|x");
}

TEST(StringColumnTest, GoesOnWhenHalfOfTheTextsAreKnown) {
  BothScanners scanners(Texts({"a"}));
  std::string block = Repeated("x", 3);
  for (int i = 0; i < 2 * kManyRecords; ++i) {
    block += Record(std::to_string(i)) + Record("x") + "{}\n";
  }
  EXPECT_TRUE(IsEncoded(scanners.Scan(block)));
}

TEST(StringColumnTest, EndsAtTheLastEntryThatThereIsRoomFor) {
  BothScanners scanners(Texts({"a"}));
  constexpr int kMax = StringDictionary::kEntriesMax;
  std::string block = Repeated("old", kMax + 1);
  EXPECT_TRUE(IsEncoded(scanners.Scan(block)));
  EXPECT_TRUE(IsEncoded(scanners.Scan(Unique(1, kMax))));
  EXPECT_TRUE(IsEncoded(scanners.Scan(block + "{}\n")));
  const ScanResult result = scanners.Scan("{}\n" + block + Record("new") + block + "{}\n");
  EXPECT_FALSE(IsEncoded(result));
  EXPECT_EQ(result.batch->column(0)->null_count(), 2);
}

TEST(StringColumnTest, EndsWithoutRoomForAText) {
  BothScanners scanners(Texts({"a"}));
  const std::string long_text(300'000, 'x');
  EXPECT_TRUE(IsEncoded(scanners.Scan(Unique(0, 3, long_text) + Unique(0, 3, long_text))));
  EXPECT_FALSE(IsEncoded(scanners.Scan(Unique(0, 4, long_text))));
  const std::string longer(StringDictionary::kTextBytesMax + 1, 'x');
  EXPECT_FALSE(IsEncoded(BothScanners(Texts({"a"})).Scan(Record("x") + Record(longer))));
}

// Records that leave a run go through it once more, also when a column has given up its dictionary
// in it.
TEST(StringColumnTest, RunsWithMisfitsAreAppendedAgain) {
  const ScanOptions options =
      Options({arrow::field("a", arrow::utf8()), arrow::field("i", arrow::int64())});
  BothScanners scanners(options);
  std::string block;
  for (int i = 0; i < kManyRecords; ++i) {
    const std::string a = i % 5 == 0 ? "null" : "\"" + std::to_string(i) + "\"";
    block += "{\"a\":" + a + ",\"i\":" + (i % 7 == 0 ? "\"x\"" : "1") + "}\n";
  }
  const size_t half = LastLineEnd(std::string_view(block).substr(0, block.size() / 2));
  EXPECT_TRUE(IsEncoded(scanners.Scan(std::string_view(block).substr(0, half))));
  EXPECT_FALSE(IsEncoded(scanners.Scan(block)));
}

TEST(StringColumnTest, TheLastOfRepeatedKeysCounts) {
  const ScanOptions options =
      Options({arrow::field("a", arrow::utf8()), arrow::field("i", arrow::int64())});
  const ScanResult result = BothScanners(options).Scan(
      "{\"a\":\"x\",\"a\":\"y\",\"i\":1}\n{\"a\":\"z\",\"i\":\"x\",\"i\":1}\n");
  EXPECT_THAT(RowsOf(*Flat(*result.batch)), ElementsAre("y|1"));
  EXPECT_EQ(EntriesOf(result).front(), "y");
}

TEST(StringColumnTest, TextsMadeByChance) {
  static const char* const kEnds[] = {"", "é", "\\n", "\\u00e9", "\\\"", " and some more of it"};
  for (uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const uint32_t num_texts = 1 + random() % (random() % 2 == 0 ? 20 : 20'000);
    BothScanners scanners(Texts({"a", "b"}));
    for (int num_blocks = 0; num_blocks < 5; ++num_blocks) {
      std::string block;
      for (uint32_t n = random() % 3000; n > 0; --n) {
        const uint32_t text = random() % num_texts;
        switch (random() % 8) {
          case 0:
            block += "{\"b\":null}\n";
            break;
          case 1:
            block +=
                "{\"b\":" + std::to_string(text) + ",\"a\":[" + std::to_string(text % 5) + "]}\n";
            break;
          case 2:
            block += "{\"a\":\"" + std::to_string(text) + "}\n";
            break;
          default:
            block += "{\"a\":\"" + std::string(text % 50, 'x') + std::to_string(text) +
                     kEnds[text % 6] + "\",\"b\":\"" + kEnds[random() % 6] + "\"}\n";
        }
      }
      scanners.Scan(block);
    }
  }
}

}  // namespace
}  // namespace tarn::json
