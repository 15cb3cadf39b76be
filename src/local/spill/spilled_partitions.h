#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "local/spill/spilled_rows.h"

namespace tarn::local {

/// \brief Rows on disk, those with equal keys in one partition; in a partition, in the order in
/// which they were added.
///
/// Order of calls: Add for all rows, Flush, then the rest. Threads: one at a time.
class SpilledPartitions {
 public:
  static constexpr int kNumPartitions = 32;
  /// A row that is not added.
  static constexpr int8_t kNone = -1;

  /// \param[in] store borrowed
  /// \param[in] batch_bytes of a batch on disk, about; so much of each partition is held in memory
  SpilledPartitions(const SchemaPtr& schema, SpillStore* store,
                    int64_t batch_bytes = SpilledRows::kBatchBytes);

  /// \brief The partition of a key.
  /// \param[in] level how often rows were partitioned before: those of one partition are spread by
  ///   other bits of the hash at the next level
  static int8_t Of(uint64_t hash, int level);

  /// \brief Add each row of `batch` to partition `partitions[row]`.
  Status Add(const BatchPtr& batch, std::span<const int8_t> partitions);

  Status Flush();

  int64_t num_rows() const { return num_rows_; }
  /// \brief Held in memory before Flush.
  int64_t pending_bytes() const;
  SpilledRows& partition(int i) { return partitions_[i]; }

 private:
  std::vector<SpilledRows> partitions_;
  int64_t num_rows_ = 0;
};

}  // namespace tarn::local
