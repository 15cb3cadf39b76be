#include "local/operators/sort.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/operator_for_test.h"
#include "local/operators/row_number.h"

namespace tarn::local {
namespace {

constexpr char kSortColumns[] = "k STRING, x DOUBLE";

class SortTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static OperatorPtr Input() {
    return MakeInput(kSortColumns, {R"([["b", 2.0], ["a", null], ["b", NaN]])",
                                    R"([[null, 1.0], ["a", -1.0], ["b", 2.0]])"});
  }

  static OperatorPtr Sorted(std::vector<plan::SortKey> keys, OperatorPtr input) {
    SchemaPtr schema = input->schema();
    return std::make_unique<SortOperator>(schema, std::move(input), SortKeys(keys, {}));
  }

  static OperatorPtr Numbered(plan::RowNumber row_number, OperatorPtr input) {
    arrow::FieldVector fields = input->schema()->fields();
    fields.push_back(arrow::field("n", arrow::int32(), false));
    return std::make_unique<RowNumberOperator>(arrow::schema(fields), std::move(input),
                                               std::move(row_number), ExprContext{});
  }
};

TEST_F(SortTest, OrdersByEachKeyInItsDirection) {
  ExpectRows(Sorted({{ColumnOf(kSortColumns, "k"), false, true},
                     {ColumnOf(kSortColumns, "x"), true, false}},
                    Input())
                 .get(),
             R"([[null, 1.0], ["a", -1.0], ["a", null], ["b", NaN], ["b", 2.0], ["b", 2.0]])");
  ExpectRows(Sorted({{ColumnOf(kSortColumns, "k"), true, false}}, Input()).get(),
             R"([["b", 2.0], ["b", NaN], ["b", 2.0], ["a", null], ["a", -1.0], [null, 1.0]])");
}

TEST_F(SortTest, NothingToSort) {
  ExpectRows(Sorted({{ColumnOf(kSortColumns, "k")}}, MakeInput(kSortColumns, {})).get(), "[]");
}

TEST_F(SortTest, LargeOutputComesInPieces) {
  std::string rows;
  constexpr int64_t kRows = kBatchRows + 10;
  for (int64_t i = 0; i < kRows; ++i) {
    rows += (i == 0 ? "[[\"a\", " : ", [\"a\", ") + std::to_string(kRows - i) + ".0]";
  }
  OperatorPtr sorted =
      Sorted({{ColumnOf(kSortColumns, "x")}}, MakeInput(kSortColumns, {rows + "]"}));
  const std::vector<BatchPtr> batches = Drain(sorted.get()).ValueOrDie();
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0]->num_rows(), kBatchRows);
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*batches[0]->column(1)).Value(0), 1.0);
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*batches[1]->column(1)).Value(9), kRows);
}

TEST_F(SortTest, RowNumbersKeepTheInputsOrder) {
  plan::RowNumber row_number;
  row_number.partition_by = {ColumnOf(kSortColumns, "k")};
  row_number.order_by = {{ColumnOf(kSortColumns, "x"), true, false}};
  ExpectRows(Numbered(row_number, Input()).get(),
             R"([["b", 2.0, 2], ["a", null, 2], ["b", NaN, 1], [null, 1.0, 1], ["a", -1.0, 1],
                 ["b", 2.0, 3]])");
  row_number.partition_by.clear();
  ExpectRows(Numbered(row_number, Input()).get(),
             R"([["b", 2.0, 2], ["a", null, 6], ["b", NaN, 1], [null, 1.0, 4], ["a", -1.0, 5],
                 ["b", 2.0, 3]])");
  ExpectRows(Numbered(row_number, MakeInput(kSortColumns, {})).get(), "[]");
}

}  // namespace
}  // namespace tarn::local
