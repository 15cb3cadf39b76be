#include <arrow/array/concatenate.h>
#include <arrow/builder.h>
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "local/batch/batches_for_test.h"
#include "local/keys/key_table.h"
#include "rows/row_key.h"

namespace tarn::local {
namespace {

// What a scanner's worker puts texts into: buffers that never move, of which later batches see
// more.
class GrowingDictionary {
 public:
  std::shared_ptr<arrow::Array> Encode(const arrow::StringArray& column) {
    arrow::Int32Builder codes;
    for (int64_t row = 0; row < column.length(); ++row) {
      EXPECT_TRUE(
          (column.IsNull(row) ? codes.AppendNull() : codes.Append(CodeOf(column.GetString(row))))
              .ok());
    }
    const auto dictionary = std::make_shared<arrow::StringArray>(size_, offsets_, text_);
    return std::make_shared<arrow::DictionaryArray>(
        arrow::dictionary(arrow::int32(), arrow::utf8()), codes.Finish().ValueOrDie(), dictionary);
  }

 private:
  static std::shared_ptr<arrow::Buffer> Zeros(int64_t size) {
    std::shared_ptr<arrow::Buffer> buffer = arrow::AllocateBuffer(size).ValueOrDie();
    std::memset(buffer->mutable_data(), 0, static_cast<size_t>(size));
    return buffer;
  }

  int32_t CodeOf(const std::string& value) {
    const auto [code, is_new] = codes_.try_emplace(value, size_);
    if (is_new) {
      auto* ends = reinterpret_cast<int32_t*>(offsets_->mutable_data());
      std::memcpy(text_->mutable_data() + ends[size_], value.data(), value.size());
      ends[size_ + 1] = ends[size_] + static_cast<int32_t>(value.size());
      ++size_;
    }
    return code->second;
  }

