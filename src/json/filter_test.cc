#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

using Op = Comparison::Op;
using testing::ElementsAre;

// The ids of the records kept, of `{"id":…,"v":…}` with v of the type of `literal`.
std::vector<std::string> Kept(const std::vector<std::string>& values, Op op,
                              const std::shared_ptr<arrow::Scalar>& literal) {
  ScanOptions options =
      Options({arrow::field("id", arrow::int32()), arrow::field("v", literal->type)});
  options.output = {0};
  options.filter.any_of = {
      {{1, op, op == Op::kIsNull || op == Op::kIsNotNull ? nullptr : literal}}};
  std::string block;
  for (size_t i = 0; i < values.size(); ++i) {
    block += "{\"id\":" + std::to_string(i) + ",\"v\":" + values[i] + "}\n";
  }
  return RowsOf(ScanOrDie(options, block));
}

TEST(FilterTest, OperatorsOnIntegers) {
  const auto five = arrow::MakeScalar(int64_t{5});
  const std::vector<std::string> values = {"4", "5", "6", "null", "-5"};
  EXPECT_THAT(Kept(values, Op::kEq, five), ElementsAre("1"));
  EXPECT_THAT(Kept(values, Op::kNe, five), ElementsAre("0", "2", "4"));
  EXPECT_THAT(Kept(values, Op::kLt, five), ElementsAre("0", "4"));
  EXPECT_THAT(Kept(values, Op::kLe, five), ElementsAre("0", "1", "4"));
  EXPECT_THAT(Kept(values, Op::kGt, five), ElementsAre("2"));
  EXPECT_THAT(Kept(values, Op::kGe, five), ElementsAre("1", "2"));
  EXPECT_THAT(Kept(values, Op::kIsNull, five), ElementsAre("3"));
  EXPECT_THAT(Kept(values, Op::kIsNotNull, five), ElementsAre("0", "1", "2", "4"));
}

TEST(FilterTest, StringsCompareByTheirValue) {
  const std::vector<std::string> values = {"\"NextSong\"", "\"Next\\u0053ong\"", "\"Home\"", "1",
                                           "null",         "\"NextSon\"",        "\"é\""};
  EXPECT_THAT(Kept(values, Op::kEq, arrow::MakeScalar("NextSong")), ElementsAre("0", "1"));
  EXPECT_THAT(Kept(values, Op::kNe, arrow::MakeScalar("NextSong")),
              ElementsAre("2", "3", "5", "6"));
  EXPECT_THAT(Kept(values, Op::kGt, arrow::MakeScalar("NextSong")), ElementsAre("6"));
  EXPECT_THAT(Kept(values, Op::kEq, arrow::MakeScalar("1")), ElementsAre("3"));
  EXPECT_THAT(Kept({"\"\"", "null"}, Op::kEq, arrow::MakeScalar("")), ElementsAre("0"));
}

TEST(FilterTest, DoublesOrderNaNLast) {
  const std::vector<std::string> values = {"1.5", "\"NaN\"", "\"Infinity\"", "-0.0", "2"};
  EXPECT_THAT(Kept(values, Op::kEq, arrow::MakeScalar(std::nan(""))), ElementsAre("1"));
  EXPECT_THAT(Kept(values, Op::kGt, arrow::MakeScalar(1.5)), ElementsAre("1", "2", "4"));
  EXPECT_THAT(Kept(values, Op::kEq, arrow::MakeScalar(0.0)), ElementsAre("3"));
  EXPECT_THAT(Kept(values, Op::kLt, arrow::MakeScalar(std::nan(""))),
              ElementsAre("0", "2", "3", "4"));
}

TEST(FilterTest, OtherTypes) {
  EXPECT_THAT(Kept({"true", "false", "null"}, Op::kEq, arrow::MakeScalar(true)), ElementsAre("0"));
  EXPECT_THAT(Kept({"1", "127"}, Op::kGt, arrow::MakeScalar(int8_t{1})), ElementsAre("1"));
  EXPECT_THAT(Kept({"1", "127"}, Op::kGt, arrow::MakeScalar(int16_t{1})), ElementsAre("1"));
  EXPECT_THAT(Kept({"1.25", "127"}, Op::kEq, arrow::MakeScalar(1.25F)), ElementsAre("0"));
  const auto decimal =
      std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(125), arrow::decimal128(5, 2));
  EXPECT_THAT(Kept({"1.25", "1.3", "\"1.250\""}, Op::kEq, decimal), ElementsAre("0", "2"));
  const auto date = std::make_shared<arrow::Date32Scalar>(17837);
  EXPECT_THAT(Kept({"\"2018-11-02\"", "\"2018-11-03\""}, Op::kLe, date), ElementsAre("0"));
  const auto time = std::make_shared<arrow::TimestampScalar>(
      1541105830000000, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
  EXPECT_THAT(Kept({"1541105830", "\"2018-11-01T20:57:11\""}, Op::kGt, time), ElementsAre("1"));
  const auto bytes = std::make_shared<arrow::BinaryScalar>(arrow::Buffer::FromString("abc"));
  EXPECT_THAT(Kept({"\"YWJj\"", "\"YWI=\""}, Op::kEq, bytes), ElementsAre("0"));
}

