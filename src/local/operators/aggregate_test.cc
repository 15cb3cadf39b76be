#include "local/operators/aggregate.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/operators/aggregate_for_test.h"

namespace tarn::local {
namespace {

using testing::HasSubstr;

class AggregateTest : public testing::Test {
 protected:
  static constexpr char kColumns[] =
      "k STRING, b BIGINT, d DOUBLE, s STRING, t BOOLEAN, m DECIMAL(10,2), i INT";

  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static plan::AggregateCall Call(const std::string& function, const std::vector<std::string>& args,
                                  const std::string& type) {
    return AggregateCallOf(kColumns, function, args, type);
  }

  static Batches Aggregated(const std::vector<std::string>& keys,
                            std::vector<plan::AggregateCall> calls, const Batches& input) {
    return RunAggregate(kColumns, keys, std::move(calls), input);
  }

  // By k, over two batches.
  static Batches ByKey(std::vector<plan::AggregateCall> calls) {
    return Aggregated({"k"}, std::move(calls),
                      MakeInput(kColumns, {R"([
      {"k": "x", "b": 1, "d": 1.5, "s": "b", "t": true,  "m": "1.00", "i": 3},
      {"k": "y", "b": 5, "d": -0.0, "s": "q", "t": null, "m": "2.00", "i": null},
      {"k": "x", "b": 2, "d": NaN, "s": null, "t": false, "m": "0.01", "i": 3},
      {"k": null, "b": null}])",
                                           R"([
      {"k": "y", "b": 7, "d": 0.0, "s": "p", "t": true, "m": "-2.01", "i": 1},
      {"k": "x", "b": 2, "d": 2.5, "s": "a", "t": true, "m": "1.00", "i": 4},
      {"k": "z"}])"}));
  }

  static std::string ErrorOf(const Batches& output) { return MessageOf(output.status); }
};

TEST_F(AggregateTest, CountsRowsValuesAndDistinctValues) {
  plan::AggregateCall distinct = Call("count", {"b"}, "BIGINT");
  distinct.distinct = true;
  ExpectRows(
      ByKey({Call("count", {}, "BIGINT"), Call("count", {"b"}, "BIGINT"),
             Call("count", {"b", "s"}, "BIGINT"), distinct, Call("count_if", {"t"}, "BIGINT")}),
      R"([["x", 3, 3, 2, 2, 2], ["y", 2, 2, 2, 2, 1], [null, 1, 0, 0, 0, 0],
                 ["z", 1, 0, 0, 0, 0]])");
}

TEST_F(AggregateTest, SumsAndAverages) {
  ExpectRows(ByKey({Call("sum", {"b"}, "BIGINT"), Call("sum", {"i"}, "BIGINT"),
                    Call("avg", {"b"}, "DOUBLE"), Call("sum", {"m"}, "DECIMAL(20,2)"),
                    Call("avg", {"m"}, "DECIMAL(14,6)")}),
             R"([["x", 5, 10, 1.6666666666666667, "2.01", "0.670000"],
                 ["y", 12, 1, 6.0, "-0.01", "-0.005000"],
                 [null, null, null, null, null, null], ["z", null, null, null, null, null]])");
}

TEST_F(AggregateTest, DecimalAveragesRoundHalfUpAwayFromZero) {
  // The mean of 0.01 and 0.00 over 16 rows has more digits than six.
  std::string rows = R"([{"k": "p", "m": "0.01"}, {"k": "n", "m": "-0.01"})";
  for (int i = 0; i < 63; ++i) rows += R"(, {"k": "p", "m": "0.00"}, {"k": "n", "m": "0.00"})";
  // 0.01 / 64 = 0.00015625
  ExpectRows(
      Aggregated({"k"}, {Call("avg", {"m"}, "DECIMAL(14,6)")}, MakeInput(kColumns, {rows + "]"})),
      R"([["p", "0.000156"], ["n", "-0.000156"]])");
  // 0.05 / 32 = 0.0015625: the seventh digit is a five.
  rows = R"([{"k": "p", "m": "0.05"}, {"k": "n", "m": "-0.05"})";
  for (int i = 0; i < 31; ++i) rows += R"(, {"k": "p", "m": "0.00"}, {"k": "n", "m": "0.00"})";
  ExpectRows(
      Aggregated({"k"}, {Call("avg", {"m"}, "DECIMAL(14,6)")}, MakeInput(kColumns, {rows + "]"})),
      R"([["p", "0.001563"], ["n", "-0.001563"]])");
}

TEST_F(AggregateTest, FloatsPutNaNLastAndKeepTheFirstZero) {
  ExpectRows(ByKey({Call("min", {"d"}, "DOUBLE"), Call("max", {"d"}, "DOUBLE"),
                    Call("sum", {"d"}, "DOUBLE")}),
             R"([["x", 1.5, NaN, NaN], ["y", -0.0, -0.0, 0.0], [null, null, null, null],
                 ["z", null, null, null]])");
}

