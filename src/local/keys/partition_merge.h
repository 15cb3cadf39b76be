#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "local/batch/batch.h"
#include "rows/take_rows.h"

namespace tarn::local {

/// \brief Puts rows that several partitions have made into the order of their numbers, piece by
/// piece.
///
/// Order of calls: Add for each partition, Close, then the rest. Threads: one at a time until
/// Close, then any number at once.
class PartitionMerge {
 public:
  explicit PartitionMerge(SchemaPtr schema) : schema_(std::move(schema)) {}

  /// \brief The rows of a partition.
  /// \param[in] numbers theirs, which rise, as NumberOfRow gives them; no two partitions share one
  void Add(BatchPtr rows, std::vector<int64_t> numbers);

  /// \brief Divide the rows into pieces, each of about kBatchRows of them.
  void Close();

  int64_t num_pieces() const { return static_cast<int64_t>(ends_.size()); }

  /// \brief The rows of a piece, in order; the pieces are in order.
  Result<BatchPtr> Piece(int64_t piece) const;

 private:
  struct Partition {
    BatchPtr rows;
    std::vector<int64_t> numbers;
  };

  std::vector<RowPlace> PlacesOf(int64_t begin, int64_t end) const;

  const SchemaPtr schema_;
  std::vector<Partition> partitions_;
  std::vector<int64_t> ends_;  // by piece: the number that those of its rows are below
};

}  // namespace tarn::local
