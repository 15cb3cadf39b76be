// What works long when its input is there stops in the midst of it.
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <atomic>

#include "local/batch/batches_for_test.h"
#include "local/operators/aggregate.h"
#include "local/operators/hash_join.h"
#include "local/operators/row_number.h"
#include "local/operators/sort.h"
#include "local/operators/top_row.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/node.h"

namespace tarn::local {
namespace {

constexpr char kColumns[] = "k INT";

class StopTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Two batches, for each of which an operator asks before it prepares it and before it takes it.
  static Batches Input() { return MakeInput(kColumns, {"[[1], [2]]", "[[2], [3]]"}); }
  static constexpr int kPollsOfInput = 4;

  // Whether it stops at the first poll after those of its input.
  static void ExpectStop(const MakeStage& make, const std::vector<Batches>& inputs,
                         int num_polls_before = kPollsOfInput) {
    int num_polls = 0;
    const Batches output = RunStage(inputs[0].schema, make, inputs, [&] {
      return ++num_polls <= num_polls_before ? Status::OK() : Status::Cancelled("now");
    });
    EXPECT_TRUE(output.status.IsCancelled()) << output.status.ToString();
    EXPECT_EQ(num_polls, num_polls_before + 1);
  }
};

TEST_F(StopTest, Sort) {
  ExpectStop(
      [](const StageContext& context, PieceSinkPtr next) {
        return std::vector<PieceSinkPtr>{std::make_shared<SortStage>(
            context, Input().schema, SortKeys({{ColumnOf(kColumns, "k")}}, {}),
            /*limit=*/std::nullopt, std::move(next))};
      },
      {Input()});
}

TEST_F(StopTest, RowNumber) {
  plan::RowNumber row_number;
  row_number.partition_by = {ColumnOf(kColumns, "k")};
  arrow::FieldVector fields = Input().schema->fields();
  fields.push_back(arrow::field("n", arrow::int32(), false));
  ExpectStop(
      [&](const StageContext& context, PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
        ARROW_ASSIGN_OR_RAISE(auto stage,
                              RowNumberStage::Make(context, arrow::schema(fields), row_number,
                                                   ExprContext{}, std::move(next)));
        return std::vector<PieceSinkPtr>{std::move(stage)};
      },
      {Input()});
}

TEST_F(StopTest, TopRow) {
  plan::TopRow top_row;
  top_row.partition_by = {ColumnOf(kColumns, "k")};
  ExpectStop(
      [&](const StageContext& context, PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
        ARROW_ASSIGN_OR_RAISE(auto stage, TopRowStage::Make(context, Input().schema, top_row,
                                                            ExprContext{}, std::move(next)));
        return std::vector<PieceSinkPtr>{std::move(stage)};
      },
      {Input()});
}

TEST_F(StopTest, Aggregate) {
  plan::Aggregate aggregate;
  plan::AggregateCall count;
  count.function = plan::FindFunction("count");
  count.type = arrow::int64();
  aggregate.calls.push_back(count);
  const SchemaPtr schema = arrow::schema({arrow::field("n", arrow::int64(), false)});
  ExpectStop(
      [&](const StageContext& context, PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
        ARROW_ASSIGN_OR_RAISE(auto stage, AggregateStage::Make(context, schema, aggregate,
                                                               ExprContext{}, std::move(next)));
        return std::vector<PieceSinkPtr>{std::move(stage)};
      },
      {Input()});
}

MakeStage JoinOf(const plan::Join& join, const SchemaPtr& schema) {
  return [=](const StageContext& context, PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
    ARROW_ASSIGN_OR_RAISE(const HashJoin made, HashJoin::Make(context, schema, schema, {0, 1}, join,
                                                              ExprContext{}, std::move(next)));
    return std::vector<PieceSinkPtr>{made.left, made.right};
  };
}

TEST_F(StopTest, JoinThatIsBuilt) {
  plan::Join join;
  join.left_keys = {ColumnOf(kColumns, "k")};
  join.right_keys = {ColumnOf(kColumns, "k")};
  join.null_safe = {false};
  ExpectStop(JoinOf(join, Input().schema), {MakeInput(kColumns, {"[[1]]"}), Input()});
}

// 4,000 million pairs of one batch, of which none passes.
TEST_F(StopTest, JoinWithoutAMatch) {
  std::string rows = "[[0]";
  for (int i = 1; i < 2 * kBatchRows; ++i) rows += ",[0]";
  rows += "]";
  const Batches input = MakeInput(kColumns, {rows});
  plan::Join join;
  join.residual = plan::MakeLiteral(std::make_shared<arrow::BooleanScalar>(false));
  ExpectStop(JoinOf(join, input.schema), {input, input}, /*num_polls_before=*/10);
}

}  // namespace
}  // namespace tarn::local
