#include "rows/take_rows.h"

#include <arrow/array/array_dict.h>
#include <arrow/array/concatenate.h>
#include <arrow/json/from_string.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tarn {
namespace {

// Chunks of `values`, JSON, cut at 0, 1, 3 and 3; each a slice of something larger.
std::shared_ptr<arrow::ChunkedArray> Chunked(const std::shared_ptr<arrow::DataType>& type,
                                             const std::string& values) {
  const auto all = arrow::json::ArrayFromJSONString(type, values).ValueOrDie();
  return std::make_shared<arrow::ChunkedArray>(
      arrow::ArrayVector{all->Slice(0, 0), all->Slice(0, 1), all->Slice(1, 2), all->Slice(3, 0),
                         all->Slice(3)},
      type);
}

// Row by row from the column in one piece.
std::shared_ptr<arrow::Array> Expected(const arrow::ChunkedArray& column,
                                       const std::vector<uint64_t>& rows) {
  const auto whole = arrow::Concatenate(column.chunks()).ValueOrDie();
  arrow::ArrayVector taken = {whole->Slice(0, 0)};
  for (const uint64_t row : rows) taken.push_back(whole->Slice(static_cast<int64_t>(row), 1));
  return arrow::Concatenate(taken).ValueOrDie();
}

void ExpectTaken(const std::shared_ptr<arrow::DataType>& type, const std::string& values) {
  const auto column = Chunked(type, values);
  const ChunkIndex index(column->chunks());
  std::mt19937 generator(7);
  for (const size_t size : {0, 1, 5, 40}) {
    std::vector<uint64_t> rows(size);
    for (uint64_t& row : rows) row = generator() % static_cast<uint64_t>(column->length());
    const auto taken = TakeRows(*column, index.Find(rows)).ValueOrDie();
    ASSERT_TRUE(taken->ValidateFull().ok()) << *type;
    EXPECT_TRUE(taken->Equals(Expected(*column, rows))) << *type << taken->ToString();
  }
}

TEST(TakeRows, OfEveryType) {
  for (const auto& type : {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(),
                           arrow::float32(), arrow::float64()}) {
    ExpectTaken(type, "[1, 2, null, 4, 5, null]");
    ExpectTaken(type, "[1, 2, 3, 4, 5, 6]");
  }
  ExpectTaken(arrow::boolean(), "[true, false, null, true, true, false]");
  ExpectTaken(arrow::date32(), "[1, 2, null, 4, 5, 6]");
  ExpectTaken(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), "[1, 2, null, 4, 5, 6]");
  ExpectTaken(arrow::decimal128(9, 2), R"(["1.00", "-2.50", null, "4.00", "5.00", "6.00"])");
  ExpectTaken(arrow::utf8(), R"(["a", "", null, "déjà", "long enough for no small string", "z"])");
  ExpectTaken(arrow::utf8(), R"(["", "", "", "", "", ""])");
  ExpectTaken(arrow::binary(), R"(["a", "", null, "b", "c", "d"])");
  ExpectTaken(arrow::list(arrow::int32()), "[[1], [], null, [2, 3], [null], [4]]");
  ExpectTaken(arrow::struct_({arrow::field("a", arrow::utf8())}),
              R"([{"a":"x"}, {"a":null}, null, {"a":"y"}, {"a":"z"}, {"a":""}])");
  ExpectTaken(arrow::map(arrow::utf8(), arrow::int32()),
              R"([[["k", 1]], [], null, [["a", 2], ["b", 3]], [], []])");
  ExpectTaken(arrow::null(), "[null, null, null, null, null, null]");
}

TEST(TakeValues, OfDictionariesAndWhatHasNone) {
  const auto from_json = [](const auto& type, const std::string& values) {
    return arrow::json::ArrayFromJSONString(type, values).ValueOrDie();
  };
  const auto coded = [&](const std::string& codes, const std::string& values) {
    return arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                              from_json(arrow::int32(), codes),
                                              from_json(arrow::utf8(), values))
        .ValueOrDie();
  };
  const arrow::ArrayVector chunks = {coded("[0, 1, 0, null]", R"(["a", "b"])")->Slice(1),
                                     from_json(arrow::utf8(), R"(["c", null])"),
                                     coded("[0, 0]", R"([""])")};
  const std::vector<RowPlace> all = {{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {2, 1}, {0, 0}};
  const auto taken = TakeValues(chunks, all).ValueOrDie();
  ASSERT_TRUE(taken->ValidateFull().ok());
  EXPECT_TRUE(taken->Equals(from_json(arrow::utf8(), R"(["b", "a", null, "c", null, "", "b"])")));
  const std::vector<RowPlace> valid = {{2, 0}, {0, 1}};
  EXPECT_TRUE(
      TakeValues(chunks, valid).ValueOrDie()->Equals(from_json(arrow::utf8(), R"(["", "a"])")));
}

}  // namespace
}  // namespace tarn
