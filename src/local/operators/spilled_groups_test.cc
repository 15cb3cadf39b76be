// Aggregations of more groups, and of more distinct values, than memory holds.
#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "local/batch/batches_for_test.h"
#include "local/operators/aggregate_for_test.h"
#include "plan/build_expr.h"

namespace tarn::local {
namespace {

using testing::HasSubstr;

constexpr char kSpilledColumns[] =
    "k STRING, x DOUBLE, b BIGINT, d DOUBLE, s STRING, t BOOLEAN, w DECIMAL(38,0), "
    "n STRUCT<a: INT, l: ARRAY<DOUBLE>>";

class SpilledGroupsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static plan::AggregateCall Call(const std::string& function, const std::vector<std::string>& args,
                                  const std::string& type, bool distinct = false) {
    plan::AggregateCall call = AggregateCallOf(kSpilledColumns, function, args, type);
    call.distinct = distinct;
    return call;
  }

  // Expects the same without memory as with it.
  static Batches Aggregated(const std::vector<std::string>& keys,
                            std::vector<plan::AggregateCall> calls, const Batches& input,
                            const std::vector<int>& thread_counts = {1, 4}) {
    return RunAggregate(kSpilledColumns, keys, std::move(calls), input, thread_counts);
  }

  std::string RandomFloat() {
    switch (random_() % 8) {
      case 0:
        return "null";
      case 1:
        return "NaN";
      case 2:
        return random_() % 2 == 0 ? "0.0" : "-0.0";
      default:
        return std::to_string(static_cast<double>(random_() % 100'000) / 7);
    }
  }

  std::string RandomRow(int num_keys, const std::string& padding) {
    const uint32_t key = random_() % num_keys;
    const std::string k = key == 0 ? "null" : "\"key " + std::to_string(key) + padding + "\"";
    const std::string x = std::to_string(key % 3);
    const std::string b = random_() % 9 == 0 ? "null" : std::to_string(random_() % 1000);
    const std::string s = random_() % 5 == 0 ? "null"
                                             : "\"" + std::string(random_() % 40, 'a') +
                                                   std::to_string(random_()) + "\"";
    return "[" + k + "," + (key % 5 == 0 ? "NaN" : x) + "," + b + "," + RandomFloat() + "," + s +
           "," +
           (random_() % 3 == 0   ? "null"
            : random_() % 2 == 0 ? "true"
                                 : "false") +
           ",\"" + std::to_string(random_()) + "\",{\"a\": " + std::to_string(key % 7) +
           ", \"l\": [" + x + ", " + (key % 4 == 0 ? "NaN" : "null") + "]}]";
  }

  Batches RandomInput(int num_batches, int num_rows, int num_keys,
                      const std::string& padding = "") {
    std::vector<std::string> batches;
    for (int i = 0; i < num_batches; ++i) {
      std::string rows = "[";
      for (int row = 0; row < num_rows; ++row) {
        rows += (row > 0 ? "," : "") + RandomRow(num_keys, padding);
      }
      batches.push_back(rows + "]");
    }
    return MakeInput(kSpilledColumns, batches);
  }

  std::mt19937 random_{20240611};
};

int64_t NumRowsOf(const Batches& output) {
  EXPECT_TRUE(output.status.ok()) << output.status.ToString();
  int64_t num_rows = 0;
  for (const BatchPtr& batch : output.batches) num_rows += batch->num_rows();
  return num_rows;
}

TEST_F(SpilledGroupsTest, AreThoseThatMemoryWouldHold) {
  plan::AggregateCall filtered = Call("sum", {"d"}, "DOUBLE");
  filtered.filter = ColumnOf(kSpilledColumns, "t");
  const std::vector<plan::AggregateCall> calls = {
      filtered,
      Call("count", {}, "BIGINT"),
      Call("sum", {"b"}, "BIGINT"),
      Call("sum", {"d"}, "DOUBLE"),
      Call("avg", {"d"}, "DOUBLE"),
      Call("min", {"s"}, "STRING"),
      Call("max", {"s"}, "STRING"),
      Call("max", {"d"}, "DOUBLE"),
      Call("bool_or", {"t"}, "BOOLEAN"),
      Call("max_by", {"s", "b"}, "STRING"),
      Call("any_value", {"s"}, "STRING"),
      Call("max", {"n"}, "STRUCT<a: INT, l: ARRAY<DOUBLE>>"),
      Call("count", {"b"}, "BIGINT", /*distinct=*/true),
      Call("sum", {"d"}, "DOUBLE", /*distinct=*/true)};
  EXPECT_GT(NumRowsOf(Aggregated({"k", "x"}, calls, RandomInput(12, 200, 1000))), 750);
}

// What those hold grows with the rows, not with the groups.
std::vector<plan::AggregateCall> CallsThatHoldRows() {
  const auto call = [](const std::string& function, const std::vector<std::string>& args,
                       const std::string& type) {
    return AggregateCallOf(kSpilledColumns, function, args, type);
  };
  const auto half = plan::MakeLiteral(std::make_shared<arrow::DoubleScalar>(0.5));
  std::vector<plan::AggregateCall> calls = {
      call("collect_list", {"s"}, "ARRAY<STRING>"), call("collect_set", {"x"}, "ARRAY<DOUBLE>"),
      call("mode", {"s"}, "STRING"), call("median", {"d"}, "DOUBLE")};
  calls.push_back(call("listagg", {"s", "d", "s"}, "STRING"));
  calls.back().order = {{.descending = true, .nulls_first = false}, KeyOrder()};
  calls.back().constants = {plan::MakeLiteral(std::make_shared<arrow::StringScalar>(", "))};
  calls.push_back(call("percentile", {"d", "b"}, "DOUBLE"));
  calls.back().constants = {half};
  calls.push_back(call("percentile_disc", {"d"}, "DOUBLE"));
  calls.back().constants = {half};
  calls.back().order = {{.descending = true}};
  calls.push_back(call("max_by", {"s", "b"}, "ARRAY<STRING>"));
  calls.back().constants = {plan::MakeLiteral(std::make_shared<arrow::Int32Scalar>(3))};
  calls.push_back(call("collect_list", {"d"}, "ARRAY<DOUBLE>"));
  calls.back().distinct = true;
  return calls;
}

TEST_F(SpilledGroupsTest, MayHoldRows) {
  const std::vector<plan::AggregateCall> calls = CallsThatHoldRows();
  EXPECT_GT(NumRowsOf(Aggregated({"k", "x"}, calls, RandomInput(12, 200, 300))), 250);
}

TEST_F(SpilledGroupsTest, OneGroupMayHoldAllRows) {
  EXPECT_EQ(NumRowsOf(Aggregated({}, CallsThatHoldRows(), RandomInput(12, 400, 50))), 1);
}

TEST_F(SpilledGroupsTest, KeysMayBeNested) {
  const Batches input = RandomInput(15, 150, 500);
  EXPECT_GT(NumRowsOf(Aggregated({"n", "b"}, {Call("count", {}, "BIGINT")}, input)), 1000);
}

// Keys of one partition that are more than one batch on disk, twice.
TEST_F(SpilledGroupsTest, AreSpreadAgainAndAgain) {
  const Batches input = RandomInput(20, 400, 20'000, std::string(2000, 'k'));
  EXPECT_GT(NumRowsOf(Aggregated({"k"}, {Call("sum", {"d"}, "DOUBLE")}, input, {4})), 6000);
}

TEST_F(SpilledGroupsTest, DistinctRowsHaveNoFunctions) {
  EXPECT_GT(NumRowsOf(Aggregated({"k", "b"}, {}, RandomInput(20, 200, 20))), 2000);
}

TEST_F(SpilledGroupsTest, OneGroupOfManyDistinctValues) {
  const std::vector<plan::AggregateCall> calls = {
      Call("count", {"s"}, "BIGINT", /*distinct=*/true),
      Call("count", {"s", "b"}, "BIGINT", /*distinct=*/true),
      Call("sum", {"d"}, "DOUBLE", /*distinct=*/true),
      Call("avg", {"d"}, "DOUBLE", /*distinct=*/true)};
  EXPECT_EQ(NumRowsOf(Aggregated({}, calls, RandomInput(12, 400, 50))), 1);
}

class SpilledErrorsTest : public SpilledGroupsTest {
 protected:
  // Batches of rows with key, b and w; the first one fills the memory.
  static Batches InputOf(const std::vector<std::string>& batches, Status status = Status::OK()) {
    Batches input = MakeInput(kSpilledColumns, {R"([{"k": "m"}])"});
    for (const std::string& rows : batches)
      input.batches.push_back(MakeBatch(kSpilledColumns, rows));
    input.status = std::move(status);
    return input;
  }
  static constexpr char kLargeB[] = R"("b": 9223372036854775807)";
  static constexpr char kLargeW[] = R"("w": "90000000000000000000000000000000000000")";

  static std::string Row(const std::string& key, const std::string& value) {
    return R"([{"k": ")" + key + R"(", )" + value + "}]";
  }
  static std::vector<plan::AggregateCall> Sums() {
    return {Call("sum", {"b"}, "BIGINT"), Call("sum", {"w"}, "DECIMAL(38,0)")};
  }
  static std::string ErrorOf(const std::vector<plan::AggregateCall>& calls, const Batches& input) {
    return MessageOf(Aggregated({"k"}, calls, input).status);
  }
};

TEST_F(SpilledErrorsTest, TheFirstInTheOrderOfRowsIsReported) {
  const Batches input = InputOf({Row("x", kLargeB), Row("y", kLargeW), Row("y", kLargeW),
                                 Row("x", kLargeB), Row("z", kLargeB)});
  EXPECT_THAT(ErrorOf(Sums(), input), HasSubstr("DECIMAL(38,0)"));
  // Of a group that is in memory, after one on disk; and the other way round.
  EXPECT_THAT(ErrorOf(Sums(), InputOf({Row("m", kLargeB), Row("y", kLargeW), Row("y", kLargeW),
                                       Row("m", kLargeB)})),
              HasSubstr("DECIMAL(38,0)"));
  EXPECT_THAT(ErrorOf(Sums(), InputOf({Row("m", kLargeB), Row("y", kLargeW), Row("m", kLargeB),
                                       Row("y", kLargeW)})),
              HasSubstr("BIGINT"));
}

TEST_F(SpilledErrorsTest, OfOneBatchTheFirstFunctionsIsReported) {
  const std::string rows = R"([{"k": "y", )" + std::string(kLargeW) + R"(}, {"k": "y", )" +
                           kLargeW + R"(}, {"k": "x", )" + kLargeB + R"(}, {"k": "x", )" + kLargeB +
                           "}]";
  EXPECT_THAT(ErrorOf(Sums(), InputOf({rows})), HasSubstr("BIGINT"));
}

TEST_F(SpilledErrorsTest, ThoseOfTheInputComeInTheirPlace) {
  const std::vector<std::string> batches = {Row("x", kLargeB), Row("x", kLargeB)};
  EXPECT_THAT(ErrorOf(Sums(), InputOf(batches, Status::IOError("later"))), HasSubstr("BIGINT"));
  EXPECT_THAT(ErrorOf(Sums(), InputOf({batches[0]}, Status::IOError("earlier"))),
              HasSubstr("earlier"));
}

TEST_F(SpilledErrorsTest, SumsOfDistinctValuesFailInTheirPlace) {
  const std::vector<plan::AggregateCall> calls = {Call("sum", {"w"}, "DECIMAL(38,0)"),
                                                  Call("sum", {"b"}, "BIGINT", /*distinct=*/true)};
  const std::string more_b = R"("b": 9223372036854775806)";
  for (const std::string key : {"m", "y"}) {
    EXPECT_THAT(ErrorOf(calls, InputOf({Row(key, kLargeB), Row(key, kLargeW), Row(key, kLargeB),
                                        Row(key, more_b), Row(key, kLargeW)})),
                HasSubstr("BIGINT"));
    EXPECT_THAT(ErrorOf(calls, InputOf({Row(key, kLargeB), Row(key, kLargeW), Row(key, kLargeB),
                                        Row(key, kLargeW), Row(key, more_b)})),
                HasSubstr("DECIMAL(38,0)"));
  }
}

// A sum's precision is looked at when it is complete, after all rows.
TEST_F(SpilledErrorsTest, OfResultsComeLast) {
  const std::vector<plan::AggregateCall> calls = {Call("sum", {"w"}, "DECIMAL(20,0)"),
                                                  Call("sum", {"b"}, "BIGINT")};
  for (const std::string key : {"m", "y"}) {
    EXPECT_THAT(ErrorOf(calls, InputOf({Row(key, kLargeW), Row("x", kLargeB)})),
                HasSubstr("DECIMAL(20,0)"));
    EXPECT_THAT(ErrorOf(calls, InputOf({Row(key, kLargeW), Row("x", kLargeB), Row("x", kLargeB)})),
                HasSubstr("BIGINT"));
    EXPECT_THAT(ErrorOf(calls, InputOf({Row(key, kLargeW)}, Status::IOError("of the input"))),
                HasSubstr("of the input"));
  }
}

}  // namespace
}  // namespace tarn::local
