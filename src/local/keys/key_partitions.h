#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "local/keys/encoded_keys.h"
#include "local/keys/row_selection.h"
#include "local/spill/spilled_partitions.h"

namespace tarn::local {

/// \brief Rows of a batch, those with equal keys in one partition; in a partition, in their order.
class KeyPartitions {
 public:
  /// The same for any number of threads.
  static constexpr int kNumPartitions = 16;

  KeyPartitions() = default;
  /// \brief Of all rows.
  explicit KeyPartitions(const EncodedKeys& keys);
  /// \brief Of `rows` alone, in this order.
  KeyPartitions(const EncodedKeys& keys, std::span<const int64_t> rows);

  /// \brief The partition of a key. Rows of one that go to disk are spread from there.
  static int Of(uint64_t hash) {
    constexpr int kParts = SpilledPartitions::kNumPartitions / kNumPartitions;
    return SpilledPartitions::Of(hash, /*level=*/0) / kParts;
  }

  /// \brief The partitions that have rows.
  const std::vector<int>& numbers() const { return numbers_; }

  /// \brief All rows, by partition.
  const std::vector<int64_t>& rows() const { return rows_; }
  /// \brief Where those of a partition begin in rows(); those of the next one, where they end.
  int64_t begin(int partition) const { return begins_[partition]; }

  std::span<const int64_t> rows(int partition) const {
    return std::span(rows_).subspan(begins_[partition],
                                    begins_[partition + 1] - begins_[partition]);
  }

 private:
  void Spread(const EncodedKeys& keys, const RowSelection& rows);

  std::vector<int64_t> rows_;
  std::array<int64_t, kNumPartitions + 1> begins_{};
  std::vector<int> numbers_;
};

}  // namespace tarn::local
