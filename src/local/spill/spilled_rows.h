#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "local/batch/batch.h"
#include "local/batch/spill_store.h"

namespace tarn::local {

/// \brief Rows on disk, in the order in which they were added.
///
/// Order of calls: Append for all rows, Flush, then the rest. Threads: one at a time until Flush,
/// then any number at once may Read.
class SpilledRows {
 public:
  /// Of a batch on disk, about, so that many can be read beside one another.
  static constexpr int64_t kBatchBytes = 256 << 10;

  /// \param[in] store borrowed
  /// \param[in] batch_bytes of a batch on disk, about
  SpilledRows(SchemaPtr schema, SpillStore* store, int64_t batch_bytes = kBatchBytes)
      : schema_(std::move(schema)), store_(store), batch_bytes_(batch_bytes) {}

  /// \brief The next rows. Small batches are gathered in memory until they are worth a write.
  Status Append(const BatchPtr& rows);

  /// \brief Write what is still in memory.
  Status Flush();

  const SchemaPtr& schema() const { return schema_; }
  int64_t num_rows() const { return num_rows_; }
  /// \brief Held in memory before Flush.
  int64_t pending_bytes() const { return pending_bytes_; }

  size_t num_batches() const { return batches_.size(); }
  Result<BatchPtr> Read(size_t batch) const { return batches_[batch].Read(schema_); }
  /// \brief Give the space of a batch back, which is not read any more.
  void Free(size_t batch) { batches_[batch] = SpilledBatch(); }

 private:
  Status Write(const BatchPtr& batch);

  SchemaPtr schema_;
  SpillStore* store_;
  int64_t batch_bytes_;
  std::vector<SpilledBatch> batches_;
  std::vector<BatchPtr> pending_;
  int64_t pending_bytes_ = 0;
  int64_t num_rows_ = 0;
};

/// \brief Reads rows once, in order, and frees their space as it goes. Threads: one.
class SpilledReader {
 public:
  explicit SpilledReader(SpilledRows rows) : rows_(std::move(rows)) {}

  /// \brief The next batch; null after the last.
  Result<BatchPtr> Next();

 private:
  SpilledRows rows_;
  size_t next_ = 0;
};

}  // namespace tarn::local
