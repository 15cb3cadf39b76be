#include "local/keys/batch_candidates.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tarn::local {
namespace {

struct Batch {
  std::vector<int64_t> keys, orders;

  static std::shared_ptr<arrow::Array> ArrayOf(const std::vector<int64_t>& values) {
    return std::make_shared<arrow::Int64Array>(static_cast<int64_t>(values.size()),
                                               arrow::Buffer::FromVector(values));
  }
  int64_t num_rows() const { return static_cast<int64_t>(keys.size()); }
  BatchCandidates Candidates() const {
    const EncodedKeys encoded = EncodedKeys::Make({ArrayOf(keys)}, num_rows()).ValueOrDie();
    const RowKeys order = EncodeRowKeys({ArrayOf(orders)}, {KeyOrder{}}, num_rows()).ValueOrDie();
    return BatchCandidates::Make({arrow::int64()}, encoded, order).ValueOrDie();
  }
};

TEST(BatchCandidatesTest, AreTheBestOfEachKey) {
  std::mt19937 random(3);
  for (const int num_keys : {1, 5, 400}) {
    Batch batch;
    std::map<int64_t, std::pair<int64_t, int64_t>> wanted;  // by key: its first row and its best
    for (int64_t row = 0; row < 9000; ++row) {
      batch.keys.push_back(random() % num_keys);
      batch.orders.push_back(random() % 10);
      auto& [first, best] = wanted.try_emplace(batch.keys.back(), row, row).first->second;
      if (batch.orders[row] < batch.orders[best]) best = row;
    }
    const BatchCandidates found = batch.Candidates();
    size_t num_found = 0;
    for (const int partition : found.partitions()) {
      const auto first = found.first(partition), best = found.best(partition);
      ASSERT_EQ(first.size(), best.size());
      EXPECT_TRUE(std::is_sorted(first.begin(), first.end()));
      num_found += first.size();
      for (size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(std::pair(first[i], best[i]), wanted[batch.keys[first[i]]]);
      }
    }
    EXPECT_EQ(num_found, wanted.size());
  }
}

TEST(BatchCandidatesTest, WhereKeysDoNotRepeatAllRowsAre) {
  Batch batch;
  for (int64_t row = 0; row < 3000; ++row) {
    batch.keys.push_back(row / 2 * 2 + (row < 1500 ? row % 2 : 0));
    batch.orders.push_back(-row);
  }
  const BatchCandidates found = batch.Candidates();
  size_t num_found = 0;
  for (const int partition : found.partitions()) {
    EXPECT_EQ(found.first(partition).data(), found.best(partition).data());
    num_found += found.first(partition).size();
  }
  EXPECT_EQ(num_found, batch.keys.size());
}

}  // namespace
}  // namespace tarn::local
