#pragma once

#include <string>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
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
      : schema_(std::move(schema)), ties_(ties), poll_(std::move(poll)) {}

  /// \param[in] keys of the rows of `batch`, to be compared with each other and with earlier ones.
  /// \param[in] groups one number per row, below num_groups.
  Status Consume(const BatchPtr& batch, const RowKeys& keys, const arrow::UInt32Array& groups,
                 uint32_t num_groups);

  /// \brief One row per group, by number; a row of nulls for a group without rows. Called once.
  Result<BatchPtr> Finish(uint32_t num_groups);

 private:
  static constexpr int64_t kNone = -1;

  Status Compact();
  std::shared_ptr<arrow::Array> RowsByGroup() const;

  const SchemaPtr schema_;
  const Ties ties_;
  const Poll poll_;
  std::vector<std::string> best_keys_;  // by group
  std::vector<int64_t> best_rows_;      // by group: place in the kept batches put end to end
  std::vector<BatchPtr> kept_;
  int64_t num_kept_ = 0;
};

}  // namespace tarn::local
