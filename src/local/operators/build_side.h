#pragma once

#include <memory>
#include <vector>

#include "base/memory_budget.h"
#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/keys/key_table.h"

namespace tarn::local {

/// \brief The right input of a join, held in memory and found by key.
///
/// Order of calls: Add for each batch, Finish, then the rest. Threads: one at a time until Finish,
/// then any number at once.
class BuildSide {
 public:
  /// \brief Rows [begin, end) of row_ids().
  struct Matches {
    int64_t begin = 0;
    int64_t end = 0;
  };

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
  Status Finish(const Poll& poll);

  /// \brief Which rows have the key, for each of `keys`.
  /// \param[in] null_safe by key: whether NULL matches NULL; else it matches nothing
  Result<std::vector<Matches>> Find(const EncodedKeys& keys,
                                    const std::vector<bool>& null_safe) const;

  const BatchPtr& rows() const { return rows_; }

  /// \brief Row numbers, grouped by key; in the input's order within a key.
  const std::vector<int64_t>& row_ids() const { return row_ids_; }

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
  std::vector<int64_t> begins_;  // by key number, and the end of the last
  std::vector<int64_t> row_ids_;
  std::vector<int64_t> column_bytes_;  // of the rows, by column
  int64_t concatenated_bytes_ = 0;     // the most that are in memory twice in Finish: of a column
  MemoryGrant grant_;
};

}  // namespace tarn::local
