#include "rows/row_changes.h"

#include <arrow/array/array_dict.h>
#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn {
namespace {

using testing::ElementsAre;

std::shared_ptr<arrow::Array> Values(const std::shared_ptr<arrow::DataType>& type,
                                     const std::string& values) {
  return arrow::json::ArrayFromJSONString(type, values).ValueOrDie();
}

std::vector<uint8_t> Changes(const arrow::Array& values) {
  std::vector<uint8_t> changes(static_cast<size_t>(values.length()), 0);
  MarkChanges(values, &changes);
  return changes;
}

TEST(RowChangesTest, ValuesOfEachWidth) {
  for (const auto& type : {arrow::int8(), arrow::int16(), arrow::int32(), arrow::date32(),
                           arrow::int64(), arrow::float32(), arrow::float64()}) {
    EXPECT_THAT(Changes(*Values(type, "[1,1,2,2,1]")), ElementsAre(1, 0, 1, 0, 1)) << *type;
  }
  EXPECT_THAT(Changes(*Values(arrow::utf8(), R"(["a","a","","","b"])")),
              ElementsAre(1, 0, 1, 0, 1));
  EXPECT_THAT(Changes(*Values(arrow::decimal128(30, 1), R"(["1.0","1.0","2.0"])")),
              ElementsAre(1, 0, 1));
}

TEST(RowChangesTest, NullsAreAlike) {
  EXPECT_THAT(Changes(*Values(arrow::int32(), "[null,null,0,0,null,1]")),
              ElementsAre(1, 0, 1, 0, 1, 1));
  EXPECT_THAT(Changes(*Values(arrow::utf8(), R"([null,"",""])")), ElementsAre(1, 1, 0));
}

TEST(RowChangesTest, ASliceBeginsAnew) {
  EXPECT_THAT(Changes(*Values(arrow::int64(), "[1,2,2,3]")->Slice(2)), ElementsAre(1, 1));
  EXPECT_THAT(Changes(*Values(arrow::utf8(), R"(["a","b","b"])")->Slice(1)), ElementsAre(1, 0));
}

TEST(RowChangesTest, Codes) {
  const auto codes = Values(arrow::int32(), "[0,0,1,null,null,0]");
  const auto values = Values(arrow::utf8(), R"(["a","b"])");
  const auto text = arrow::DictionaryArray::FromArrays(
                        arrow::dictionary(arrow::int32(), arrow::utf8()), codes, values)
                        .ValueOrDie();
  EXPECT_THAT(Changes(*text), ElementsAre(1, 0, 1, 1, 0, 1));
  EXPECT_THAT(Changes(*text->Slice(1)), ElementsAre(1, 1, 1, 0, 1));
}

TEST(RowChangesTest, TypesThatAreNotComparedChangeAlways) {
  EXPECT_THAT(Changes(*Values(arrow::boolean(), "[true,true]")), ElementsAre(1, 1));
  EXPECT_THAT(Changes(*Values(arrow::list(arrow::int32()), "[[1],[1]]")), ElementsAre(1, 1));
  EXPECT_THAT(Changes(*Values(arrow::int64(), "[]")), ElementsAre());
}

TEST(RowChangesTest, ChangesOfSeveralColumnsAddUp) {
  std::vector<uint8_t> changes(4, 0);
  MarkChanges(*Values(arrow::int32(), "[1,1,2,2]"), &changes);
  MarkChanges(*Values(arrow::utf8(), R"(["a","b","b","b"])"), &changes);
  EXPECT_THAT(changes, ElementsAre(1, 1, 1, 0));
}

}  // namespace
}  // namespace tarn
