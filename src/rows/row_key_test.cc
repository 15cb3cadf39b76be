#include "rows/row_key.h"

#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <string>

namespace tarn {
namespace {

using BatchPtr = std::shared_ptr<arrow::RecordBatch>;

// Columns of these types, rows as a JSON array of arrays.
BatchPtr MakeBatch(const std::vector<std::shared_ptr<arrow::DataType>>& types,
                   const std::string& rows) {
  arrow::FieldVector fields;
  for (const auto& type : types)
    fields.push_back(arrow::field("x" + std::to_string(fields.size()), type));
  return arrow::RecordBatch::FromStructArray(
             arrow::json::ArrayFromJSONString(arrow::struct_(fields), rows).ValueOrDie())
      .ValueOrDie();
}

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
  for (const auto& type : {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64()}) {
    const BatchPtr batch = MakeBatch({type}, "[[3], [-128], [null], [0], [127], [-1]]");
    EXPECT_EQ(OrderOf(batch, {kUp}), (Order{2, 1, 5, 3, 0, 4})) << *type;
    EXPECT_EQ(OrderOf(batch, {kDown}), (Order{4, 0, 3, 5, 1, 2})) << *type;
  }
}

TEST(RowKeyTest, NullsGoWhereTheyAreTold) {
  const BatchPtr batch = MakeBatch({arrow::int32()}, "[[1], [null], [2]]");
  EXPECT_EQ(OrderOf(batch, {{false, false}}), (Order{0, 2, 1}));
  EXPECT_EQ(OrderOf(batch, {{true, true}}), (Order{1, 2, 0}));
}

TEST(RowKeyTest, FloatsOrderZerosAndNaNAsSpark) {
  for (const auto& type : {arrow::float32(), arrow::float64()}) {
    const BatchPtr batch =
        MakeBatch({type}, "[[NaN], [1.5], [-Inf], [0.0], [-0.0], [-2.5], [Inf], [NaN]]");
    EXPECT_EQ(OrderOf(batch, {kUp}), (Order{2, 5, 3, 4, 1, 6, 0, 7})) << *type;
    EXPECT_EQ(OrderOf(batch, {kDown}), (Order{0, 7, 6, 1, 3, 4, 5, 2})) << *type;
  }
}

TEST(RowKeyTest, StringsOrderByBytes) {
  const BatchPtr batch = MakeBatch(
      {arrow::utf8()}, R"([["b"], ["a\u0000"], ["a"], [""], ["é"], ["ab"], ["a\u0000a"]])");
  EXPECT_EQ(OrderOf(batch, {kUp}), (Order{3, 2, 1, 6, 5, 0, 4}));
  EXPECT_EQ(OrderOf(batch, {kDown}), (Order{4, 0, 5, 6, 1, 2, 3}));
}

TEST(RowKeyTest, OneColumnsEndIsNotTheNextOnesBegin) {
  const BatchPtr batch =
      MakeBatch({arrow::utf8(), arrow::utf8()}, R"([["ab", ""], ["a", "b"], ["a", "c"]])");
  EXPECT_EQ(OrderOf(batch, {kUp, kUp}), (Order{1, 2, 0}));
  EXPECT_EQ(OrderOf(batch, {kUp, kDown}), (Order{2, 1, 0}));
  EXPECT_EQ(OrderOf(batch, {kDown, kUp}), (Order{0, 1, 2}));
}

TEST(RowKeyTest, IntervalsWithoutFieldsAreToldApart) {
  const auto type = arrow::month_day_nano_interval();
  const BatchPtr batch = MakeBatch(
      {type}, "[[[1, 2, -3]], [[1, 2, -3]], [null], [[0, 32, -3]], [[1, 2, 3]], [[-1, 2, -3]]]");
  const RowKeys keys = EncodeRowKeys(batch->columns(), {kUp}, batch->num_rows()).ValueOrDie();
  EXPECT_EQ(keys.row(0), keys.row(1));
  for (const int64_t other : {2, 3, 4, 5}) EXPECT_NE(keys.row(0), keys.row(other)) << other;
  EXPECT_TRUE(IsGroupable(*arrow::list(type)));
  EXPECT_FALSE(IsOrderable(*arrow::list(type)));
  EXPECT_FALSE(IsGroupable(*arrow::map(arrow::utf8(), type)));
}

TEST(RowKeyTest, OtherTypes) {
  EXPECT_EQ(OrderOf(MakeBatch({arrow::boolean()}, "[[true], [false], [null]]"), {kUp}),
            (Order{2, 1, 0}));
  EXPECT_EQ(OrderOf(MakeBatch({arrow::date32()}, "[[1], [-1], [0]]"), {kUp}), (Order{1, 2, 0}));
  EXPECT_EQ(OrderOf(MakeBatch({arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
                              R"([["2018-11-01"], ["1969-01-01"]])"),
                    {kUp}),
            (Order{1, 0}));
  EXPECT_EQ(OrderOf(MakeBatch({arrow::decimal128(38, 2)},
                              R"([["1.00"], ["-999999999999999999999999999999999999.99"],
                                  ["-0.01"], ["999999999999999999999999999999999999.99"]])"),
                    {kUp}),
            (Order{1, 2, 0, 3}));
}

TEST(RowKeyTest, SlicedColumns) {
  const BatchPtr batch =
      MakeBatch({arrow::utf8(), arrow::int32()}, R"([["z", 9], ["b", 1], [null, 2], ["b", 0]])")
          ->Slice(1);
  EXPECT_EQ(OrderOf(batch, {kUp, kUp}), (Order{1, 2, 0}));
}

TEST(RowKeyTest, WithoutColumnsAllRowsAreEqual) {
  const RowKeys keys = EncodeRowKeys({}, {}, 3).ValueOrDie();
  ASSERT_EQ(keys.num_rows(), 3);
  EXPECT_EQ(keys.row(0), keys.row(2));
}

TEST(RowKeyTest, StructsGoByTheirFields) {
  const BatchPtr batch = MakeBatch(
      {arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::utf8())})},
      R"([[{"a":1,"b":"b"}], [null], [{"a":1,"b":null}], [{"a":null,"b":"z"}], [{"a":0,"b":"z"}], [{"a":1,"b":"a"}]])");
  EXPECT_EQ(OrderOf(batch, {kUp}), (Order{1, 3, 4, 2, 5, 0}));
  EXPECT_EQ(OrderOf(batch, {kDown}), (Order{0, 5, 2, 4, 3, 1}));
}

