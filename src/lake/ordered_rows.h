#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"

namespace tarn::lake {

/// \brief Rows that follow each other in one of several batches.
struct RowRange {
  uint32_t batch = 0;  ///< its number
  uint32_t begin = 0;  ///< of the rows in it
  uint32_t length = 0;
};

/// \brief Rows of several batches in the order in which they are written, without a copy of all of
/// them. Threads: any.
class OrderedRows {
 public:
  /// \param[in] batches of one schema; borrowed, like all below
  /// \param[in] columns those that the rows have, by index
  /// \param[in] ranges the rows, in their order
  OrderedRows(const arrow::RecordBatchVector& batches, const std::vector<int>& columns,
              std::span<const RowRange> ranges);

  int64_t num_rows() const { return ends_.empty() ? 0 : ends_.back(); }
  int num_columns() const { return static_cast<int>(columns_.size()); }
  size_t num_batches() const { return batches_.size(); }

  /// \brief Values of column `column` in rows [begin, begin + length), in one array or several:
  /// parts of the batches where many rows follow each other, else a copy. Where batches have codes
  /// into dictionaries, the texts that these stand for.
  /// \return Invalid when text or binary that is copied passes 2 GiB
  Result<arrow::ArrayVector> Column(int column, int64_t begin, int64_t length) const;

  /// \brief Rows [begin, begin + length), at least one, of all columns.
  Result<std::shared_ptr<arrow::RecordBatch>> Batch(const std::shared_ptr<arrow::Schema>& schema,
                                                    int64_t begin, int64_t length) const;

  /// \brief Where rows [begin, begin + length), at least one, are.
  std::vector<RowRange> RangesOf(int64_t begin, int64_t length) const;

  /// \brief Column `column` of the batch that a range is in, all its rows: text perhaps as codes
  /// into a dictionary.
  std::shared_ptr<arrow::Array> ColumnOf(const RowRange& range, int column) const {
    return batches_[range.batch]->column(columns_[static_cast<size_t>(column)]);
  }

  /// \brief About how many bytes of memory these rows take; text, as if it stood value by value.
  int64_t NumBytes(int64_t begin, int64_t length) const;

 private:
  int64_t NumBytesOf(int column, std::span<const RowRange> ranges, int64_t num_rows) const;
  int64_t NumTextBytesOf(int column, std::span<const RowRange> ranges) const;

  const arrow::RecordBatchVector& batches_;
  const std::vector<int>& columns_;
  const std::span<const RowRange> ranges_;
  std::vector<int64_t> ends_;  // by range: the number of rows up to its end
};

}  // namespace tarn::lake
