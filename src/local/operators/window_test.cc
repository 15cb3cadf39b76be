#include "local/operators/window.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>

#include "local/batch/batches_for_test.h"
#include "local/operators/aggregate_for_test.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/node.h"

namespace tarn::local {
namespace {

using Kind = plan::FrameBound::Kind;

constexpr char kWindowColumns[] = "k STRING, o INT, x INT";

plan::ExprPtr Column(const std::string& name) { return ColumnOf(kWindowColumns, name); }

plan::ExprPtr Int(int32_t value) {
  return plan::MakeLiteral(std::make_shared<arrow::Int32Scalar>(value));
}

plan::WindowCall CallOf(const std::string& function, std::vector<plan::ExprPtr> args,
                        const std::string& type, plan::WindowFrame frame = {}) {
  plan::WindowCall call;
  call.call.function = plan::FindFunction(function);
  call.call.args = std::move(args);
  call.call.type = pipeline::ParseDdlType(type).ValueOrDie();
  call.frame = std::move(frame);
  return call;
}

plan::WindowCall IgnoringNulls(plan::WindowCall call) {
  call.call.ignore_nulls = true;
  return call;
}

plan::FrameBound RowsAfter(int64_t num_rows) { return {Kind::kOffset, num_rows, nullptr}; }

// The order key's value `step` after the current row's.
plan::FrameBound KeyAfter(int32_t step) {
  const auto add = plan::ResolveFunction(
      "add", {{arrow::int32(), true}, {arrow::int32(), false, true, int64_t{step}}});
  plan::FrameBound bound;
  bound.kind = Kind::kOffset;
  bound.value = plan::MakeCall(*add->function, add->type, add->nullable, {Column("o"), Int(step)});
  return bound;
}

const plan::WindowFrame kToPeers{false, {}, {Kind::kCurrentRow, 0, nullptr}};

class WindowTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static Batches Run(std::vector<plan::WindowCall> calls, const std::vector<std::string>& batches,
                     bool has_partitions = true, bool descending = false) {
    plan::Window window;
    window.calls = std::move(calls);
    if (has_partitions) window.partition_by = {Column("k")};
    window.order_by = {{Column("o"), descending, !descending}};
    const Batches input = MakeInput(kWindowColumns, batches);
    const std::vector<std::string> names(window.calls.size(), "value");
    const SchemaPtr schema =
        plan::MakeWindow(plan::MakeTableInput(0, input.schema), window, names)->schema;
    const MakeStage make = [&](const StageContext& context,
                               PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
      ARROW_ASSIGN_OR_RAISE(
          auto stage, WindowStage::Make(context, schema, window, ExprContext{}, std::move(next)));
      return std::vector<PieceSinkPtr>{std::move(stage)};
    };
    return RunStageInAnyOrder(schema, make, {input});
  }
};

TEST_F(WindowTest, Ranks) {
  ExpectRows(Run({CallOf("row_number", {}, "INT"), CallOf("rank", {}, "INT"),
                  CallOf("dense_rank", {}, "INT"), CallOf("percent_rank", {}, "DOUBLE"),
                  CallOf("cume_dist", {}, "DOUBLE"), CallOf("ntile", {Int(2)}, "INT")},
                 {R"([["a", 1, 10], ["b", 2, 20], ["a", 1, 11]])",
                  R"([["a", null, 12], ["a", 5, 13], [null, 1, 14]])"}),
             R"([[null, 1, 14, 1, 1, 1, 0, 1, 1],
                 ["a", null, 12, 1, 1, 1, 0, 0.25, 1],
                 ["a", 1, 10, 2, 2, 2, 0.3333333333333333, 0.75, 1],
                 ["a", 1, 11, 3, 2, 2, 0.3333333333333333, 0.75, 2],
                 ["a", 5, 13, 4, 4, 3, 1, 1, 2],
                 ["b", 2, 20, 1, 1, 1, 0, 1, 1]])");
}

TEST_F(WindowTest, MoreTilesThanRows) {
  ExpectRows(Run({CallOf("ntile", {Int(5)}, "INT")}, {R"([["a", 1, 1], ["a", 2, 1]])"}),
             R"([["a", 1, 1, 1], ["a", 2, 1, 2]])");
}