TEST(RowKeyTest, ArraysGoByTheirElementsThenByLength) {
  const BatchPtr batch =
      MakeBatch({arrow::list(arrow::int32())},
                "[[[1, 2]], [[1]], [null], [[]], [[null, 9]], [[1, null]], [[-1]]]");
  EXPECT_EQ(OrderOf(batch, {kUp}), (Order{2, 3, 4, 6, 1, 5, 0}));
  EXPECT_EQ(OrderOf(batch, {kDown}), (Order{0, 5, 1, 6, 4, 3, 2}));
  const auto slice = batch->Slice(3);
  EXPECT_EQ(OrderOf(slice, {kUp}), (Order{0, 1, 3, 2}));
}

TEST(RowKeyTest, NestedValuesEndBeforeTheNextColumn) {
  const BatchPtr batch = MakeBatch(
      {arrow::list(arrow::struct_({arrow::field("a", arrow::list(arrow::float64()))})),
       arrow::int32()},
      R"([[[{"a":[0.0]}], 2], [[{"a":[-0.0]}], 1], [[{"a":[0.0, NaN]}], 0], [[{"a":[0.0]}, null], 0], [[null], 5]])");
  EXPECT_EQ(OrderOf(batch, {kUp, kUp}), (Order{4, 1, 0, 3, 2}));
}

TEST(RowKeyTest, MapsHaveNoOrder) {
  const BatchPtr batch =
      MakeBatch({arrow::list(arrow::map(arrow::utf8(), arrow::int32()))}, R"([[[[["k", 1]]]]])");
  EXPECT_TRUE(EncodeRowKeys(batch->columns(), {kUp}, 1).status().IsNotImplemented());
}

}  // namespace
}  // namespace tarn
