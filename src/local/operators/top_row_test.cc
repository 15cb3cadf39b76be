#include "local/operators/top_row.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <random>

#include "local/batch/batches_for_test.h"
#include "local/keys/best_rows.h"

namespace tarn::local {
namespace {

constexpr char kTopRowColumns[] = "k STRING, x DOUBLE, s STRING";

class TopRowTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static Batches Top(const std::vector<std::string>& partition_by,
                     std::vector<plan::SortKey> order_by, const std::vector<std::string>& batches,
                     const std::vector<int>& thread_counts = {1, 4}) {
    plan::TopRow top_row;
    for (const std::string& name : partition_by) {
      top_row.partition_by.push_back(ColumnOf(kTopRowColumns, name));
    }
    top_row.order_by = std::move(order_by);
    const Batches input = MakeInput(kTopRowColumns, batches);
    const MakeStage make = [&](const StageContext& context,
                               PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
      ARROW_ASSIGN_OR_RAISE(auto stage, TopRowStage::Make(context, input.schema, top_row,
                                                          ExprContext{}, std::move(next)));
      return std::vector<PieceSinkPtr>{std::move(stage)};
    };
    return RunStageInAnyOrder(input.schema, make, {input}, thread_counts);
  }
};

TEST_F(TopRowTest, TakesTheFirstRowOfEachPartition) {
  ExpectRows(
      Top({"k"}, {{ColumnOf(kTopRowColumns, "x"), true, false}, {ColumnOf(kTopRowColumns, "s")}},
          {R"([["a", 1.0, "p"], ["b", null, "q"], ["a", 3.0, "z"], [null, 1.0, "n"]])",
           R"([["a", 3.0, "y"], ["b", -1.0, "r"], ["a", 2.0, "a"], [null, NaN, "m"]])"}),
      R"([["a", 3.0, "y"], ["b", -1.0, "r"], [null, NaN, "m"]])");
}

TEST_F(TopRowTest, OfEqualRowsTheFirstStays) {
  ExpectRows(Top({"k"}, {{ColumnOf(kTopRowColumns, "x")}},
                 {R"([["a", 0.0, "first"], ["a", -0.0, "second"]])", R"([["a", 0.0, "third"]])"}),
             R"([["a", 0.0, "first"]])");
  ExpectRows(Top({"k"}, {}, {R"([["a", 2.0, "first"], ["a", 1.0, "second"]])"}),
             R"([["a", 2.0, "first"]])");
}

TEST_F(TopRowTest, WithoutPartitionsThereIsOneRowAtMost) {
  ExpectRows(Top({}, {{ColumnOf(kTopRowColumns, "s")}}, {R"([["a", 1.0, "z"], ["b", 2.0, "y"]])"}),
             R"([["b", 2.0, "y"]])");
  ExpectRows(Top({}, {{ColumnOf(kTopRowColumns, "s")}}, {}), "[]");
  ExpectRows(Top({"k"}, {{ColumnOf(kTopRowColumns, "s")}}, {}), "[]");
}

// Of more partitions than memory holds; those of one part on disk are more than a batch.
TEST_F(TopRowTest, PartitionsGoToDisk) {
  std::mt19937 random(11);
  std::vector<std::string> batches;
  for (int i = 0; i < 20; ++i) {
    std::string rows = "[";
    for (int row = 0; row < 400; ++row) {
      const uint32_t key = random() % 9000;
      rows += (row > 0 ? ",[" : "[") +
              (key == 0 ? "null" : "\"key " + std::to_string(key) + std::string(2000, 'k') + "\"") +
              "," + (random() % 9 == 0 ? "NaN" : std::to_string(random() % 3)) + ",\"" +
              std::to_string(i * 1000 + row) + "\"]";
    }
    batches.push_back(rows + "]");
  }
  const Batches output = Top({"k"}, {{ColumnOf(kTopRowColumns, "x")}}, batches, {4});
  ASSERT_TRUE(output.status.ok());
  int64_t num_rows = 0;
  for (const BatchPtr& batch : output.batches) num_rows += batch->num_rows();
  EXPECT_GT(num_rows, 4000);
}

// So many better and better rows that those passed by are dropped on the way.
TEST(BestRowsTest, DropsRowsThatWerePassed) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  constexpr int64_t kGroups = 1000;
  const int64_t kBatches = 2 * (kBatchRows / 4 + 2 * kGroups) / kGroups + 3;
  const SchemaPtr schema = arrow::schema({arrow::field("x", arrow::int64())});
  BestRows best(schema, BestRows::Ties::kFirst);
  for (int64_t number = 0; number < kBatches; ++number) {
    std::vector<int64_t> values(kGroups);
    std::vector<uint32_t> groups(kGroups);
    for (int64_t i = 0; i < kGroups; ++i) {
      // Group 7 was best in the first batch already; group 3 has no rows.
      values[i] = i == 7 ? number : -number;
      groups[i] = static_cast<uint32_t>(i == 3 ? 4 : i);
    }
    auto column = std::make_shared<arrow::Int64Array>(kGroups, arrow::Buffer::FromVector(values));
    const RowKeys keys = EncodeRowKeys({column}, {KeyOrder{}}, kGroups).ValueOrDie();
    const arrow::UInt32Array numbers(kGroups, arrow::Buffer::FromVector(groups));
    ASSERT_TRUE(
        best.Consume(arrow::RecordBatch::Make(schema, kGroups, {column}), keys, numbers, kGroups)
            .ok());
  }
  const BatchPtr rows = best.Finish(kGroups + 1).ValueOrDie();
  ASSERT_EQ(rows->num_rows(), kGroups + 1);
  const auto& x = static_cast<const arrow::Int64Array&>(*rows->column(0));
  for (int64_t i = 0; i < kGroups; ++i) {
    if (i == 3) {
      EXPECT_TRUE(x.IsNull(i));
    } else {
      ASSERT_EQ(x.Value(i), i == 7 ? 0 : 1 - kBatches) << i;
    }
  }
  EXPECT_TRUE(x.IsNull(kGroups));
}

// Wide rows are dropped by their bytes.
TEST(BestRowsTest, HoldsNotMuchMoreThanItsRows) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const SchemaPtr schema = arrow::schema({arrow::field("s", arrow::utf8())});
  BestRows best(schema, BestRows::Ties::kFirst);
  arrow::UInt32Array groups(1, arrow::Buffer::FromVector(std::vector<uint32_t>{0}));
  int64_t most = 0;
  for (int64_t number = 0; number < 100; ++number) {
    arrow::StringBuilder text;
    ASSERT_TRUE(text.Append(std::string(1 << 20, 'x')).ok());
    auto order = std::make_shared<arrow::Int64Array>(
        1, arrow::Buffer::FromVector(std::vector<int64_t>{-number}));
    const RowKeys keys = EncodeRowKeys({order}, {KeyOrder{}}, 1).ValueOrDie();
    const BatchPtr batch = arrow::RecordBatch::Make(schema, 1, {text.Finish().ValueOrDie()});
    ASSERT_TRUE(best.Consume(batch, keys, groups, 1).ok());
    most = std::max(most, best.num_bytes());
  }
  EXPECT_GT(most, 1 << 20);
  EXPECT_LT(most, 20 << 20);
  EXPECT_EQ(best.Finish(1).ValueOrDie()->num_rows(), 1);
}

}  // namespace
}  // namespace tarn::local