TEST_F(WindowTest, NeighboursStayInTheirPartition) {
  ExpectRows(Run({CallOf("lag", {Column("x")}, "INT"), CallOf("lead", {Column("x"), Int(2)}, "INT"),
                  CallOf("lag", {Column("x"), Int(1), Int(-1)}, "INT"),
                  CallOf("lag", {Column("x"), Int(1), Column("o")}, "INT"),
                  CallOf("lag", {Column("x"), Int(-1)}, "INT"),
                  CallOf("lead", {Column("x"), Int(0)}, "INT")},
                 {R"([["a", 1, 10], ["a", 2, null], ["b", 1, 30]])", R"([["a", 3, 40]])"}),
             R"([["a", 1, 10, null, 40, -1, 1, null, 10],
          ["a", 2, null, 10, null, 10, 10, 40, null],
          ["a", 3, 40, null, null, null, null, null, 40],
          ["b", 1, 30, null, null, -1, 1, null, 30]])");
}

// As Spark answers them.
TEST_F(WindowTest, NeighboursThatAreNotNull) {
  const auto lag = [](int32_t offset) {
    return IgnoringNulls(CallOf("lag", {Column("x"), Int(offset)}, "INT"));
  };
  ExpectRows(
      Run({lag(1), IgnoringNulls(CallOf("lead", {Column("x")}, "INT")), lag(2), lag(0),
           IgnoringNulls(CallOf("lead", {Column("x"), Int(2), Int(-1)}, "INT")), lag(-1)},
          {R"([["a", 1, 10], ["a", 2, null], ["a", 3, 30], ["a", 4, null], ["a", 5, null]])"}),
      R"([["a", 1, 10, null, 30, null, 10, -1, 30],
          ["a", 2, null, 10, 30, null, null, -1, 30],
          ["a", 3, 30, 10, null, null, 30, -1, null],
          ["a", 4, null, 30, null, 10, null, -1, null],
          ["a", 5, null, 30, null, 10, null, -1, null]])");
}

// As Spark answers them.
TEST_F(WindowTest, DifferencesOfCounters) {
  ExpectRows(Run({CallOf("counter_diff", {Column("x")}, "INT")},
                 {R"([["a", 1, 10], ["a", 2, null], ["a", 3, 30], ["a", 4, 30], ["a", 5, 5]])",
                  R"([["a", 6, null], ["a", 7, 7], ["b", 1, 9]])"}),
             R"([["a", 1, 10, null], ["a", 2, null, null], ["a", 3, 30, 20], ["a", 4, 30, 0],
                 ["a", 5, 5, null], ["a", 6, null, null], ["a", 7, 7, 2], ["b", 1, 9, null]])");
  EXPECT_FALSE(
      Run({CallOf("counter_diff", {Column("x")}, "INT")}, {R"([["a", 1, -1]])"}).status.ok());
}

TEST_F(WindowTest, ValuesOfTheFrame) {
  const auto two = plan::MakeLiteral(std::make_shared<arrow::Int64Scalar>(2));
  ExpectRows(
      Run({CallOf("first_value", {Column("x")}, "INT", kToPeers),
           CallOf("last_value", {Column("x")}, "INT", kToPeers),
           IgnoringNulls(CallOf("first_value", {Column("x")}, "INT", kToPeers)),
           IgnoringNulls(CallOf("last_value", {Column("x")}, "INT", kToPeers)),
           CallOf("nth_value", {Column("x"), two}, "INT", kToPeers),
           IgnoringNulls(CallOf("nth_value", {Column("x"), two}, "INT", kToPeers))},
          {R"([["a", 1, null], ["a", 2, 20], ["a", 3, null]])", R"([["a", 3, 35], ["a", 5, 50]])"}),
      R"([["a", 1, null, null, null, null, null, null, null],
                 ["a", 2, 20, null, 20, 20, 20, 20, null],
                 ["a", 3, null, null, 35, 20, 35, 20, 35],
                 ["a", 3, 35, null, 35, 20, 35, 20, 35],
                 ["a", 5, 50, null, 50, 20, 50, 20, 35]])");
}

TEST_F(WindowTest, AggregatesOverRows) {
  const plan::WindowFrame around{true, RowsAfter(-1), RowsAfter(1)};
  const plan::WindowFrame running{true, {}, {Kind::kCurrentRow, 0, nullptr}};
  const plan::WindowFrame rest{true, {Kind::kCurrentRow, 0, nullptr}, {}};
  const plan::WindowFrame far{true, RowsAfter(5), RowsAfter(6)};
  const plan::WindowFrame none{true, RowsAfter(1), {Kind::kCurrentRow, 0, nullptr}};
  ExpectRows(
      Run({CallOf("sum", {Column("x")}, "BIGINT", around),
           CallOf("sum", {Column("x")}, "BIGINT", running),
           CallOf("count", {Column("x")}, "BIGINT", rest), CallOf("count", {}, "BIGINT", far),
           CallOf("sum", {Column("x")}, "BIGINT", none), CallOf("max", {Column("x")}, "INT"),
           CallOf("sum", {Column("x")}, "BIGINT", rest)},
          {R"([["a", 1, 1], ["a", 2, 2], ["b", 1, 7]])", R"([["a", 3, null], ["a", 4, 8]])"}),
      R"([["a", 1, 1, 3, 1, 3, 0, null, 8, 11],
                 ["a", 2, 2, 3, 3, 2, 0, null, 8, 10],
                 ["a", 3, null, 10, 3, 1, 0, null, 8, 8],
                 ["a", 4, 8, 8, 11, 1, 0, null, 8, 8],
                 ["b", 1, 7, 7, 7, 1, 0, null, 7, 7]])");
}

