#include "local/operators/external_sort.h"

#include <arrow/array.h>
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "local/spill/order_key.h"
#include "rows/row_sort.h"

namespace tarn::local {
namespace {

class ExternalSortTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Rows of some random keys, numbered from `first`.
  BatchPtr Rows(int num_rows, int first) {
    std::string rows;
    for (int row = 0; row < num_rows; ++row) {
      rows += (row == 0 ? "[" : ",[") + std::to_string(random_() % 50) + "," +
              std::to_string(first + row) + ",\"" + std::string(random_() % 40, 'x') + "\"]";
    }
    return MakeBatch("key INT, id INT, text STRING", "[" + rows + "]");
  }

  static SortedBatch SortedOf(const BatchPtr& batch) {
    RowKeys keys = EncodeRowKeys({batch->column(0)}, {KeyOrder{}}, batch->num_rows()).ValueOrDie();
    return SortedBatch::Make(batch, std::move(keys), GoOn).ValueOrDie();
  }

  std::mt19937 random_{3};
  SpillStore store_{testing::TempDir()};
};

TEST_F(ExternalSortTest, IsStableWhereverItSpills) {
  for (const unsigned spills_one_of : {1, 2, 7, 1000}) {
    std::vector<BatchPtr> batches;
    const SchemaPtr schema = Rows(0, 0)->schema();
    ExternalSort sort(schema, &store_, GoOn);
    int num_rows = 0;
    for (int i = 0; i < 150; ++i) {
      batches.push_back(Rows(static_cast<int>(random_() % 100), num_rows));
      num_rows += static_cast<int>(batches.back()->num_rows());
      ASSERT_TRUE(sort.Add(SortedOf(batches.back())).ok());
      if (random_() % spills_one_of != 0) continue;
      ASSERT_TRUE(sort.Spill().ok());
      EXPECT_EQ(sort.num_bytes(), 0);
      EXPECT_TRUE(sort.has_spilled());
    }
    const BatchPtr all = Concatenate(schema, batches).ValueOrDie();
    const auto order = std::make_shared<arrow::Int64Array>(
        num_rows, arrow::Buffer::FromVector(SortedOf(all).order));
    std::vector<BatchPtr> merged;
    const auto merge = sort.Merge().ValueOrDie();
    while (const BatchPtr rows = merge->Next().ValueOrDie()) {
      merged.push_back(WithoutOrderKey(rows));
    }
    EXPECT_TRUE((*Concatenate(schema, merged))->Equals(**TakeRows(all, order))) << spills_one_of;
  }
}

TEST_F(ExternalSortTest, WithoutRowsNothingIsWritten) {
  ExternalSort sort(Rows(0, 0)->schema(), &store_, GoOn);
  ASSERT_TRUE(sort.Spill().ok());
  EXPECT_FALSE(sort.has_spilled());
  EXPECT_EQ(sort.Merge().ValueOrDie()->Next().ValueOrDie(), nullptr);
  EXPECT_EQ(store_.bytes_written(), 0);
}

TEST_F(ExternalSortTest, StopsWhileItWrites) {
  const BatchPtr rows = Rows(10, 0);
  ExternalSort sort(rows->schema(), &store_, [] { return Status::Cancelled("now"); });
  ASSERT_TRUE(sort.Add(SortedOf(rows)).ok());
  EXPECT_TRUE(sort.Spill().IsCancelled());
}

// Nothing is left of a folder that cannot be written to but the error.
TEST_F(ExternalSortTest, ReportsAFolderThatIsNotThere) {
  SpillStore store("/no/such/folder");
  const BatchPtr rows = Rows(10, 0);
  ExternalSort sort(rows->schema(), &store, GoOn);
  ASSERT_TRUE(sort.Add(SortedOf(rows)).ok());
  EXPECT_FALSE(sort.Spill().ok());
}

}  // namespace
}  // namespace tarn::local