TEST(FilterTest, AnyConjunctionKeepsTheRecord) {
  ScanOptions options =
      Options({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8())});
  const auto one = arrow::MakeScalar(int64_t{1});
  options.filter.any_of = {{{0, Op::kEq, one}, {1, Op::kEq, arrow::MakeScalar("x")}},
                           {{0, Op::kIsNull, nullptr}}};
  EXPECT_THAT(
      RowsOf(ScanOrDie(options,
                       "{\"a\":1,\"b\":\"x\"}\n{\"a\":1,\"b\":\"y\"}\n{\"a\":2,\"b\":\"x\"}\n"
                       "{\"b\":\"z\"}\n{\"a\":null}\n{\"a\":1}\n")),
      ElementsAre("1|x", "null|z", "null|null"));
}

TEST(FilterTest, EmptyConjunctionHolds) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.filter.any_of = {{}};
  EXPECT_EQ(ScanOrDie(options, "{\"a\":1}\n").batch->num_rows(), 1);
}

TEST(FilterTest, RecordsDroppedAreCounted) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.filter.any_of = {{{0, Op::kEq, arrow::MakeScalar(int64_t{1})}}};
  const ScanResult result = ScanOrDie(options, "{\"a\":1}\n{\"a\":2}\n{\"a\":}\n{\"a\":\"x\"}\n");
  EXPECT_EQ(result.num_records, 4);
  EXPECT_EQ(result.batch->num_rows(), 1);
  ASSERT_EQ(result.bad_records.size(), 2);
  EXPECT_EQ(result.bad_records[1].reason, "field a: 'x' is not BIGINT");
  EXPECT_EQ(result.bad_records[1].line, 3);
}

TEST(FilterTest, LiteralsMustHaveTheFieldsType) {
  ScanOptions options = Options({arrow::field("a", arrow::int64())});
  options.filter.any_of = {{{0, Op::kEq, arrow::MakeScalar(int32_t{1})}}};
  EXPECT_TRUE(Scanner::Make(options).status().IsInvalid());
  options.filter.any_of = {{{0, Op::kEq, nullptr}}};
  EXPECT_TRUE(Scanner::Make(options).status().IsInvalid());
  options.filter.any_of = {{{0, Op::kEq, arrow::MakeNullScalar(arrow::int64())}}};
  EXPECT_TRUE(Scanner::Make(options).status().IsInvalid());
  options.filter.any_of = {{{1, Op::kIsNull, nullptr}}};
  EXPECT_TRUE(Scanner::Make(options).status().IsInvalid());
}

TEST(FilterTest, NestedFieldsHaveNullTestsOnly) {
  ScanOptions options = Options({arrow::field("a", arrow::list(arrow::int64()))});
  options.filter.any_of = {{{0, Op::kIsNotNull, nullptr}}};
  EXPECT_EQ(ScanOrDie(options, "{\"a\":[]}\n{\"a\":null}\n{}\n").batch->num_rows(), 1);
  options.filter.any_of = {{{0, Op::kEq,
                             arrow::MakeScalar(arrow::list(arrow::int64()),
                                               arrow::MakeEmptyArray(arrow::int64()).ValueOrDie())
                                 .ValueOrDie()}}};
  EXPECT_TRUE(Scanner::Make(options).status().IsNotImplemented());
}

TEST(FilterTest, DatesByPattern) {
  const auto pattern = [](std::string_view text) {
    return std::make_shared<const DatetimePattern>(
        DatetimePattern::Make(text, DatetimePattern::Use::kParse).ValueOrDie());
  };
  ScanOptions options =
      Options({arrow::field("d", arrow::date32()),
               arrow::field("t", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))});
  options.datetime_formats = {pattern("dd/MM/yyyy"), pattern("dd.MM.yyyy")};
  options.filter.any_of = {
      {{0, Op::kEq, std::make_shared<arrow::Date32Scalar>(17837)}},
      {{1, Op::kGt,
        std::make_shared<arrow::TimestampScalar>(0, options.schema->field(1)->type())}}};
  const ScanResult result =
      ScanOrDie(options,
                "{\"d\":\"02/11/2018\"}\n{\"d\":\"03/11/2018\"}\n{\"d\":\"2018-11-02\"}\n"
                "{\"t\":\"02.11.2018\"}\n{\"t\":\"01.01.1970\"}\n{\"t\":\"2018-11-02\"}\n");
  EXPECT_THAT(RowsOf(result), ElementsAre("2018-11-02|null", "null|2018-11-02 00:00:00.000000Z"));
  ASSERT_EQ(result.bad_records.size(), 2);
  EXPECT_EQ(result.bad_records[0].reason, "field d: '2018-11-02' is not DATE");
  EXPECT_EQ(result.bad_records[1].reason, "field t: '2018-11-02' is not TIMESTAMP");
}

}  // namespace
}  // namespace tarn::json