// Each column against the same computed by hand, over frames that grow, move and shrink.
TEST_F(WindowTest, ExactAggregatesOfAnyFrame) {
  std::mt19937 random(5);
  constexpr int kNumRows = 200;
  std::vector<std::optional<int>> values;
  std::string rows = "[";
  for (int row = 0; row < kNumRows; ++row) {
    values.push_back(random() % 5 == 0 ? std::nullopt : std::optional<int>(random() % 100));
    rows += fmt::format("{}[\"a\",{},{}]", row > 0 ? "," : "", row,
                        values.back() ? std::to_string(*values.back()) : "null");
  }
  const auto bound_at = [](int64_t offset) {
    return std::abs(offset) == kNumRows ? plan::FrameBound{} : RowsAfter(offset);
  };
  for (const auto& [start, end] : std::vector<std::pair<int, int>>{
           {-kNumRows, 0}, {-3, 2}, {1, 4}, {-7, -5}, {0, kNumRows}, {-kNumRows, kNumRows}}) {
    std::string expected = "[";
    for (int row = 0; row < kNumRows; ++row) {
      const int begin = std::clamp(row + start, 0, kNumRows);
      std::vector<int> seen;
      for (int i = begin; i < std::clamp(row + end + 1, 0, kNumRows); ++i) {
        if (values[i]) seen.push_back(*values[i]);
      }
      const auto text = [&](int value) { return seen.empty() ? "null" : std::to_string(value); };
      expected += fmt::format("{}[\"a\",{},{},{},{},{},{}]", row > 0 ? "," : "", row,
                              values[row] ? std::to_string(*values[row]) : "null", seen.size(),
                              text(std::accumulate(seen.begin(), seen.end(), 0)),
                              text(seen.empty() ? 0 : *std::min_element(seen.begin(), seen.end())),
                              text(seen.empty() ? 0 : *std::max_element(seen.begin(), seen.end())));
    }
    const plan::WindowFrame frame{true, bound_at(start), bound_at(end)};
    ExpectRows(Run({CallOf("count", {Column("x")}, "BIGINT", frame),
                    CallOf("sum", {Column("x")}, "BIGINT", frame),
                    CallOf("min", {Column("x")}, "INT", frame),
                    CallOf("max", {Column("x")}, "INT", frame)},
                   {rows + "]"}),
               expected + "]");
  }
}

// An accumulator that can't go on with a frame that grows is given all of its rows.
TEST_F(WindowTest, AccumulatorsOfGrowingFrames) {
  ExpectRows(Run({CallOf("avg", {Column("x")}, "DOUBLE", kToPeers),
                  CallOf("max_by", {Column("o"), Column("x")}, "INT", kToPeers),
                  CallOf("any_value", {Column("x")}, "INT", kToPeers)},
                 {R"([["a", 1, null], ["a", 2, 4], ["a", 2, 2], ["a", 3, 9], ["b", 1, 5]])"}),
             R"([["a", 1, null, null, null, null], ["a", 2, 4, 3, 2, null],
                 ["a", 2, 2, 3, 2, null], ["a", 3, 9, 5, 3, null], ["b", 1, 5, 5, 1, 5]])");
}

TEST_F(WindowTest, FilteredRowsDoNotCount) {
  plan::WindowCall sum = CallOf("sum", {Column("x")}, "BIGINT", kToPeers);
  const auto greater =
      plan::ResolveFunction("gt", {{arrow::int32(), true}, {arrow::int32(), false, true, 10}});
  sum.call.filter =
      plan::MakeCall(*greater->function, greater->type, greater->nullable, {Column("x"), Int(10)});
  ExpectRows(Run({sum}, {R"([["a", 1, 10], ["a", 2, 20], ["a", 3, null], ["a", 3, 30]])"}),
             R"([["a", 1, 10, null], ["a", 2, 20, 20], ["a", 3, null, 50], ["a", 3, 30, 50]])");
}