TEST_F(AggregateTest, ExtremesOfOtherTypes) {
  ExpectRows(ByKey({Call("min", {"s"}, "STRING"), Call("max", {"s"}, "STRING"),
                    Call("min", {"m"}, "DECIMAL(10,2)"), Call("max", {"b"}, "BIGINT"),
                    Call("min", {"t"}, "BOOLEAN")}),
             R"([["x", "a", "b", "0.01", 2, false], ["y", "p", "q", "-2.01", 7, true],
                 [null, null, null, null, null, null], ["z", null, null, null, null, null]])");
}

TEST_F(AggregateTest, ValuesOfChosenRows) {
  // b = 2 twice for x: the last of equals wins; a null s counts, a null order does not. The first
  // i of y is null.
  plan::AggregateCall any_not_null = Call("any_value", {"i"}, "INT");
  any_not_null.ignore_nulls = true;
  ExpectRows(ByKey({Call("max_by", {"s", "b"}, "STRING"), Call("min_by", {"b", "i"}, "BIGINT"),
                    Call("max_by", {"b", "d"}, "BIGINT"), Call("min_by", {"d", "s"}, "DOUBLE"),
                    Call("any_value", {"i"}, "INT"), any_not_null}),
             R"([["x", "a", 2, 2, 2.5, 3, 3], ["y", "p", 7, 7, 0.0, null, 1],
                 [null, null, null, null, null, null, null],
                 ["z", null, null, null, null, null, null]])");
}

TEST_F(AggregateTest, BooleansIgnoreNull) {
  ExpectRows(ByKey({Call("bool_and", {"t"}, "BOOLEAN"), Call("bool_or", {"t"}, "BOOLEAN")}),
             R"([["x", false, true], ["y", true, true], [null, null, null], ["z", null, null]])");
}

TEST_F(AggregateTest, FilterAppliesToItsCallAlone) {
  plan::AggregateCall filtered = Call("sum", {"b"}, "BIGINT");
  filtered.filter = ColumnOf(kColumns, "t");
  plan::AggregateCall counted = Call("count", {}, "BIGINT");
  counted.filter = ColumnOf(kColumns, "t");
  ExpectRows(ByKey({filtered, counted, Call("count", {}, "BIGINT")}),
             R"([["x", 3, 2, 3], ["y", 7, 1, 2], [null, null, 0, 1], ["z", null, 0, 1]])");
}

TEST_F(AggregateTest, DistinctSumTakesEqualZerosAndValuesOnce) {
  plan::AggregateCall sum = Call("sum", {"i"}, "BIGINT");
  sum.distinct = true;
  plan::AggregateCall zeros = Call("count", {"d"}, "BIGINT");
  zeros.distinct = true;
  ExpectRows(ByKey({sum, zeros}), R"([["x", 7, 3], ["y", 1, 1], [null, null, 0], ["z", null, 0]])");
}

TEST_F(AggregateTest, WithoutKeysThereIsAlwaysOneRow) {
  const std::vector<plan::AggregateCall> calls = {
      Call("count", {}, "BIGINT"),         Call("sum", {"b"}, "BIGINT"),
      Call("max", {"s"}, "STRING"),        Call("max_by", {"s", "b"}, "STRING"),
      Call("avg", {"m"}, "DECIMAL(14,6)"), Call("bool_or", {"t"}, "BOOLEAN")};
  ExpectRows(Aggregated({}, calls, MakeInput(kColumns, {})),
             R"([[0, null, null, null, null, null]])");
  ExpectRows(Aggregated({}, calls, MakeInput(kColumns, {R"([{"b": 1, "s": "a"}, {"b": 3}])"})),
             R"([[2, 4, "a", null, null, null]])");
}

TEST_F(AggregateTest, WithKeysAndWithoutRowsThereAreNone) {
  ExpectRows(Aggregated({"k"}, {Call("count", {}, "BIGINT")}, MakeInput(kColumns, {})), "[]");
}

TEST_F(AggregateTest, KeysAloneAreDistinct) {
  ExpectRows(Aggregated({"d", "t"}, {},
                        MakeInput(kColumns, {R"([
      {"d": -0.0, "t": true}, {"d": NaN}, {"d": 0.0, "t": true}, {}, {"d": NaN}, {"t": true}])",
                                             R"([{}, {"d": 0.0}])"})),
             R"([[0.0, true], [NaN, null], [null, null], [null, true], [0.0, null]])");
}

TEST_F(AggregateTest, SumsThatOverflowAreErrors) {
  const std::vector<std::string> rows = {
      R"([{"b": 9223372036854775807, "m": "99999999.99"}, {"b": -1}, {"b": 2}])"};
  EXPECT_THAT(ErrorOf(Aggregated({}, {Call("sum", {"b"}, "BIGINT")}, MakeInput(kColumns, rows))),
              HasSubstr("sum exceeds the range of BIGINT (9223372036854775806 + 2)"));
  EXPECT_THAT(
      ErrorOf(Aggregated({}, {Call("sum", {"m"}, "DECIMAL(9,2)")}, MakeInput(kColumns, rows))),
      HasSubstr("sum exceeds the range of DECIMAL(9,2) (99999999.99)"));
}

}  // namespace
}  // namespace tarn::local
