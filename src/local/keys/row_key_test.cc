#include "local/keys/row_key.h"

#include <gtest/gtest.h>

#include <numeric>

#include "local/operators/operator_for_test.h"

namespace tarn::local {
namespace {

// The rows' numbers in the order of their keys; equal rows in parentheses' place keep their order.
std::vector<int64_t> OrderOf(const BatchPtr& batch, const std::vector<KeyOrder>& orders) {
  const RowKeys keys = EncodeRowKeys(batch->columns(), orders, batch->num_rows()).ValueOrDie();
  std::vector<int64_t> order(batch->num_rows());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return keys.row(a) < keys.row(b); });
  return order;
}

using Order = std::vector<int64_t>;
constexpr KeyOrder kUp{.descending = false, .nulls_first = true};
constexpr KeyOrder kDown{.descending = true, .nulls_first = false};

TEST(RowKeyTest, IntegersOfEveryWidth) {
  for (const std::string type : {"TINYINT", "SMALLINT", "INT", "BIGINT"}) {
    const BatchPtr batch = MakeBatch("x " + type, "[[3], [-128], [null], [0], [127], [-1]]");
    EXPECT_EQ(OrderOf(batch, {kUp}), (Order{2, 1, 5, 3, 0, 4})) << type;
    EXPECT_EQ(OrderOf(batch, {kDown}), (Order{4, 0, 3, 5, 1, 2})) << type;
  }
}

TEST(RowKeyTest, NullsGoWhereTheyAreTold) {
  const BatchPtr batch = MakeBatch("x INT", "[[1], [null], [2]]");
  EXPECT_EQ(OrderOf(batch, {{false, false}}), (Order{0, 2, 1}));
  EXPECT_EQ(OrderOf(batch, {{true, true}}), (Order{1, 2, 0}));
}

TEST(RowKeyTest, FloatsOrderZerosAndNaNAsSpark) {
  for (const std::string type : {"FLOAT", "DOUBLE"}) {
    const BatchPtr batch =
        MakeBatch("x " + type, "[[NaN], [1.5], [-Inf], [0.0], [-0.0], [-2.5], [Inf], [NaN]]");
    EXPECT_EQ(OrderOf(batch, {kUp}), (Order{2, 5, 3, 4, 1, 6, 0, 7})) << type;
    EXPECT_EQ(OrderOf(batch, {kDown}), (Order{0, 7, 6, 1, 3, 4, 5, 2})) << type;
  }
}

TEST(RowKeyTest, StringsOrderByBytes) {
  const BatchPtr batch =
      MakeBatch("x STRING", R"([["b"], ["a\u0000"], ["a"], [""], ["é"], ["ab"], ["a\u0000a"]])");
  EXPECT_EQ(OrderOf(batch, {kUp}), (Order{3, 2, 1, 6, 5, 0, 4}));
  EXPECT_EQ(OrderOf(batch, {kDown}), (Order{4, 0, 5, 6, 1, 2, 3}));
}

TEST(RowKeyTest, OneColumnsEndIsNotTheNextOnesBegin) {
  const BatchPtr batch = MakeBatch("x STRING, y STRING", R"([["ab", ""], ["a", "b"], ["a", "c"]])");
  EXPECT_EQ(OrderOf(batch, {kUp, kUp}), (Order{1, 2, 0}));
  EXPECT_EQ(OrderOf(batch, {kUp, kDown}), (Order{2, 1, 0}));
  EXPECT_EQ(OrderOf(batch, {kDown, kUp}), (Order{0, 1, 2}));
}

TEST(RowKeyTest, OtherTypes) {
  EXPECT_EQ(OrderOf(MakeBatch("x BOOLEAN", "[[true], [false], [null]]"), {kUp}), (Order{2, 1, 0}));
  EXPECT_EQ(OrderOf(MakeBatch("x DATE", "[[1], [-1], [0]]"), {kUp}), (Order{1, 2, 0}));
  EXPECT_EQ(OrderOf(MakeBatch("x TIMESTAMP", R"([["2018-11-01"], ["1969-01-01"]])"), {kUp}),
            (Order{1, 0}));
  EXPECT_EQ(OrderOf(MakeBatch("x DECIMAL(38,2)",
                              R"([["1.00"], ["-999999999999999999999999999999999999.99"],
                                  ["-0.01"], ["999999999999999999999999999999999999.99"]])"),
                    {kUp}),
            (Order{1, 2, 0, 3}));
}

TEST(RowKeyTest, SlicedColumns) {
  const BatchPtr batch =
      MakeBatch("x STRING, y INT", R"([["z", 9], ["b", 1], [null, 2], ["b", 0]])")->Slice(1);
  EXPECT_EQ(OrderOf(batch, {kUp, kUp}), (Order{1, 2, 0}));
}

TEST(RowKeyTest, WithoutColumnsAllRowsAreEqual) {
  const RowKeys keys = EncodeRowKeys({}, {}, 3).ValueOrDie();
  ASSERT_EQ(keys.num_rows(), 3);
  EXPECT_EQ(keys.row(0), keys.row(2));
}

TEST(RowKeyTest, StructsGoByTheirFields) {
  const BatchPtr batch = MakeBatch(
      "x STRUCT<a: INT, b: STRING>",
      R"([[{"a":1,"b":"b"}], [null], [{"a":1,"b":null}], [{"a":null,"b":"z"}], [{"a":0,"b":"z"}], [{"a":1,"b":"a"}]])");
  EXPECT_EQ(OrderOf(batch, {kUp}), (Order{1, 3, 4, 2, 5, 0}));
  EXPECT_EQ(OrderOf(batch, {kDown}), (Order{0, 5, 2, 4, 3, 1}));
}

TEST(RowKeyTest, ArraysGoByTheirElementsThenByLength) {
  const BatchPtr batch = MakeBatch(
      "x ARRAY<INT>", "[[[1, 2]], [[1]], [null], [[]], [[null, 9]], [[1, null]], [[-1]]]");
  EXPECT_EQ(OrderOf(batch, {kUp}), (Order{2, 3, 4, 6, 1, 5, 0}));
  EXPECT_EQ(OrderOf(batch, {kDown}), (Order{0, 5, 1, 6, 4, 3, 2}));
  const auto slice = batch->Slice(3);
  EXPECT_EQ(OrderOf(slice, {kUp}), (Order{0, 1, 3, 2}));
}

TEST(RowKeyTest, NestedValuesEndBeforeTheNextColumn) {
  const BatchPtr batch = MakeBatch(
      "x ARRAY<STRUCT<a: ARRAY<DOUBLE>>>, y INT",
      R"([[[{"a":[0.0]}], 2], [[{"a":[-0.0]}], 1], [[{"a":[0.0, NaN]}], 0], [[{"a":[0.0]}, null], 0], [[null], 5]])");
  EXPECT_EQ(OrderOf(batch, {kUp, kUp}), (Order{4, 1, 0, 3, 2}));
}

TEST(RowKeyTest, MapsHaveNoOrder) {
  const BatchPtr batch = MakeBatch("x ARRAY<MAP<STRING, INT>>", R"([[[[["k", 1]]]]])");
  EXPECT_TRUE(EncodeRowKeys(batch->columns(), {kUp}, 1).status().IsNotImplemented());
}

}  // namespace
}  // namespace tarn::local
