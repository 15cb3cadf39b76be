#include "spark/engine/conform_rows.h"

#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::spark {
namespace {

using arrow::field;
using arrow::TimeUnit;
using testing::HasSubstr;

std::shared_ptr<arrow::RecordBatch> RowsOf(const arrow::FieldVector& fields,
                                           const std::string& json) {
  const auto rows = arrow::json::ArrayFromJSONString(arrow::struct_(fields), json).ValueOrDie();
  return arrow::RecordBatch::FromStructArray(rows).ValueOrDie();
}

TEST(ConformRowsTest, TakesOtherWordsForTheSameTypes) {
  const auto at = [](const std::string& zone) { return arrow::timestamp(TimeUnit::MICRO, zone); };
  const std::string json = R"([[1, [{"a": 5}], [["k", 7]]], [null, null, null]])";
  const auto sent = RowsOf(
      {field("AT", at("Europe/Berlin")),
       field("l", arrow::list(field("element", arrow::struct_({field("a", at("Asia/Tokyo"))})))),
       field("m", arrow::map(arrow::utf8(), arrow::int32()))},
      json);
  const arrow::FieldVector wanted = {
      field("at", at("UTC")),
      field("l", arrow::list(field("item", arrow::struct_({field("a", at("UTC"), false)})))),
      field("m", arrow::map(arrow::utf8(), field("v", arrow::int32())))};
  const auto rows = ConformRows(*sent, arrow::schema(wanted)).ValueOrDie();
  EXPECT_TRUE(rows->ValidateFull().ok());
  EXPECT_TRUE(rows->schema()->Equals(*arrow::schema(wanted)));
  EXPECT_TRUE(rows->Equals(*RowsOf(wanted, json)));
}

TEST(ConformRowsTest, TimesAreInMicroseconds) {
  const auto of = [](const std::shared_ptr<arrow::DataType>& time) {
    return arrow::FieldVector{field("t", time), field("l", arrow::list(time))};
  };
  const auto sent = RowsOf(of(arrow::time64(TimeUnit::NANO)),
                           "[[1000, [2000]], [null, null], [86399999999000, [null, 5000]]]");
  const auto wanted = of(arrow::time64(TimeUnit::MICRO));
  const std::string micros = "[[null, null], [86399999999, [null, 5]]]";
  const auto rows = ConformRows(*sent->Slice(1), arrow::schema(wanted)).ValueOrDie();
  EXPECT_TRUE(rows->ValidateFull().ok());
  EXPECT_TRUE(rows->Equals(*RowsOf(wanted, micros)));
}

TEST(ConformRowsTest, RefusesOtherValues) {
  const auto sent = RowsOf({field("n", arrow::int32())}, "[[1]]");
  const auto other = ConformRows(*sent, arrow::schema({field("n", arrow::int64())}));
  EXPECT_THAT(other.status().message(), HasSubstr("INT in the place of BIGINT"));
  EXPECT_FALSE(ConformRows(*sent, arrow::schema({})).ok());
  const auto local = RowsOf({field("t", arrow::timestamp(TimeUnit::MICRO))}, "[[1]]");
  const auto utc = arrow::schema({field("t", arrow::timestamp(TimeUnit::MICRO, "UTC"))});
  EXPECT_FALSE(ConformRows(*local, utc).ok());
}

}  // namespace
}  // namespace tarn::spark
