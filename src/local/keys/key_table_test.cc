#include "local/keys/key_table.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

class KeyTableTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static std::unique_ptr<KeyTable> TableFor(const BatchPtr& batch) {
    std::vector<std::shared_ptr<arrow::DataType>> types;
    for (const auto& field : batch->schema()->fields()) types.push_back(field->type());
    return KeyTable::Make(types, /*keeps_keys=*/true).ValueOrDie();
  }
};

TEST_F(KeyTableTest, NumbersKeysAsTheyCome) {
  const BatchPtr batch =
      MakeBatch("s STRING, x INT", R"([["a", 1], ["b", 1], [null, null], ["a", 1], ["a", 2]])");
  auto table = TableFor(batch);
  ExpectArray(*table->Insert(batch->columns(), 5).ValueOrDie(), "[0, 1, 2, 0, 3]");
  EXPECT_EQ(table->num_keys(), 4u);
  const BatchPtr more = MakeBatch("s STRING, x INT", R"([["c", 1], [null, null], ["a", 2]])");
  ExpectArray(*table->Find(EncodedKeys::Make(more->columns(), 3).ValueOrDie()).ValueOrDie(),
              "[null, 2, 3]");
  ExpectArray(*table->Insert(more->columns(), 3).ValueOrDie(), "[4, 2, 3]");
  const arrow::ArrayVector keys = table->TakeKeys().ValueOrDie();
  ExpectArray(*keys[0], R"(["a", "b", null, "a", "c"])");
  ExpectArray(*keys[1], "[1, 1, null, 2, 1]");
}

TEST_F(KeyTableTest, SomeRowsAlone) {
  const BatchPtr batch =
      MakeBatch("s STRING, x INT", R"([["a", 1], ["b", 1], ["a", 1], ["c", 2]])");
  const EncodedKeys keys = EncodedKeys::Make(batch->columns(), 4).ValueOrDie();
  auto table = TableFor(batch);
  const std::vector<int64_t> rows = {1, 3};
  ExpectArray(*table->Insert(keys, rows).ValueOrDie(), "[0, 1]");
  ExpectArray(*table->Find(keys, std::vector<int64_t>{0, 3}).ValueOrDie(), "[null, 1]");
  ExpectArray(*table->Insert(keys, std::vector<int64_t>{2, 3, 0}).ValueOrDie(), "[2, 1, 2]");
  ExpectArray(*table->Insert(keys, std::vector<int64_t>{}).ValueOrDie(), "[]");
  ExpectArray(*table->TakeKeys().ValueOrDie()[0], R"(["b", "c", "a"])");
}

// The order of groups is the order of the output: it must not depend on how keys are hashed.
TEST_F(KeyTableTest, ManyKeysAreNumberedInOrder) {
  constexpr int64_t kRows = 200'000;
  std::vector<int64_t> values(kRows);
  for (int64_t i = 0; i < kRows; ++i) values[i] = i * 2654435761 % 1'000'003;
  auto column = std::make_shared<arrow::Int64Array>(kRows, arrow::Buffer::FromVector(values));
  auto table = KeyTable::Make({arrow::int64()}).ValueOrDie();
  const auto numbers = table->Insert({column}, kRows).ValueOrDie();
  uint32_t next = 0;
  for (int64_t i = 0; i < kRows; ++i) {
    ASSERT_LE(numbers->Value(i), next) << i;
    if (numbers->Value(i) == next) ++next;
  }
  EXPECT_EQ(next, table->num_keys());
}

