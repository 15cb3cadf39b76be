// What a RecordReader takes out of nested values.
#include "json/record/value_tree.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "json/record/record_reader.h"

namespace tarn::json {
namespace {

// STRUCT<a, l: ARRAY<STRUCT<x>>, m: MAP>
std::unique_ptr<ValueTree> MakeTree() {
  std::vector<std::unique_ptr<ValueTree>> inner;
  inner.push_back(ValueTree::MakeScalar());
  std::vector<std::unique_ptr<ValueTree>> fields;
  fields.push_back(ValueTree::MakeScalar());
  fields.push_back(ValueTree::MakeList(ValueTree::MakeStruct({"x"}, std::move(inner))));
  fields.push_back(ValueTree::MakeMap(ValueTree::MakeScalar()));
  return ValueTree::MakeStruct({"a", "l", "m"}, std::move(fields));
}

std::string TextOf(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) {
    if (!text.empty()) text += ' ';
    text += value.kind == ValueKind::kMissing ? "-" : std::string(value.text());
  }
  return text;
}

class ValueTreeTest : public testing::Test {
 protected:
  ValueTreeTest() {
    RecordReader::Options options;
    options.keys = {"o"};
    options.depth_max = 8;
    options.value_trees.push_back(MakeTree());
    reader_ = std::make_unique<RecordReader>(std::move(options));
  }

  // Whether a record is valid. Its text lives as long as the test.
  bool Read(const std::string& object) {
    const std::string record = "{\"o\":" + object + "}";
    texts_.push_back(std::make_unique<std::string>(record + std::string(kPaddingBytes, '\0')));
    const char* const begin = texts_.back()->data();
    const char* const end = begin + record.size();
    return reader_->ReadPredicted(begin, row_) == end || reader_->ReadAny(begin, end, row_) == end;
  }

  void Keep(const std::string& object) {
    ASSERT_TRUE(Read(object)) << object;
    reader_->KeepRecord(row_);
  }

  const ValueTree& tree() const { return *reader_->ValueTreeOf(0); }
  const ValueTree& list() const { return tree().child(1); }
  const ValueTree& map() const { return tree().child(2); }

  void ExpectThreeRecords() const {
    ASSERT_EQ(tree().values().size(), 3u);
    EXPECT_EQ(TextOf(tree().child(0).values()), "1 - 2");
    EXPECT_EQ(list().ends(), (std::vector<int32_t>{2, 2, 3}));
    EXPECT_EQ(TextOf(list().child(0).child(0).values()), "3 - 4");
    EXPECT_EQ(map().ends(), (std::vector<int32_t>{0, 0, 2}));
    EXPECT_EQ(TextOf(map().keys()), "k k");
    EXPECT_EQ(TextOf(map().child(0).values()), "5 []");
  }

  std::unique_ptr<RecordReader> reader_;
  std::vector<std::unique_ptr<std::string>> texts_;
  Value row_[2];
};

constexpr char kFirst[] = "{\"a\":1,\"l\":[{\"x\":3},{}]}";
constexpr char kThird[] = "{\"a\":2,\"u\":{\"a\":7},\"l\":[{\"x\":4}],\"m\":{\"k\":5,\"k\":[]}}";

TEST_F(ValueTreeTest, HasTheValuesOfRecordsOneAfterTheOther) {
  Keep(kFirst);
  Keep("null");
  Keep(kThird);
  ExpectThreeRecords();
  EXPECT_TRUE(tree().repeating().empty());
}

TEST_F(ValueTreeTest, RecordsThatAreNotKeptLeaveNothing) {
  const auto read_others = [&] {
    EXPECT_TRUE(Read(kThird));
    EXPECT_FALSE(Read("{\"a\":2,\"l\":[{\"x\":4},{\"x\":"));
    EXPECT_FALSE(Read("{\"m\":{\"k\":1,\"z\""));
    EXPECT_TRUE(Read("[1]"));
  };
  read_others();
  Keep(kFirst);
  read_others();
  Keep("null");
  read_others();
  Keep(kThird);
  read_others();
  reader_->ForgetOthers();
  ExpectThreeRecords();
}

TEST_F(ValueTreeTest, RecordsAreReadAgain) {
  std::vector<std::pair<Value, Value>> rows;
  for (const char* object : {kFirst, "{}", "null", kThird}) {
    Keep(object);
    rows.emplace_back(row_[0], row_[1]);
  }
  reader_->ForgetKept();
  EXPECT_TRUE(list().child(0).values().empty());
  for (const size_t kept : {0, 2, 3}) {
    const Value row[] = {rows[kept].first, rows[kept].second};
    reader_->KeepAgain(row);
  }
  ExpectThreeRecords();
}

TEST_F(ValueTreeTest, TheLastOfRepeatedFieldsCounts) {
  Keep("{\"a\":9,\"l\":[{\"x\":8}],\"a\":1,\"l\":[{\"x\":7,\"x\":3},{}]}");
  Keep("{}");
  Keep(kThird);
  ExpectThreeRecords();
  EXPECT_EQ(tree().repeating(), std::vector<size_t>{0});
}

TEST_F(ValueTreeTest, OtherKindsAreWholeValues) {
  Keep("{\"a\":[1,{}],\"l\":{\"x\":1},\"m\":[2]}");
  EXPECT_EQ(TextOf(tree().child(0).values()), "[1,{}]");
  EXPECT_EQ(TextOf(list().values()), "{\"x\":1}");
  EXPECT_EQ(list().ends(), std::vector<int32_t>{0});
  EXPECT_EQ(TextOf(map().values()), "[2]");
}

}  // namespace
}  // namespace tarn::json