  std::map<std::string, int32_t> codes_;
  int32_t size_ = 0;
  const std::shared_ptr<arrow::Buffer> offsets_ = Zeros(40'000);
  const std::shared_ptr<arrow::Buffer> text_ = Zeros(100'000);
};

// Numbers keys by their bytes as the order of rows has them.
class Reference {
 public:
  std::optional<uint32_t> Find(const RowKeys& keys, int64_t row) const {
    const auto found = numbers_.find(std::string(keys.row(row)));
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }
  uint32_t Insert(const RowKeys& keys, int64_t row) {
    const auto number = static_cast<uint32_t>(numbers_.size());
    return numbers_.try_emplace(std::string(keys.row(row)), number).first->second;
  }
  uint32_t num_keys() const { return static_cast<uint32_t>(numbers_.size()); }

 private:
  std::map<std::string, uint32_t> numbers_;
};

// Columns by their type, and values of it as JSON.
const std::vector<std::pair<std::string, std::vector<std::string>>> kTypes = {
    {"BOOLEAN", {"true", "false"}},
    {"TINYINT", {"0", "1", "-1", "127", "-128"}},
    {"SMALLINT", {"0", "1", "-1", "256", "-32768"}},
    {"INT", {"0", "1", "-1", "65536", "2147483647"}},
    {"BIGINT", {"0", "1", "-1", "4294967296", "9223372036854775807"}},
    {"FLOAT", {"0.0", "-0.0", "NaN", "1.5", "-1.5"}},
    {"DOUBLE", {"0.0", "-0.0", "NaN", "1.5", "-1.5", "5e-324"}},
    {"DECIMAL(20,2)", {"\"0.00\"", "\"-0.01\"", "\"123456789012345678.90\""}},
    {"DATE", {"0", "1", "-1", "17836"}},
    {"TIMESTAMP", {"\"1970-01-01\"", "\"2018-11-01\"", "\"2018-11-02\""}},
    {"STRING",
     {"\"\"", "\"a\"", "\"ab\"", "\"abcdefg\"", "\"abcdefgh\"", "\"abcdefghi\"",
      "\"abcdefghijklmnop\"", "\"abcdefghijklmnopq\"", "\"abcdefghijklmnoq\""}},
    {"BINARY", {"\"\"", "\"x\"", "\"y\""}},
    {"STRUCT<d: DOUBLE, s: STRING>", {R"({"d":0.0,"s":""})", R"({"d":-0.0,"s":""})", R"({})"}},
    {"ARRAY<INT>", {"[]", "[1]", "[1, null]", "[null]"}}};

// Tables of random types against a reference, by seed.
class KeyTableRandomTest : public testing::TestWithParam<unsigned> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  int64_t Random(int64_t end) {
    return std::uniform_int_distribution<int64_t>(0, end - 1)(random_);
  }

  std::string RandomValue(size_t type) {
    if (Random(8) == 0) return "null";
    if (kTypes[type].first == "STRING" && Random(2) == 0) {
      return "\"text " + std::to_string(Random(300)) + '"';
    }
    if (kTypes[type].first == "BIGINT" && Random(2) == 0) return std::to_string(Random(1000));
    return kTypes[type].second[Random(std::ssize(kTypes[type].second))];
  }

  BatchPtr RandomBatch() {
    std::string schema, rows;
    for (size_t i = 0; i < types_.size(); ++i) {
      schema += (i == 0 ? "c" : ", c") + std::to_string(i) + " " + kTypes[types_[i]].first;
    }
    const bool has_runs = Random(3) == 0;
    std::string row;
    for (int64_t left = Random(200); left > 0; --left) {
      if (row.empty() || !has_runs || Random(8) == 0) {
        row = "[";
        for (size_t i = 0; i < types_.size(); ++i) {
          row += (i == 0 ? "" : ", ") + RandomValue(types_[i]);
        }
        row += "]";
      }
      rows += (rows.empty() ? "" : ", ") + row;
    }
    const BatchPtr batch = MakeBatch(schema, "[" + rows + "]");
    return batch->Slice(Random(batch->num_rows() + 1));
  }

  // Texts as codes, most of the time.
  arrow::ArrayVector Physical(arrow::ArrayVector columns) {
    for (auto& column : columns) {
      if (column->type_id() != arrow::Type::STRING || Random(4) == 0) continue;
      const auto& text = static_cast<const arrow::StringArray&>(*column);
      // Rows before, as those of a slice.
      const auto codes = dictionaries_[Random(std::ssize(dictionaries_))].Encode(text);
      column = Random(2) == 0
                   ? codes
                   : arrow::Concatenate({codes, codes}).ValueOrDie()->Slice(text.length());
    }
    return columns;
  }

  std::mt19937 random_{GetParam()};
  std::vector<size_t> types_;
  std::vector<GrowingDictionary> dictionaries_ = std::vector<GrowingDictionary>(3);
};

TEST_P(KeyTableRandomTest, NumbersAsTheReferenceDoes) {
  for (int64_t left = 1 + Random(3); left > 0; --left) types_.push_back(Random(std::ssize(kTypes)));
  std::vector<std::shared_ptr<arrow::DataType>> types;
  const BatchPtr first = RandomBatch();
  for (const auto& field : first->schema()->fields()) types.push_back(field->type());
  const auto table = KeyTable::Make(types, /*keeps_keys=*/true).ValueOrDie();
  Reference reference;
  std::vector<std::string> firsts;  // by number
  for (int round = 0; round < 20; ++round) {
    const BatchPtr batch = RandomBatch();
    const int64_t num_rows = batch->num_rows();
    const RowKeys expected =
        EncodeRowKeys(batch->columns(), std::vector<KeyOrder>(types.size()), num_rows).ValueOrDie();
    const EncodedKeys flat = EncodeKeys(batch->columns(), num_rows).ValueOrDie();
    const EncodedKeys keys = EncodeKeys(Physical(batch->columns()), num_rows).ValueOrDie();
    std::vector<int64_t> rows(num_rows);
    std::iota(rows.begin(), rows.end(), 0);
    const bool is_selection = Random(2) == 0;
    if (is_selection) {
      std::shuffle(rows.begin(), rows.end(), random_);
      rows.resize(Random(num_rows + 1));
    }
    const auto found = (is_selection ? table->Find(keys, rows) : table->Find(keys)).ValueOrDie();
    ASSERT_EQ(found->length(), std::ssize(rows));
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto number = found->IsNull(i) ? std::nullopt : std::optional(found->Value(i));
      ASSERT_EQ(number, reference.Find(expected, rows[i])) << "round " << round << ", row " << i;
      ASSERT_EQ(keys.hash(rows[i]), flat.hash(rows[i]));
    }
    if (Random(4) == 0) continue;
    const auto numbers =
        (is_selection ? table->Insert(keys, rows) : table->Insert(keys)).ValueOrDie();
    ASSERT_EQ(numbers->length(), std::ssize(rows));
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t number = reference.Insert(expected, rows[i]);
      ASSERT_EQ(numbers->Value(i), number) << "round " << round << ", row " << i;
      if (number == firsts.size()) firsts.emplace_back(expected.row(rows[i]));
    }
    ASSERT_EQ(table->num_keys(), reference.num_keys());
  }
  const arrow::ArrayVector taken = table->TakeKeys().ValueOrDie();
  const RowKeys keys =
      EncodeRowKeys(taken, std::vector<KeyOrder>(types.size()), taken[0]->length()).ValueOrDie();
  ASSERT_EQ(keys.num_rows(), std::ssize(firsts));
  for (size_t i = 0; i < firsts.size(); ++i) ASSERT_EQ(keys.row(i), firsts[i]) << i;
}

class KeyTableCodesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // The codes of "0", "1", … below `end`, and NULL.
  EncodedKeys KeysTo(int64_t end, GrowingDictionary* dictionary) {
    arrow::StringBuilder texts;
    for (int64_t i = 0; i < end; ++i) EXPECT_TRUE(texts.Append(std::to_string(i)).ok());
    EXPECT_TRUE(texts.AppendNull().ok());
    std::shared_ptr<arrow::StringArray> column;
    EXPECT_TRUE(texts.Finish(&column).ok());
    return EncodeKeys({dictionary->Encode(*column)}, end + 1).ValueOrDie();
  }