TEST_F(WindowTest, FilteredRowsAreNotTheFirst) {
  plan::WindowCall first = CallOf("first_value", {Column("x")}, "INT", kToPeers);
  const auto is_null = plan::ResolveFunction("is_null", {{arrow::int32(), true}});
  first.call.filter =
      plan::MakeCall(*is_null->function, is_null->type, is_null->nullable, {Column("o")});
  ExpectRows(Run({first}, {R"([["a", 1, 10], ["a", null, 20], ["b", 2, 30]])"}),
             R"([["a", null, 20, 20], ["a", 1, 10, 20], ["b", 2, 30, null]])");
}

// As Spark answers them; NULLs are peers of each other alone.
TEST_F(WindowTest, RangesOfTheOrderKey) {
  const std::vector<std::string> rows = {R"([["a", 1, 10], ["a", 2, 20], ["a", null, 30]])",
                                         R"([["a", 5, 40], ["a", null, 50]])"};
  ExpectRows(Run({CallOf("sum", {Column("x")}, "BIGINT", {false, KeyAfter(-1), KeyAfter(1)}),
                  CallOf("count", {}, "BIGINT", {false, KeyAfter(1), KeyAfter(2)}),
                  CallOf("sum", {Column("x")}, "BIGINT", {false, {}, KeyAfter(-1)})},
                 rows),
             R"([["a", null, 30, 80, 2, 80], ["a", null, 50, 80, 2, 80],
                 ["a", 1, 10, 30, 1, 80], ["a", 2, 20, 30, 0, 90], ["a", 5, 40, 40, 0, 110]])");
  ExpectRows(Run({CallOf("sum", {Column("x")}, "BIGINT",
                         {false, KeyAfter(1), {Kind::kCurrentRow, 0, nullptr}})},
                 rows, /*has_partitions=*/true, /*descending=*/true),
             R"([["a", 5, 40, 40], ["a", 2, 20, 20], ["a", 1, 10, 30],
                 ["a", null, 30, 80], ["a", null, 50, 80]])");
}

// A bound that exceeds its type is an error only where a row has to be compared with it.
TEST_F(WindowTest, BoundsOutOfRange) {
  const plan::WindowFrame around{false, KeyAfter(-1), KeyAfter(1)};
  ExpectRows(Run({CallOf("count", {}, "BIGINT", around)},
                 {R"([["a", 2147483647, 1], ["a", 2147483646, 1]])"}),
             R"([["a", 2147483646, 1, 2], ["a", 2147483647, 1, 2]])");
  const Batches failed =
      Run({CallOf("count", {}, "BIGINT", around)}, {R"([["a", -2147483648, 1]])"});
  EXPECT_FALSE(failed.status.ok());
}

TEST_F(WindowTest, NoRows) {
  ExpectRows(Run({CallOf("rank", {}, "INT")}, {}), "[]");
  ExpectRows(Run({CallOf("sum", {Column("x")}, "BIGINT")}, {}, /*has_partitions=*/false), "[]");
}

// More rows and partitions than are computed at once.
TEST_F(WindowTest, ManyPartitions) {
  std::mt19937 random(7);
  std::vector<std::string> batches;
  std::vector<std::vector<int>> by_key(300);
  for (int i = 0; i < 12; ++i) {
    std::string rows = "[";
    for (int row = 0; row < 3000; ++row) {
      const auto key = random() % 300;
      const int order = i * 3000 + row;
      by_key[key].push_back(order);
      rows += fmt::format("{}[\"{:03}\",{},1]", row > 0 ? "," : "", key, order);
    }
    batches.push_back(rows + "]");
  }
  std::string expected = "[";
  for (size_t key = 0; key < by_key.size(); ++key) {
    for (size_t row = 0; row < by_key[key].size(); ++row) {
      expected += fmt::format("{}[\"{:03}\",{},1,{},{},{}]", expected.size() > 1 ? "," : "", key,
                              by_key[key][row], row + 1, row + 1, std::min<size_t>(row + 1, 3));
    }
  }
  const plan::WindowFrame last_three{true, RowsAfter(-2), {Kind::kCurrentRow, 0, nullptr}};
  ExpectRows(Run({CallOf("row_number", {}, "INT"), CallOf("sum", {Column("x")}, "BIGINT", kToPeers),
                  CallOf("count", {}, "BIGINT", last_three)},
                 batches),
             expected + "]");
}

}  // namespace
}  // namespace tarn::local
