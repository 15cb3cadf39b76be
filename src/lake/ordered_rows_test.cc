#include "lake/ordered_rows.h"

#include <arrow/array/concatenate.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "lake/table_for_test.h"

namespace tarn::lake {
namespace {

using testing::SizeIs;

const auto kOrderedSchema =
    arrow::schema({arrow::field("n", arrow::int32()), arrow::field("text", arrow::utf8()),
                   arrow::field("list", arrow::list(arrow::int32()))});

// Rows from..from + length - 1: a number, a text of 3 characters, a list of two.
std::shared_ptr<arrow::RecordBatch> Numbers(int from, int length) {
  std::string rows;
  for (int n = from; n < from + length; ++n) {
    rows += fmt::format("{}[{},\"{:03}\",[{},{}]]", n == from ? "[" : ",", n, n % 1000, n, n);
  }
  return Batch(kOrderedSchema, rows + "]");
}

class OrderedRowsTest : public testing::Test {
 protected:
  // Numbers 0..999, 1000..1499, each batch a slice of something larger.
  const arrow::RecordBatchVector batches_ = {Numbers(-10, 1020)->Slice(10, 1000),
                                             Numbers(990, 520)->Slice(10, 500)};
  const std::vector<int> columns_ = {0, 1, 2};
};

TEST_F(OrderedRowsTest, LongRangesStayWhereTheyAre) {
  const std::vector<RowRange> ranges = {{1, 100, 400}, {0, 500, 500}, {0, 0, 300}};
  const OrderedRows rows(batches_, columns_, ranges);
  EXPECT_EQ(rows.num_rows(), 1200);
  const auto arrays = rows.Column(1, 200, 900).ValueOrDie();
  ASSERT_THAT(arrays, SizeIs(3));
  EXPECT_EQ(arrays[0]->length(), 200);
  EXPECT_EQ(arrays[1]->length(), 500);
  EXPECT_EQ(arrays[1]->data()->buffers[2], batches_[0]->column(1)->data()->buffers[2]);
  EXPECT_TRUE(arrow::Concatenate(arrays).ValueOrDie()->Equals(
      *arrow::Concatenate({Numbers(1300, 200)->column(1), Numbers(500, 500)->column(1),
                           Numbers(0, 200)->column(1)})
           .ValueOrDie()));
}

TEST_F(OrderedRowsTest, SingleRowsAreCopied) {
  std::vector<RowRange> ranges;
  arrow::ArrayVector expected;
  for (uint32_t row = 0; row < 300; ++row) {
    const uint32_t from = row * 7 % 500;
    ranges.push_back({row % 2, from, 1});
    expected.push_back(Numbers(static_cast<int>(row % 2 * 1000 + from), 1)->column(0));
  }
  const OrderedRows rows(batches_, columns_, ranges);
  EXPECT_THAT(rows.Column(0, 0, 300).ValueOrDie(), SizeIs(1));
  const auto batch = rows.Batch(kOrderedSchema, 100, 150).ValueOrDie();
  ASSERT_TRUE(batch->ValidateFull().ok());
  EXPECT_TRUE(
      batch->column(0)->Equals(*arrow::Concatenate(expected).ValueOrDie()->Slice(100, 150)));
}

TEST_F(OrderedRowsTest, OnlyTheColumnsThatAreAskedFor) {
  const std::vector<int> last = {2};
  const std::vector<RowRange> ranges = {{0, 7, 2}};
  const OrderedRows rows(batches_, last, ranges);
  EXPECT_EQ(rows.num_columns(), 1);
  EXPECT_TRUE(rows.Column(0, 0, 2).ValueOrDie()[0]->Equals(*Numbers(7, 2)->column(2)));
}

TEST_F(OrderedRowsTest, BytesAreCountedByRow) {
  const std::vector<RowRange> ranges = {{0, 0, 1000}, {1, 0, 500}};
  // A number, a text and where it ends, and a list: two numbers, and where it ends.
  constexpr int64_t kRowBytes = 4 + (3 + 4) + (8 + 4);
  const OrderedRows rows(batches_, columns_, ranges);
  EXPECT_NEAR(static_cast<double>(rows.NumBytes(0, 1500)), 1500 * kRowBytes, 100);
  EXPECT_NEAR(static_cast<double>(rows.NumBytes(990, 20)), 20 * kRowBytes, 10);
}

}  // namespace
}  // namespace tarn::lake
