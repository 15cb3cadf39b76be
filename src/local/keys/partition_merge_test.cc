#include "local/keys/partition_merge.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "local/batch/batches_for_test.h"
#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

SchemaPtr Numbers() { return arrow::schema({arrow::field("n", arrow::int64())}); }

BatchPtr BatchOf(const std::vector<int64_t>& numbers) {
  const auto num_rows = static_cast<int64_t>(numbers.size());
  return arrow::RecordBatch::Make(
      Numbers(), num_rows,
      {std::make_shared<arrow::Int64Array>(num_rows, arrow::Buffer::FromVector(numbers))});
}

// The rows are their numbers.
std::vector<int64_t> Merged(const std::vector<std::vector<int64_t>>& partitions,
                            int64_t* num_pieces) {
  PartitionMerge merge(Numbers());
  for (const std::vector<int64_t>& numbers : partitions) merge.Add(BatchOf(numbers), numbers);
  merge.Close();
  *num_pieces = merge.num_pieces();
  std::vector<int64_t> all;
  for (int64_t piece = 0; piece < *num_pieces; ++piece) {
    const BatchPtr rows = merge.Piece(piece).ValueOrDie();
    EXPECT_LT(rows->num_rows(), 2 * kBatchRows + 5000);
    const auto& numbers = static_cast<const arrow::Int64Array&>(*rows->column(0));
    for (int64_t row = 0; row < rows->num_rows(); ++row) all.push_back(numbers.Value(row));
  }
  return all;
}

TEST(PartitionMergeTest, RowsComeInTheOrderOfTheirNumbers) {
  std::mt19937 random(17);
  for (const int64_t num_rows : {int64_t{0}, int64_t{1}, int64_t{40}, 3 * kBatchRows + 7}) {
    for (const int num_partitions : {1, 2, 16}) {
      std::vector<int64_t> wanted;
      std::vector<std::vector<int64_t>> partitions(num_partitions);
      int64_t batch = 0, row = 0;
      for (int64_t i = 0; i < num_rows; ++i) {
        row += 1 + random() % 3;
        if (random() % 1000 == 0) {
          batch += 1 + random() % 3;
          row = random() % 2;
        }
        wanted.push_back(NumberOfRow(batch, row));
        // Some partitions have most of the rows.
        partitions[random() % (1 + random() % num_partitions)].push_back(wanted.back());
      }
      int64_t num_pieces = 0;
      EXPECT_EQ(Merged(partitions, &num_pieces), wanted);
      EXPECT_LE(num_pieces, (num_rows + kBatchRows - 1) / kBatchRows);
      EXPECT_EQ(num_pieces > 1, num_rows > 10'000);
    }
  }
}

}  // namespace
}  // namespace tarn::local
