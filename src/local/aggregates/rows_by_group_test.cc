#include "local/aggregates/rows_by_group.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

// "group:text/number, …" of all rows, in the order of ForEach.
std::string Visited(RowsByGroup* rows) {
  std::string text;
  const Status status =
      rows->ForEach([&](const arrow::UInt32Array& groups, const arrow::ArrayVector& columns) {
        const auto& texts = static_cast<const arrow::StringArray&>(*columns[0]);
        const auto& numbers = static_cast<const arrow::Int64Array&>(*columns[1]);
        for (int64_t row = 0; row < groups.length(); ++row) {
          text += std::to_string(groups.Value(row)) + ":" + texts.GetString(row) + "/" +
                  (numbers.IsNull(row) ? "-" : std::to_string(numbers.Value(row))) + ", ";
        }
        return Status::OK();
      });
  EXPECT_TRUE(status.ok()) << status.ToString();
  return text;
}

GroupedRows RowsOf(const std::vector<uint32_t>& groups, const std::string& rows, bool is_encoded) {
  BatchPtr batch = MakeBatch("s STRING, b BIGINT", rows);
  if (is_encoded) batch = EncodeForTest({batch})[0];
  GroupedRows grouped;
  grouped.args = batch->columns();
  grouped.groups = std::make_shared<arrow::UInt32Array>(static_cast<int64_t>(groups.size()),
                                                        arrow::Buffer::FromVector(groups));
  grouped.num_groups = 3;
  return grouped;
}

class RowsByGroupTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Of rows in memory, or on disk, where `memory` is small.
  static std::string Sorted(std::vector<KeyOrder> order, MemoryBudget* memory) {
    SpillStore store(testing::TempDir());
    AccumulatorContext context;
    context.memory = memory;
    context.spill = &store;
    RowsByGroup rows({arrow::utf8(), arrow::int64()}, std::move(order), context);
    EXPECT_TRUE(rows.Add(RowsOf({2, 0, 2}, R"([["a", 3], ["b", 1], ["c", 2]])", false)).ok());
    EXPECT_TRUE(rows.Add(RowsOf({}, "[]", false)).ok());
    EXPECT_TRUE(rows.Add(RowsOf({0, 2, 0}, R"([["a", 1], ["a", null], ["d", 0]])", true)).ok());
    const std::string visited = Visited(&rows);
    EXPECT_EQ(memory->bytes_max() < 100, store.bytes_written() > 0);
    EXPECT_EQ(memory->num_bytes(), 0);
    return visited;
  }
};

TEST_F(RowsByGroupTest, ComeAsTheyWereAdded) {
  for (const int64_t bytes_max : {int64_t{1}, MemoryBudget::kNoLimit}) {
    MemoryBudget memory(bytes_max);
    EXPECT_EQ(Sorted({}, &memory), "0:b/1, 0:a/1, 0:d/0, 2:a/3, 2:c/2, 2:a/-, ");
  }
}

TEST_F(RowsByGroupTest, ComeInAnOrder) {
  for (const int64_t bytes_max : {int64_t{1}, MemoryBudget::kNoLimit}) {
    MemoryBudget memory(bytes_max);
    EXPECT_EQ(Sorted({KeyOrder()}, &memory), "0:d/0, 0:b/1, 0:a/1, 2:a/-, 2:c/2, 2:a/3, ");
    EXPECT_EQ(Sorted({KeyOrder(), {.descending = true, .nulls_first = false}}, &memory),
              "0:a/1, 0:b/1, 0:d/0, 2:a/3, 2:a/-, 2:c/2, ");
  }
}

TEST_F(RowsByGroupTest, MayBeNone) {
  RowsByGroup rows({arrow::utf8(), arrow::int64()}, {}, {});
  EXPECT_EQ(Visited(&rows), "");
}

}  // namespace
}  // namespace tarn::local