  GrowingDictionary first_, second_;
  const std::unique_ptr<KeyTable> table_ = KeyTable::Make({arrow::utf8()}).ValueOrDie();
};

TEST_F(KeyTableCodesTest, KeysThatWereAbsentAreFoundLater) {
  ExpectArray(*table_->Find(KeysTo(2, &first_)).ValueOrDie(), "[null, null, null]");
  ExpectArray(*table_->Insert(KeysTo(1, &second_)).ValueOrDie(), "[0, 1]");
  ExpectArray(*table_->Find(KeysTo(2, &first_)).ValueOrDie(), "[0, null, 1]");
  ExpectArray(*table_->Insert(KeysTo(3, &second_)).ValueOrDie(), "[0, 2, 3, 1]");
  ExpectArray(*table_->Find(KeysTo(4, &first_)).ValueOrDie(), "[0, 2, 3, null, 1]");
  ExpectArray(*table_->Insert(KeysTo(4, &first_)).ValueOrDie(), "[0, 2, 3, 4, 1]");
}

TEST_F(KeyTableCodesTest, TellsWhatItRemembers) {
  ASSERT_TRUE(table_->Insert(KeysTo(1, &first_)).ok());
  const int64_t num_bytes = table_->num_bytes();
  ASSERT_TRUE(table_->Find(KeysTo(5000, &first_)).ok());
  EXPECT_GE(table_->num_bytes(), num_bytes + 19'000);
  EXPECT_LT(table_->num_bytes(), num_bytes + 40'000);
}

TEST_F(KeyTableCodesTest, RemembersSoManyCodesAtMost) {
  std::vector<GrowingDictionary> dictionaries(300);
  for (GrowingDictionary& dictionary : dictionaries) {
    const auto numbers = table_->Insert(KeysTo(1100, &dictionary)).ValueOrDie();
    EXPECT_EQ(numbers->Value(1100), 1100u);
  }
  EXPECT_LT(table_->num_bytes(), 1'300'000);
  for (GrowingDictionary& dictionary : dictionaries) {
    const auto numbers = table_->Find(KeysTo(1200, &dictionary)).ValueOrDie();
    EXPECT_EQ(numbers->Value(1099), 1099u);
    EXPECT_TRUE(numbers->IsNull(1100));
  }
}

TEST_F(KeyTableCodesTest, ManyThreadsFindAtOnce) {
  constexpr int64_t kKeys = 2000;
  ASSERT_TRUE(table_->Insert(KeysTo(kKeys, &first_)).ok());
  std::vector<EncodedKeys> batches;
  for (int64_t end = 100; end <= 2 * kKeys; end += 100) batches.push_back(KeysTo(end, &second_));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (const EncodedKeys& keys : batches) {
        const auto numbers = table_->Find(keys).ValueOrDie();
        const int64_t end = keys.num_rows() - 1;
        for (int64_t i = 0; i < end; ++i) {
          ASSERT_EQ(numbers->IsValid(i), i < kKeys) << i;
          if (i < kKeys) {
            ASSERT_EQ(numbers->Value(i), i);
          }
        }
        ASSERT_EQ(numbers->Value(end), kKeys) << "of NULL";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeyTableRandomTest, testing::Range(0u, 100u));

}  // namespace
}  // namespace tarn::local
