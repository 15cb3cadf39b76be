#include "local/operators/filter.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::local {
namespace {

constexpr char kColumns[] = "a INT, b STRING, c INT";

class FilterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // a < c, of these columns.
  static Batches Filtered(const std::vector<int>& columns) {
    const Batches input =
        MakeInput(kColumns, {R"([[1, "x", 2], [3, "y", 2], [null, "z", 2]])",
                             R"([[1, "v", 2], [1, null, 9]])", R"([[5, "w", 2]])"});
    const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
      CompiledExpr less(
          plan::MakePredicate(plan::kLt, {ColumnOf(kColumns, "a"), ColumnOf(kColumns, "c")}),
          ExprContext{});
      return std::vector<PieceSinkPtr>{
          std::make_shared<FilterStage>(context, std::move(less), columns, std::move(next))};
    };
    arrow::FieldVector fields;
    for (const int column : columns) fields.push_back(input.schema->field(column));
    return RunStageInAnyOrder(arrow::schema(std::move(fields)), make, {input});
  }
};

TEST_F(FilterTest, KeepsRowsForWhichThePredicateIsTrue) {
  ExpectRows(Filtered({0, 1, 2}), R"([[1, "x", 2], [1, "v", 2], [1, null, 9]])");
}

TEST_F(FilterTest, LeavesOutColumnsThatThePredicateAloneReads) {
  ExpectRows(Filtered({1}), R"([["x"], ["v"], [null]])");
  int64_t num_rows = 0;
  for (const BatchPtr& batch : Filtered({}).batches) num_rows += batch->num_rows();
  EXPECT_EQ(num_rows, 3);
}

}  // namespace
}  // namespace tarn::local
