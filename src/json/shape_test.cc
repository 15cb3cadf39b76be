// Records that look like the one before, nearly like it, or not at all: results never depend on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "json/record_reader_internal.h"
#include "json/scan_for_test.h"
#include "json/shape_internal.h"

namespace tarn::json {
namespace {

std::string Padded(const std::string& record) { return record + std::string(kPaddingBytes, '\0'); }

/// Reads one record after another with one RecordReader.
class ReaderTest : public testing::Test {
 protected:
  // The end of the record by the predicted path, -1 when it looks different.
  int64_t Predict(const std::string& record) {
    text_ = Padded(record);
    const char* end = reader_.ReadPredicted(text_.data(), row_.data());
    return end == nullptr ? -1 : end - text_.data();
  }

  bool Learn(const std::string& record) {
    text_ = Padded(record);
    return reader_.ReadAny(text_.data(), text_.data() + record.size(), row_.data()) ==
           text_.data() + record.size();
  }

  std::string text_;
  RecordReader reader_{{.keys = {"a", "b"}, .lines = true, .depth_max = 8}};
  std::vector<Value> row_{3};
};

TEST_F(ReaderTest, NothingIsPredictedAtFirst) { EXPECT_EQ(Predict("{\"a\":1}"), -1); }

TEST_F(ReaderTest, SameKeysAreRecognisedWhateverTheValues) {
  ASSERT_TRUE(Learn("{\"a\": 1, \"x\": null, \"b\": \"y\" }"));
  for (const std::string record : {"{\"a\": -2.5e3, \"x\": true, \"b\": \"\" }",
                                   "{\"a\": null, \"x\": [1, {}], \"b\": false }",
                                   "{\"a\": \"\\\"\", \"x\": \"é\", \"b\": {\"b\": 1} }"}) {
    EXPECT_EQ(Predict(record), static_cast<int64_t>(record.size())) << record;
  }
  EXPECT_EQ(row_[1].text(), "{\"b\": 1}");
}

TEST_F(ReaderTest, AnyDifferenceIsSeen) {
  ASSERT_TRUE(Learn("{\"a\": 1, \"b\": \"y\"}"));
  for (const char* record : {"{\"a\":1, \"b\": \"y\"}", "{\"a\": 1,\"b\": \"y\"}",
                             "{\"a\": 1, \"c\": \"y\"}", "{\"a\": 1}", "{\"a\": 1, \"b\": \"y\" }",
                             "{\"a\": 1, \"b\": \"y\", \"c\": 1}", "{\"b\": 1, \"a\": \"y\"}",
                             "{\"a\": 1, \"b\":  \"y\"}", "{}", "[]", "{\"a\": 1, \"b\": }"}) {
    EXPECT_EQ(Predict(record), -1) << record;
  }
}

TEST_F(ReaderTest, AbsentKeysAreMissingAgain) {
  ASSERT_TRUE(Learn("{\"a\":1,\"b\":2}"));
  ASSERT_TRUE(Learn("{\"b\":3}"));
  EXPECT_GT(Predict("{\"b\":4}"), 0);
  EXPECT_EQ(row_[0].kind, ValueKind::kMissing);
  EXPECT_EQ(row_[1].text(), "4");
}

TEST_F(ReaderTest, FewShapesAreRemembered) {
  const std::vector<std::string> records = {"{\"a\":1}", "{\"b\":1}", "{\"b\":1,\"a\":2}",
                                            "{ \"a\":1}", "{\"c\":1}"};
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Learn(records[i]));
  for (const int i : {0, 3, 1, 2, 2, 0}) EXPECT_GT(Predict(records[i]), 0) << records[i];
  EXPECT_EQ(Predict(records[4]), -1);
  ASSERT_TRUE(Learn(records[4]));
  EXPECT_GT(Predict(records[4]), 0);
}

// What was read by a shape that did not match in the end must not be seen.
TEST_F(ReaderTest, ShapesTriedBeforeLeaveNothing) {
  ASSERT_TRUE(Learn("{\"x\":1,\"a\":2,\"b\":3}"));
  ASSERT_TRUE(Learn("{\"x\":1,\"b\":2}"));
  EXPECT_GT(Predict("{\"x\":1,\"a\":2,\"b\":3}"), 0);
  EXPECT_GT(Predict("{\"x\":4,\"b\":5}"), 0);
  EXPECT_EQ(row_[0].kind, ValueKind::kMissing);
  EXPECT_EQ(row_[1].text(), "5");
}

TEST_F(ReaderTest, LiteralsMayBeLongerThanAnyVector) {
  const std::string key(200, 'k');
  ASSERT_TRUE(Learn("{\"" + key + "\":1,\"b\":2}"));
  EXPECT_GT(Predict("{\"" + key + "\":3,\"b\":4}"), 0);
  std::string other = key;
  for (const size_t i : {size_t{0}, size_t{40}, size_t{100}, size_t{199}}) {
    other = key;
    other[i] = 'x';
    EXPECT_EQ(Predict("{\"" + other + "\":3,\"b\":4}"), -1) << i;
  }
}

TEST_F(ReaderTest, EmptyRecordHasNoShapeToLearn) {
  ASSERT_TRUE(Learn("{}"));
  EXPECT_EQ(Predict("{}"), -1);
  ASSERT_TRUE(Learn("{ }"));
}

ScanOptions MixedOptions() {
  return Options({arrow::field("id", arrow::int64()), arrow::field("name", arrow::utf8()),
                  arrow::field("share", arrow::float64()), arrow::field("open", arrow::boolean()),
                  arrow::field("tags", arrow::list(arrow::utf8()))});
}

// Records whose shape changes now and then; some of them bad.
std::vector<std::string> MakeRecords(uint32_t seed, int count) {
  std::mt19937 random(seed);
  const auto pick = [&](std::vector<std::string> choices) {
    return choices[random() % choices.size()];
  };
  std::vector<std::string> records;
  std::vector<std::string> keys = {"id", "name", "share", "open", "tags", "extra"};
  std::string colon = ":";
  std::string comma = ",";
  for (int i = 0; i < count; ++i) {
    if (random() % 8 == 0) std::shuffle(keys.begin(), keys.end(), random);
    if (random() % 8 == 0) colon = pick({":", ": ", " :"});
    if (random() % 8 == 0) comma = pick({",", ", ", "\t,"});
    const size_t num_keys = random() % 8 == 0 ? random() % 7 : keys.size();
    std::string record = "{";
    for (size_t k = 0; k < num_keys; ++k) {
      const std::string& key = keys[k];
      if (k > 0) record += comma;
      record += '"' + key + '"' + colon;
      record += key == "id"
                    ? pick({"1", "-20", "9223372036854775807", "null", "9223372036854775808"})
                : key == "name"
                    ? pick({"\"x\"", "\"a\\nb\"", "\"é\"", "12", "null", "\"\"", "{\"a\": 1}"})
                : key == "share" ? pick({"1.5", "218.93179", "1e3", "\"NaN\"", "null", "7"})
                : key == "open"  ? pick({"true", "false", "null"})
                : key == "tags"  ? pick({"[]", "[\"a\",\"b\"]", "[1]", "null", "[\"\\u00e9\"]"})
                                 : pick({"1", "[[]]", "\"\\\\\"", "{}", "nul", "\"\xFF\""});
    }
    records.push_back(record + "}");
  }
  return records;
}

TEST(ShapeTest, RecordsReadTogetherAreAsReadAlone) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const std::vector<std::string> records = MakeRecords(seed, 100);
    std::string block;
    std::vector<std::string> rows;
    std::vector<std::string> reasons;
    for (const std::string& record : records) {
      block += record + (seed % 2 == 0 ? "\n" : "\r\n");
      const ScanResult alone = ScanOrDie(MixedOptions(), record);
      for (std::string& row : RowsOf(alone)) rows.push_back(std::move(row));
      for (const BadRecord& bad : alone.bad_records) reasons.push_back(record + bad.reason);
    }
    const ScanResult together = ScanOrDie(MixedOptions(), block);
    EXPECT_EQ(RowsOf(together), rows);
    EXPECT_EQ(together.num_records, 100);
    ASSERT_EQ(together.bad_records.size(), reasons.size());
    for (size_t i = 0; i < reasons.size(); ++i) {
      const BadRecord& bad = together.bad_records[i];
      EXPECT_EQ(block.substr(bad.byte_offset, bad.num_bytes) + bad.reason, reasons[i]);
    }
    EXPECT_TRUE(together.batch->ValidateFull().ok());
  }
}

TEST(ShapeTest, ScannerCanBeUsedAgain) {
  auto scanner = Scanner::Make(MixedOptions()).ValueOrDie();
  for (uint32_t seed = 0; seed < 10; ++seed) {
    std::string block;
    for (const std::string& record : MakeRecords(seed, 40)) block += record + "\n";
    const ScanResult again = scanner->Scan(block).ValueOrDie();
    const ScanResult fresh = ScanOrDie(MixedOptions(), block);
    EXPECT_TRUE(again.batch->Equals(*fresh.batch, arrow::EqualOptions().nans_equal(true)));
    EXPECT_TRUE(again.batch->ValidateFull().ok());
  }
}

}  // namespace
}  // namespace tarn::json
