#include "lake/row_order.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel_for.h"
#include "lake/table_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;

class RowOrderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // The batch in two pieces, as batches come.
  static arrow::RecordBatchVector Halves(const std::shared_ptr<arrow::RecordBatch>& batch) {
    const auto half = batch->num_rows() / 2;
    return {batch->Slice(0, half), batch->Slice(half)};
  }

  // The column `n`, a row's number, in the order of the rows.
  static std::vector<int32_t> Order(const std::shared_ptr<arrow::DataType>& type,
                                    const std::string& rows, std::vector<uint32_t> partitions,
                                    const std::vector<SortColumn>& sort_columns) {
    const auto schema = arrow::schema({arrow::field("n", arrow::int32()), arrow::field("x", type)});
    const auto batch = Batch(schema, rows);
    partitions.resize(static_cast<size_t>(batch->num_rows()), 0);
    const auto batches = Halves(batch);
    std::vector<PartitionRows> parts;
    for (uint32_t row = 0; row < partitions.size(); ++row) {
      const auto half = static_cast<uint32_t>(batches[0]->num_rows());
      const RowRange range = row < half ? RowRange{0, row, 1} : RowRange{1, row - half, 1};
      parts.push_back({partitions[row], range});
    }
    const GroupedRows grouped = GroupRows(parts);
    std::vector<int32_t> numbers;
    for (const PartitionRun& run : grouped.runs) {
      std::vector<RowRange> ranges(
          grouped.ranges.begin() + static_cast<int64_t>(run.begin),
          grouped.ranges.begin() + static_cast<int64_t>(run.begin + run.num_ranges));
      if (!sort_columns.empty()) {
        ranges = SortRanges(batches, ranges, sort_columns, LoopOnThreads(2)).ValueOrDie();
      }
      for (const RowRange& range : ranges) {
        const auto& n = static_cast<const arrow::Int32Array&>(*batches[range.batch]->column(0));
        for (uint32_t i = 0; i < range.length; ++i) numbers.push_back(n.Value(range.begin + i));
      }
    }
    EXPECT_EQ(numbers.size(), partitions.size());
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
  const std::vector<PartitionRows> rows = {{7, {0, 0, 10}}, {3, {0, 10, 2}}, {7, {1, 0, 5}}};
  const GroupedRows grouped = GroupRows(rows);
  ASSERT_EQ(grouped.runs.size(), 2);
  EXPECT_EQ(grouped.runs[0].partition, 3);
  EXPECT_EQ(grouped.runs[0].num_rows, 2);
  EXPECT_EQ(grouped.runs[1].partition, 7);
  EXPECT_EQ(grouped.runs[1].num_ranges, 2);
  EXPECT_EQ(grouped.runs[1].num_rows, 15);
  EXPECT_TRUE(GroupRows({}).runs.empty());
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
    const std::vector<RowRange> rows = {{0, 0, 2}};
    const auto sorted =
        SortRanges({Batch(schema, "[[null],[null]]")}, rows, {{"x", false}}, LoopOnThreads(1));
    EXPECT_TRUE(sorted.ok()) << type->ToString();
  }
}

// The first columns are in order, the last one only decides where they are equal.
TEST_F(RowOrderTest, TiesAreSortedByTheOtherColumns) {
  const auto schema =
      arrow::schema({arrow::field("a", arrow::int32()), arrow::field("b", arrow::int32()),
                     arrow::field("c", arrow::int32())});
  const auto batches = Halves(Batch(schema, R"([[1,1,0],[2,1,9],[2,1,8],[2,2,1],[3,5,5],[4,1,4],
      [4,1,3],[4,1,3],[4,1,2],[5,0,0],[6,0,0],[7,0,0],[8,0,0],[9,0,0],[9,1,0],[9,2,0],[10,0,0],
      [11,0,0],[12,0,0],[13,0,0],[14,0,0],[15,0,0],[16,0,0],[17,0,0],[18,0,0],[19,0,0],[20,0,0],
      [21,0,0]])"));
  const std::vector<RowRange> rows = {{0, 0, 14}, {1, 0, 14}};
  const auto sorted =
      SortRanges(batches, rows, {{"a", false}, {"b", false}, {"c", false}}, LoopOnThreads(1))
          .ValueOrDie();
  const std::vector<int> last = {2};
  const auto values = OrderedRows(batches, last, sorted).Column(0, 0, 10).ValueOrDie();
  const auto& c = static_cast<const arrow::Int32Array&>(*values[0]);
  EXPECT_THAT(std::vector<int32_t>(c.raw_values(), c.raw_values() + 10),
              ElementsAre(0, 8, 9, 1, 5, 2, 3, 3, 4, 0));
}

// Of many rows, of which few are not in order, against the standard library.
TEST_F(RowOrderTest, LargeRunsThatAreNearlyInOrder) {
  const auto schema =
      arrow::schema({arrow::field("a", arrow::int32()), arrow::field("b", arrow::int32())});
  constexpr uint32_t kRows = 150'000;
  for (const uint32_t wrong : {0U, 1U, 65'535U, 65'536U, 131'072U, kRows - 1}) {
    std::vector<std::pair<int32_t, int32_t>> pairs(kRows);
    for (uint32_t row = 0; row < kRows; ++row) {
      pairs[row] = {static_cast<int32_t>(row / 3), static_cast<int32_t>(row % 3)};
    }
    // With the row before it, in the second column.
    if (wrong > 0) pairs[wrong].second = pairs[wrong].first == pairs[wrong - 1].first ? -1 : 3;
    arrow::Int32Builder a, b;
    for (const auto& [first, second] : pairs) {
      ASSERT_TRUE(a.Append(first).ok());
      ASSERT_TRUE(b.Append(second).ok());
    }
    const auto batches = Halves(arrow::RecordBatch::Make(
        schema, kRows, {a.Finish().ValueOrDie(), b.Finish().ValueOrDie()}));
    const std::vector<RowRange> rows = {{0, 0, kRows / 2}, {1, 0, kRows / 2}};
    const auto sorted =
        SortRanges(batches, rows, {{"a", false}, {"b", false}}, LoopOnThreads(3)).ValueOrDie();
    const std::vector<int> both = {0, 1};
    const auto batch = OrderedRows(batches, both, sorted).Batch(schema, 0, kRows).ValueOrDie();
    std::stable_sort(pairs.begin(), pairs.end());
    const auto& found_a = static_cast<const arrow::Int32Array&>(*batch->column(0));
    const auto& found_b = static_cast<const arrow::Int32Array&>(*batch->column(1));
    for (uint32_t row = 0; row < kRows; ++row) {
      ASSERT_EQ(std::pair(found_a.Value(row), found_b.Value(row)), pairs[row]) << wrong;
    }
  }
}

TEST_F(RowOrderTest, StopsWhileItSorts) {
  const auto batch = Batch(arrow::schema({arrow::field("x", arrow::int32())}), "[[2],[1]]");
  const std::vector<RowRange> rows = {{0, 0, 2}};
  const auto sorted = SortRanges({batch}, rows, {{"x", false}}, LoopOnThreads(1),
                                 [] { return Status::Cancelled("stop"); });
  EXPECT_TRUE(sorted.status().IsCancelled());
}

}  // namespace
}  // namespace tarn::lake
