#include "lake/dictionary_choice.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "lake/table_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;

std::vector<bool> ColumnsOf(const arrow::ArrayVector& columns, int64_t num_rows) {
  arrow::FieldVector fields;
  std::vector<int> indexes;
  for (const auto& column : columns) {
    indexes.push_back(static_cast<int>(fields.size()));
    fields.push_back(arrow::field("x", column->type()));
  }
  const arrow::RecordBatchVector batches = {
      arrow::RecordBatch::Make(arrow::schema(fields), columns[0]->length(), columns)};
  const RowRange rows{0, 0, static_cast<uint32_t>(num_rows)};
  return ColumnsWithoutDictionary(OrderedRows(batches, indexes, {&rows, 1})).ValueOrDie();
}

// Values `value(row)` of int64.
template <class Value>
std::shared_ptr<arrow::Array> Integers(int64_t num_rows, Value value) {
  arrow::Int64Builder builder;
  for (int64_t row = 0; row < num_rows; ++row) EXPECT_TRUE(builder.Append(value(row)).ok());
  return builder.Finish().ValueOrDie();
}

constexpr int64_t kRows = 200'000;

TEST(DictionaryChoiceTest, ValuesThatDiffer) {
  arrow::StringBuilder texts;
  arrow::BooleanBuilder booleans;
  for (int64_t row = 0; row < kRows; ++row) {
    ASSERT_TRUE(texts.Append(fmt::format("text {}", row)).ok());
    ASSERT_TRUE(booleans.Append(true).ok());
  }
  const arrow::ArrayVector columns = {
      Integers(kRows, [](int64_t row) { return row; }), texts.Finish().ValueOrDie(),
      booleans.Finish().ValueOrDie(),
      Integers(kRows, [](int64_t row) { return row * 7919 % 1000; })};
  EXPECT_THAT(ColumnsOf(columns, kRows), ElementsAre(true, true, false, false));
  EXPECT_THAT(ColumnsOf(columns, 50'000), ElementsAre(true, true, false, false))
      << "a dictionary would have room for them, and be no smaller";
  EXPECT_THAT(ColumnsOf(columns, 10'000), ElementsAre(false, false, false, false)) << "too few";
}

TEST(DictionaryChoiceTest, ValuesDrawnByChance) {
  std::mt19937 generator(7);
  const auto drawn = [&](int64_t num_different) {
    return Integers(kRows,
                    [&](int64_t) { return static_cast<int64_t>(generator()) % num_different; });
  };
  EXPECT_THAT(ColumnsOf({drawn(100'000), drawn(1'000'000)}, kRows), ElementsAre(false, true));
}

TEST(DictionaryChoiceTest, ValuesThatFollowEachOtherCountOnce) {
  const arrow::ArrayVector columns = {Integers(2 * kRows, [](int64_t row) { return row / 2; })};
  EXPECT_THAT(ColumnsOf(columns, 2 * kRows), ElementsAre(true));
  EXPECT_THAT(ColumnsOf(columns, kRows), ElementsAre(false));
}

TEST(DictionaryChoiceTest, ValuesThatRepeatNearbyOrFarAway) {
  // As of 10,000 sessions that go on at once.
  std::mt19937 generator(7);
  const auto session = [&](int64_t row) {
    return row / 20'000 * 10'000 + static_cast<int64_t>(generator() % 10'000);
  };
  EXPECT_THAT(ColumnsOf({Integers(kRows, session),
                         Integers(kRows, [](int64_t row) { return row * 7919 % 50'000; })},
                        kRows),
              ElementsAre(false, false));
}

TEST(DictionaryChoiceTest, Nulls) {
  arrow::Int64Builder few, some, many;
  for (int64_t row = 0; row < kRows; ++row) {
    ASSERT_TRUE((row % 10 == 0 ? few.AppendNull() : few.Append(row)).ok());
    ASSERT_TRUE((row % 3 == 0 ? some.AppendNull() : some.Append(row)).ok());
    ASSERT_TRUE((row % 10 != 0 ? many.AppendNull() : many.Append(row)).ok());
  }
  const arrow::ArrayVector columns = {few.Finish().ValueOrDie(), some.Finish().ValueOrDie(),
                                      many.Finish().ValueOrDie()};
  EXPECT_THAT(ColumnsOf(columns, kRows), ElementsAre(true, true, false));
  EXPECT_THAT(ColumnsOf(columns, kRows / 2), ElementsAre(true, true, false));
}

}  // namespace
}  // namespace tarn::lake
