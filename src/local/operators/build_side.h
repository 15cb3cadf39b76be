#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/memory_budget.h"
#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/keys/key_table.h"

namespace tarn::local {

/// \brief The right input of a join, held in memory and found by key.
///
/// Keys are numbers to what asks. The rows of one lie at a range of positions, in the input's
/// order. Where no key repeats, and where the rows of each come one after the other, a row's
/// position is its number, and nothing is held for it.
///
/// Order of calls: Add for each batch, Finish, then the rest. Threads: one at a time until Finish,
/// then any number at once.
class BuildSide {
 public:
  /// \brief Positions of rows.
  struct Range {
    int64_t begin = 0;
    int64_t end = 0;
  };
  /// In the place of a key that no row has.
  static constexpr uint32_t kNoKey = std::numeric_limits<uint32_t>::max();

  /// \param[in] schema of the rows
  /// \param[in] key_types of both sides' keys
  /// \param[in] memory borrowed, which it holds its rows of; null: without a limit
  static Result<std::unique_ptr<BuildSide>> Make(
      SchemaPtr schema, const std::vector<std::shared_ptr<arrow::DataType>>& key_types,
      MemoryBudget* memory);

  /// \brief The next rows.
  Status Add(BatchPtr batch, const EncodedKeys& keys);

  /// \brief Before Finish: whether it holds more than it should.
  bool has_to_shrink() const { return grant_.has_to_shrink(); }

  /// \brief In place of Finish: the batches that were added; there is no build side then.
  std::vector<BatchPtr> TakeBatches() &&;

  /// \brief All rows were added.
  /// \param[in] held columns that are needed from here on, ascending
  Status Finish(const std::vector<int>& held, const Poll& poll);

  /// \brief The number of each of `keys`, or kNoKey.
  /// \param[in] null_safe by key column: whether NULL matches NULL; else it matches nothing
  Result<std::vector<uint32_t>> Find(const EncodedKeys& keys,
                                     const std::vector<bool>& null_safe) const;

  /// \brief Of the held columns.
  const BatchPtr& rows() const { return rows_; }

  /// \brief Whether no key repeats: the number of a key is that of its row.
  bool is_unique() const { return begins_.empty(); }

  /// \brief Where the rows of a key are. \param[in] key not kNoKey
  Range RowsOf(uint32_t key) const {
    if (is_unique()) return {key, static_cast<int64_t>(key) + 1};
    return {begins_[key], begins_[key + 1]};
  }

  /// \brief The number of the row at `position`.
  int64_t RowAt(int64_t position) const { return row_ids_.empty() ? position : row_ids_[position]; }

 private:
  BuildSide(SchemaPtr schema, std::unique_ptr<KeyTable> table, MemoryBudget* memory)
      : schema_(std::move(schema)),
        table_(std::move(table)),
        column_bytes_(schema_->num_fields()),
        grant_(memory) {}
  Status CountBytes(const arrow::RecordBatch& batch);
  void Index();

  const SchemaPtr schema_;
  const std::unique_ptr<KeyTable> table_;
  std::vector<BatchPtr> batches_;  // until Finish, as rows_ from there on
  std::vector<uint32_t> numbers_;  // until Finish, the key's number of each row
  BatchPtr rows_;
  std::vector<int64_t> begins_;        // by key, and the end of the last; empty: no key repeats
  std::vector<int64_t> row_ids_;       // by position; empty: they are the positions
  std::vector<int64_t> column_bytes_;  // of the rows, by column
  int64_t concatenated_bytes_ = 0;     // the most that are in memory twice in Finish: of a column
  MemoryGrant grant_;
};

}  // namespace tarn::local
