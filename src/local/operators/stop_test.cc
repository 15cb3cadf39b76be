// What works long between two calls of Next stops in the midst of it.
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/operator_for_test.h"
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

  // Once the input has come to its end.
  Poll StopsAfterInput() {
    return [this] { return is_read_ ? Status::Cancelled("now") : Status::OK(); };
  }

  OperatorPtr Input() { return std::make_unique<Noting>(kColumns, &is_read_); }

  void ExpectStop(Operator* stopped) {
    is_read_ = false;
    EXPECT_TRUE(stopped->Next().status().IsCancelled());
  }

 private:
  class Noting : public Operator {
   public:
    Noting(const std::string& ddl, bool* is_read)
        : Operator(MakeBatch(ddl, "[]")->schema()),
          input_(MakeInput(ddl, {"[[1], [2]]", "[[2], [3]]"})),
          is_read_(is_read) {}
    Result<BatchPtr> Next() override {
      ARROW_ASSIGN_OR_RAISE(BatchPtr batch, input_->Next());
      *is_read_ = batch == nullptr;
      return batch;
    }

   private:
    const OperatorPtr input_;
    bool* const is_read_;
  };

  bool is_read_ = false;
};

TEST_F(StopTest, Sort) {
  OperatorPtr input = Input();
  const SchemaPtr schema = input->schema();
  ExpectStop(std::make_unique<SortOperator>(schema, std::move(input),
                                            SortKeys({{ColumnOf(kColumns, "k")}}, {}),
                                            StopsAfterInput())
                 .get());
}

TEST_F(StopTest, RowNumberAndTopRow) {
  OperatorPtr input = Input();
  arrow::FieldVector fields = input->schema()->fields();
  fields.push_back(arrow::field("n", arrow::int32(), false));
  plan::RowNumber row_number;
  row_number.partition_by = {ColumnOf(kColumns, "k")};
  ExpectStop(std::make_unique<RowNumberOperator>(arrow::schema(fields), std::move(input),
                                                 row_number, ExprContext{}, StopsAfterInput())
                 .get());
  plan::TopRow top_row;
  top_row.partition_by = {ColumnOf(kColumns, "k")};
  input = Input();
  const SchemaPtr schema = input->schema();
  ExpectStop(std::make_unique<TopRowOperator>(schema, std::move(input), top_row, ExprContext{},
                                              StopsAfterInput())
                 .get());
}

TEST_F(StopTest, Aggregate) {
  OperatorPtr input = Input();
  plan::Aggregate aggregate;
  plan::AggregateCall count;
  count.function = plan::FindFunction("count");
  count.type = arrow::int64();
  aggregate.calls.push_back(count);
  ExpectStop(std::make_unique<AggregateOperator>(
                 arrow::schema({arrow::field("n", arrow::int64(), false)}), std::move(input),
                 aggregate, ExprContext{}, StopsAfterInput())
                 .get());
}

TEST_F(StopTest, JoinThatIsBuilt) {
  plan::Join join;
  join.left_keys = {ColumnOf(kColumns, "k")};
  join.right_keys = {ColumnOf(kColumns, "k")};
  join.null_safe = {false};
  OperatorPtr left = MakeInput(kColumns, {"[[1]]"}), right = Input();
  const arrow::FieldVector both = {left->schema()->field(0), right->schema()->field(0)};
  ExpectStop(std::make_unique<HashJoinOperator>(arrow::schema(both), std::move(left),
                                                std::move(right), join, ExprContext{},
                                                StopsAfterInput())
                 .get());
}

// 4,000 million pairs of one batch, of which none passes.
TEST_F(StopTest, JoinWithoutAMatch) {
  std::string rows = "[[0]";
  for (int i = 1; i < 2 * kBatchRows; ++i) rows += ",[0]";
  rows += "]";
  OperatorPtr left = MakeInput(kColumns, {rows}), right = MakeInput(kColumns, {rows});
  const arrow::FieldVector both = {left->schema()->field(0), right->schema()->field(0)};
  plan::Join join;
  join.residual = plan::MakeLiteral(std::make_shared<arrow::BooleanScalar>(false));
  int num_polls = 0;
  const auto stop = [&] { return ++num_polls < 10 ? Status::OK() : Status::Cancelled("now"); };
  ExpectStop(std::make_unique<HashJoinOperator>(arrow::schema(both), std::move(left),
                                                std::move(right), join, ExprContext{}, stop)
                 .get());
}

}  // namespace
}  // namespace tarn::local
