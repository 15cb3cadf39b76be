#include "lake/row_order.h"

#include <arrow/compute/api_vector.h>
#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/table_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;

class RowOrderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // The column `n`, a row's number, in the order of the rows.
  static std::vector<int32_t> Order(const std::shared_ptr<arrow::DataType>& type,
                                    const std::string& rows,
                                    const std::vector<uint32_t>& partitions,
                                    const std::vector<SortColumn>& sort_columns) {
    const auto schema = arrow::schema({arrow::field("n", arrow::int32()), arrow::field("x", type)});
    const auto batch = Batch(schema, rows);
    // In two pieces, as batches come.
    const auto half = batch->num_rows() / 2;
    const auto table =
        arrow::Table::FromRecordBatches({batch->Slice(0, half), batch->Slice(half)}).ValueOrDie();
    const auto order = OrderRows(*table, partitions, sort_columns);
    EXPECT_TRUE(order.ok()) << order.status();
    int64_t begin = 0;
    for (const PartitionRun& run : order->runs) {
      EXPECT_EQ(run.begin, begin);
      begin += run.length;
    }
    EXPECT_EQ(begin, table->num_rows());
    std::vector<int32_t> numbers;
    for (int64_t row = 0; row < table->num_rows(); ++row) {
      const auto from =
          order->indices == nullptr
              ? row
              : static_cast<int64_t>(
                    static_cast<const arrow::UInt64Array&>(*order->indices).Value(row));
      numbers.push_back(static_cast<const arrow::Int32Array&>(*batch->column(0)).Value(from));
    }
    return numbers;
  }
};

TEST_F(RowOrderTest, PartitionsStandTogetherInTheOrderTheyCame) {
  EXPECT_THAT(Order(arrow::int32(), "[[0,0],[1,0],[2,0],[3,0],[4,0]]", {2, 0, 2, 1, 0}, {}),
              ElementsAre(1, 4, 3, 0, 2));
  EXPECT_THAT(Order(arrow::int32(), "[[0,0],[1,0],[2,0]]", {0, 1, 1}, {}), ElementsAre(0, 1, 2));
  EXPECT_THAT(Order(arrow::int32(), "[[0,0],[1,0]]", {}, {}), ElementsAre(0, 1));
}

TEST_F(RowOrderTest, RunsNameTheirPartitions) {
  const auto batch = Batch(arrow::schema({arrow::field("x", arrow::int32())}), "[[0],[1],[2]]");
  const auto table = arrow::Table::FromRecordBatches({batch}).ValueOrDie();
  const std::vector<uint32_t> partitions = {7, 3, 7};
  const auto order = OrderRows(*table, partitions, {}).ValueOrDie();
  ASSERT_EQ(order.runs.size(), 2);
  EXPECT_EQ(order.runs[0].partition, 3);
  EXPECT_EQ(order.runs[0].length, 1);
  EXPECT_EQ(order.runs[1].partition, 7);
  EXPECT_EQ(order.runs[1].length, 2);
}

TEST_F(RowOrderTest, NullsFirstAscendingLastDescending) {
  const std::string rows = "[[0,5],[1,null],[2,3],[3,null],[4,4]]";
  EXPECT_THAT(Order(arrow::int32(), rows, {}, {{"x", false}}), ElementsAre(1, 3, 2, 4, 0));
  EXPECT_THAT(Order(arrow::int32(), rows, {}, {{"x", true}}), ElementsAre(0, 4, 2, 1, 3));
}

TEST_F(RowOrderTest, NanAboveEveryNumber) {
  const std::string rows = "[[0,NaN],[1,null],[2,-Inf],[3,Inf],[4,1.5]]";
  EXPECT_THAT(Order(arrow::float64(), rows, {}, {{"x", false}}), ElementsAre(1, 2, 4, 3, 0));
  EXPECT_THAT(Order(arrow::float32(), rows, {}, {{"x", true}}), ElementsAre(0, 3, 4, 2, 1));
}

TEST_F(RowOrderTest, SortsWithinPartitionsAndKeepsTies) {
  const std::string rows = R"([[0,"b"],[1,"a"],[2,"b"],[3,"a"],[4,null],[5,"a"]])";
  EXPECT_THAT(Order(arrow::utf8(), rows, {1, 0, 0, 1, 1, 1}, {{"x", false}}),
              ElementsAre(1, 2, 4, 3, 5, 0));
}

TEST_F(RowOrderTest, SeveralColumns) {
  const std::string rows = R"([[3,"b"],[1,"a"],[2,"b"],[4,"a"]])";
  EXPECT_THAT(Order(arrow::utf8(), rows, {}, {{"x", true}, {"n", false}}), ElementsAre(2, 3, 1, 4));
}

TEST_F(RowOrderTest, SortableTypes) {
  for (const auto& type :
       {arrow::boolean(), arrow::int8(), arrow::float64(), arrow::utf8(), arrow::binary(),
        arrow::date32(), arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), arrow::decimal128(9, 2),
        arrow::list(arrow::int32())}) {
    const auto schema = arrow::schema({arrow::field("x", type)});
    const auto table =
        arrow::Table::FromRecordBatches({Batch(schema, "[[null],[null]]")}).ValueOrDie();
    EXPECT_TRUE(OrderRows(*table, {}, {{"x", false}}).ok()) << type->ToString();
  }
}

TEST_F(RowOrderTest, StopsWhileItSorts) {
  const auto batch = Batch(arrow::schema({arrow::field("x", arrow::int32())}), "[[2],[1]]");
  const auto table = arrow::Table::FromRecordBatches({batch}).ValueOrDie();
  const auto order =
      OrderRows(*table, {}, {{"x", false}}, [] { return Status::Cancelled("stop"); });
  EXPECT_TRUE(order.status().IsCancelled());
}

}  // namespace
}  // namespace tarn::lake