// Of parts that could be taken for one another.
TEST_F(KeyTableTest, TellsWhatItHolds) {
  const BatchPtr batch = MakeBatch("s STRING", "[[\"" + std::string(100'000, 'x') + "\"]]");
  auto table = TableFor(batch);
  ASSERT_TRUE(table->Insert(batch->columns(), 1).ok());
  EXPECT_GE(table->num_bytes(), 200'000) << "its bytes, and the key";
  EXPECT_LT(table->num_bytes(), 300'000);
}

TEST_F(KeyTableTest, KeysOfSeveralColumnsAreApart) {
  const BatchPtr batch = MakeBatch(
      "a STRING, b STRING, n INT",
      R"([["ab", "c", 1], ["a", "bc", 1], ["", null, 0], [null, "", 0], ["", "", null], ["", "", 0]])");
  ExpectArray(*TableFor(batch)->Insert(batch->columns(), 6).ValueOrDie(), "[0, 1, 2, 3, 4, 5]");
  const BatchPtr slice = batch->Slice(1, 4);
  auto table = TableFor(slice);
  ExpectArray(*table->Insert(slice->columns(), 4).ValueOrDie(), "[0, 1, 2, 3]");
  ExpectArray(*table->Find(EncodedKeys::Make(batch->columns(), 6).ValueOrDie()).ValueOrDie(),
              "[null, 0, 1, 2, 3, null]");
}

TEST_F(KeyTableTest, FindsNothingWhenEmpty) {
  const BatchPtr batch = MakeBatch("s STRING", R"([["a"], [null]])");
  ExpectArray(
      *TableFor(batch)->Find(EncodedKeys::Make(batch->columns(), 2).ValueOrDie()).ValueOrDie(),
      "[null, null]");
}

TEST_F(KeyTableTest, WithoutColumnsThereIsOneKey) {
  auto table = KeyTable::Make({}).ValueOrDie();
  ExpectArray(*table->Insert({}, 3).ValueOrDie(), "[0, 0, 0]");
  ExpectArray(*table->Find(EncodedKeys::Make({}, 2).ValueOrDie()).ValueOrDie(), "[0, 0]");
  EXPECT_EQ(table->num_keys(), 1u);
  EXPECT_TRUE(table->TakeKeys().ValueOrDie().empty());
}

TEST_F(KeyTableTest, EveryTypeThatCanBeAKey) {
  const BatchPtr batch = MakeBatch(
      "b BOOLEAN, t TINYINT, f FLOAT, m DECIMAL(20,2), d DATE, at TIMESTAMP, y BINARY",
      R"([[true, 1, 0.5, "1.00", 3, "2018-11-01", "x"], [true, 1, 0.5, "1.00", 3, "2018-11-01", "y"],
          [true, 1, 0.5, "1.00", 3, "2018-11-01", "x"]])");
  ExpectArray(*TableFor(batch)->Insert(batch->columns(), 3).ValueOrDie(), "[0, 1, 0]");
}

TEST_F(KeyTableTest, KeysOfOtherTypesAreRefused) {
  const BatchPtr batch = MakeBatch("s STRING, x INT", R"([["a", 1]])");
  auto table = KeyTable::Make({arrow::int32()}).ValueOrDie();
  EXPECT_TRUE(table->Insert({batch->column(0)}, 1).status().IsTypeError());
  EXPECT_TRUE(table->Insert({batch->column(1)}, 1).ok());
}

// Where a NULL is, the words of such keys are 0.
TEST_F(KeyTableTest, NullsOfShortKeysAreApart) {
  const BatchPtr one = MakeBatch("x BIGINT", "[[0], [null], [0], [null]]");
  ExpectArray(*TableFor(one)->Insert(one->columns(), 4).ValueOrDie(), "[0, 1, 0, 1]");
  const BatchPtr two = MakeBatch("x BIGINT, y INT, z INT",
                                 "[[0, 0, 0], [null, 0, 0], [0, null, 0], [0, 0, null], "
                                 "[null, null, null], [0, null, 0]]");
  ExpectArray(*TableFor(two)->Insert(two->columns(), 6).ValueOrDie(), "[0, 1, 2, 3, 4, 2]");
  const auto none = std::make_shared<arrow::NullArray>(2);
  auto table = KeyTable::Make({arrow::null(), arrow::null()}).ValueOrDie();
  ExpectArray(*table->Insert({none, none}, 2).ValueOrDie(), "[0, 0]");
}

TEST_F(KeyTableTest, MapsAreRefused) {
  const Status status =
      KeyTable::Make({arrow::list(arrow::map(arrow::utf8(), arrow::int32()))}).status();
  EXPECT_TRUE(status.IsNotImplemented()) << status.ToString();
}

TEST_F(KeyTableTest, NestedKeys) {
  const BatchPtr batch = MakeBatch(
      "s STRUCT<a: INT, b: STRING>, l ARRAY<DOUBLE>",
      R"([[{"a":1,"b":"x"}, [1, null]], [{"a":1,"b":"x"}, [1]], [null, []], [{"a":1,"b":"x"}, [1, null]], [null, null]])");
  auto table = TableFor(batch);
  ExpectArray(*table->Insert(batch->columns(), 5).ValueOrDie(), "[0, 1, 2, 0, 3]");
  const BatchPtr more = batch->Slice(2);
  ExpectArray(*table->Insert(more->columns(), 3).ValueOrDie(), "[2, 0, 3]");
  ExpectArray(*table->Find(EncodedKeys::Make(more->columns(), 3).ValueOrDie()).ValueOrDie(),
              "[2, 0, 3]");
  const arrow::ArrayVector keys = table->TakeKeys().ValueOrDie();
  ExpectArray(*keys[0], R"([{"a":1,"b":"x"}, {"a":1,"b":"x"}, null, null])");
  ExpectArray(*keys[1], "[[1, null], [1], [], null]");
}

TEST_F(KeyTableTest, NestedFloatsBecomeTheSame) {
  const BatchPtr batch = MakeBatch("s STRUCT<d: DOUBLE>, l ARRAY<DOUBLE>",
                                   "[[{\"d\":1}, [1]], [{\"d\":-0.0}, [-0.0, null]], [null, null], "
                                   "[{\"d\":0.0}, [0.0, null]], [{\"d\":null}, []]]");
  const BatchPtr slice = batch->Slice(1);
  const auto structs = NormalizeKey(slice->column(0)).ValueOrDie();
  ExpectArray(*structs, "[{\"d\":0.0}, null, {\"d\":0.0}, {\"d\":null}]");
  const auto lists = NormalizeKey(slice->column(1)).ValueOrDie();
  ASSERT_TRUE(lists->ValidateFull().ok());
  ExpectArray(*lists, "[[0.0, null], null, [0.0, null], []]");
  const auto first = batch->Slice(0, 1);
  EXPECT_EQ(NormalizeKey(first->column(1)).ValueOrDie(), first->column(1));
}

TEST_F(KeyTableTest, KeysThatSparkHoldsToBeEqualBecomeTheSame) {
  const BatchPtr batch =
      MakeBatch("d DOUBLE, f FLOAT", "[[1, 1], [-0.0, -0.0], [null, NaN], [2, 2]]");
  auto d = NormalizeKey(batch->column(0)).ValueOrDie();
  ExpectArray(*d, "[1, 0.0, null, 2]");
  ExpectArray(*NormalizeKey(batch->column(1)->Slice(1)).ValueOrDie(), "[0.0, NaN, 2]");
  ExpectArray(*NormalizeKey(batch->column(0)->Slice(2)).ValueOrDie(), "[null, 2]");
  EXPECT_EQ(NormalizeKey(d).ValueOrDie(), d) << "nothing to change: not copied";
}

}  // namespace
}  // namespace tarn::local
