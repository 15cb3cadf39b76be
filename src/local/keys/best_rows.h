#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/keys/row_selection.h"
#include "rows/row_key.h"

namespace tarn::local {

/// \brief Keeps for each group the row with the least key.
///
/// Memory is bounded by the groups, not by the rows seen: rows that were passed by a better one are
/// dropped now and then.
class BestRows {
 public:
  enum class Ties { kFirst, kLast };  ///< which of several rows with the least key

  /// \param[in] poll asked before each column when all rows that are kept are copied
  BestRows(SchemaPtr schema, Ties ties, Poll poll = GoOn)
      : schema_(std::move(schema)),
        ties_(ties),
        poll_(std::move(poll)),
        kept_(static_cast<size_t>(schema_->num_fields())) {}

  /// \param[in] keys of the rows of `batch`, to be compared with each other and with earlier ones.
  /// \param[in] groups one number per row, below num_groups; a row without one is ignored
  Status Consume(const BatchPtr& batch, const RowKeys& keys, const arrow::UInt32Array& groups,
                 uint32_t num_groups);

  /// \brief The same of rows that were taken out of a batch.
  /// \param[in] num_bytes of `batch`
  /// \param[in] keys of all of that batch
  /// \param[in] key_rows by row of `batch`: which of `keys` is its
  Status Consume(const BatchPtr& batch, int64_t num_bytes, const RowKeys& keys,
                 std::span<const int64_t> key_rows, const arrow::UInt32Array& groups,
                 uint32_t num_groups);

  /// \brief Begin group `to`, which has no rows so far, with those of group `from`.
  void CopyGroup(uint32_t from, uint32_t to);

  /// \brief Bytes held, about, with those that the copy of Finish takes beside them.
  int64_t num_bytes() const;

  /// \brief One row per group, by number; a row of nulls for a group without rows. Called once.
  Result<BatchPtr> Finish(uint32_t num_groups);

 private:
  static constexpr int64_t kNone = -1;

  std::vector<int64_t> FindWinners(const RowKeys& keys, const RowSelection& key_rows,
                                   const arrow::UInt32Array& groups, uint32_t num_groups);
  Status Keep(const BatchPtr& batch, int64_t num_bytes, std::vector<int64_t> winners,
              const arrow::UInt32Array& groups);
  Status Compact();
  Result<std::shared_ptr<arrow::Array>> Take(int column, const std::vector<uint64_t>& rows) const;

  const SchemaPtr schema_;
  const Ties ties_;
  const Poll poll_;
  std::vector<std::string> best_keys_;    // by group
  std::vector<int64_t> best_rows_;        // by group: place in the kept batches put end to end
  std::vector<arrow::ArrayVector> kept_;  // by column: those of the kept batches
  int64_t num_kept_ = 0;
  int64_t key_bytes_ = 0;        // of best_keys_, beside the strings themselves
  int64_t kept_bytes_ = 0;       // of kept_
  int64_t compacted_bytes_ = 0;  // of these, when rows were dropped last
};

}  // namespace tarn::local
