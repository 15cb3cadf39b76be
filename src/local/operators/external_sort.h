#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/operators/sorted_runs.h"
#include "local/spill/spill_merge.h"

namespace tarn::local {

/// \brief A batch and the order of its rows.
struct SortedBatch {
  BatchPtr batch;
  RowKeys keys;
  std::vector<int64_t> order;  ///< SortRows(keys)

  static Result<SortedBatch> Make(BatchPtr batch, RowKeys keys, const Poll& poll);

  /// \brief Some rows of a batch. \param[in] rows their numbers, ascending
  static Result<SortedBatch> MakeOf(const BatchPtr& batch, const RowKeys& keys,
                                    std::vector<int64_t> rows, const Poll& poll);
};

/// \brief Batches and the order of all their rows.
struct SortedBatches {
  std::vector<BatchPtr> batches;
  SortedRuns runs;        ///< one per batch
  int64_t num_bytes = 0;  ///< of memory
};

/// \brief Sorts rows of which not all need to be in memory; those with equal keys stay in order.
///
/// Order of calls: Add and Spill; then Merge, or Take. Threads: one at a time.
class ExternalSort {
 public:
  /// \param[in] schema of the rows; the batches may differ from it in names and nullability
  /// \param[in] store borrowed
  /// \param[in] poll asked now and then
  ExternalSort(SchemaPtr schema, SpillStore* store, Poll poll)
      : schema_(std::move(schema)), store_(store), poll_(std::move(poll)) {}

  /// \brief The next rows, which stay in memory until Spill.
  Status Add(SortedBatch sorted);

  /// \brief Held in memory.
  int64_t num_bytes() const { return held_.num_bytes; }
  int64_t num_rows() const { return held_.runs.num_rows(); }

  /// \brief Of what is in memory, keep the first rows in order. \param[in] num_rows how many; at
  /// least 1, and no more than there are. \return the key of the last of them
  Result<std::string> KeepFirst(int64_t num_rows);

  /// \brief Write what is in memory to disk, as one run.
  Status Spill();
  bool has_spilled() const { return !spilled_.empty(); }

  /// \brief All rows in order, with their order keys, by way of the disk.
  Result<std::unique_ptr<SpillMerge>> Merge();

  /// \brief What is in memory: all rows, when nothing was spilled.
  SortedBatches Take() { return std::exchange(held_, {}); }

 private:
  const SchemaPtr schema_;
  SpillStore* const store_;
  const Poll poll_;
  SortedBatches held_;
  std::vector<SpilledRows> spilled_;
};

}  // namespace tarn::local
