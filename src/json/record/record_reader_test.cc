// Records that look like the one before, or not.
#include "json/record/record_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

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

TEST_F(ReaderTest, ShapesRestWhereNoneComesAgain) {
  const std::string known = "{\"a\":1}";
  for (int i = 0; i < 100; ++i) {
    const std::string record = "{\"a" + std::to_string(i) + "\":1}";
    EXPECT_EQ(Predict(record), -1);
    ASSERT_TRUE(Learn(record));
  }
  ASSERT_TRUE(Learn(known));
  EXPECT_EQ(row_[0].text(), "1");
  EXPECT_EQ(Predict(known), -1);
  for (int i = 0; i < 1000; ++i) {
    if (Predict(known) < 0) {
      ASSERT_TRUE(Learn(known));
    }
  }
  EXPECT_GT(Predict(known), 0);
}

/// Records of few shapes for a while, then of many.
std::vector<std::string> RecordsOfManyShapes(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::string> keys = {"a", "b", "x", "y", "\\u0061", "a longer key than two words"};
  std::vector<std::string> records;
  uint32_t change_one_in = 1;
  for (int i = 0; i < 3000; ++i) {
    if (random() % 300 == 0) change_one_in = random() % 2 == 0 ? 1 : 500;
    if (random() % change_one_in == 0) std::shuffle(keys.begin(), keys.end(), random);
    std::string record = "{";
    for (size_t k = 0; k < keys.size(); ++k) {
      if (random() % change_one_in == 0 && random() % 3 == 0) continue;
      if (record.size() > 1) record += ',';
      record += '"' + keys[k] + "\":" + std::to_string(random() % 100);
    }
    records.push_back(record + "}");
  }
  return records;
}

// Against a reader of its own for each record, which knows no shape.
TEST(RecordReaderTest, ShapesAndRestsChangeNothing) {
  const auto make_reader = [] {
    RecordReader::Options options;
    options.keys = {"a", "b"};
    options.find_new_keys = true;
    options.known_keys = {"y"};
    return RecordReader(std::move(options));
  };
  for (uint32_t seed = 0; seed < 5; ++seed) {
    RecordReader reader = make_reader();
    std::map<std::string, int64_t> expected;
    std::vector<Value> row(3), row_alone(3);
    int64_t place = 0;
    for (const std::string& record : RecordsOfManyShapes(seed)) {
      const std::string text = Padded(record);
      const char* const end = text.data() + record.size();
      if (reader.ReadPredicted(text.data(), row.data()) == nullptr) {
        ASSERT_EQ(reader.ReadAny(text.data(), end, row.data()), end) << record;
      }
      reader.CountRecord({0, place++});
      RecordReader alone = make_reader();
      ASSERT_EQ(alone.ReadAny(text.data(), end, row_alone.data()), end);
      alone.CountRecord({0, 0});
      for (const auto& found : alone.TakeNewKeys()) expected[found.key] += found.num_records;
      ASSERT_EQ(reader.repeats_keys(), alone.repeats_keys()) << record;
      for (int slot = 0; slot < 2; ++slot) {
        ASSERT_EQ(row[slot].kind, row_alone[slot].kind) << record;
        if (row[slot].is_null()) continue;
        ASSERT_EQ(row[slot].text(), row_alone[slot].text()) << record;
      }
    }
    std::map<std::string, int64_t> actual;
    for (const auto& found : reader.TakeNewKeys()) actual[found.key] = found.num_records;
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(actual.size(), 2u);
    EXPECT_EQ(reader.TakeMetKeys().size(), 3u);
  }
}

TEST_F(ReaderTest, EmptyRecordHasNoShapeToLearn) {
  ASSERT_TRUE(Learn("{}"));
  EXPECT_EQ(Predict("{}"), -1);
  ASSERT_TRUE(Learn("{ }"));
}

}  // namespace
}  // namespace tarn::json
