#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/poll.h"
#include "base/shared_loop.h"
#include "lake/lake.h"
#include "lake/ordered_rows.h"

namespace tarn::lake {

/// \brief Rows of one partition that stand together in a batch.
struct PartitionRows {
  uint32_t partition = 0;  ///< its number
  RowRange rows;
};

/// \brief All rows of one partition.
struct PartitionRun {
  uint32_t partition = 0;  ///< its number
  size_t begin = 0;        ///< of its ranges in GroupedRows::ranges
  size_t num_ranges = 0;   ///< at least one
  int64_t num_rows = 0;
};

/// \brief A table's rows, those of each partition together.
struct GroupedRows {
  std::vector<RowRange> ranges;    ///< of a partition in the order in which they came
  std::vector<PartitionRun> runs;  ///< by partition number

  std::span<const RowRange> RangesOf(const PartitionRun& run) const {
    return {ranges.data() + run.begin, run.num_ranges};
  }
};

/// \brief Put the rows of each partition together.
GroupedRows GroupRows(std::span<const PartitionRows> rows);

/// \brief Whether rows come in the order of the first of `sort_columns`, at least one.
/// \param[in] batches of which `rows` are, at least one
/// \param[in] loop runs over parts of the rows
Result<bool> AreNearlyInOrder(const arrow::RecordBatchVector& batches,
                              std::span<const RowRange> rows,
                              const std::vector<SortColumn>& sort_columns,
                              const ParallelLoop& loop);

/// \brief One row's place in the order of `sort_columns`: the unsigned order of its bytes.
Result<std::string> OrderKey(const arrow::RecordBatch& batch, int64_t row,
                             const std::vector<SortColumn>& sort_columns);

/// \brief Rows sorted by `sort_columns`; those that are equal stay in their order.
///
/// Spark's order: nulls first when ascending, last when descending; NaN above every number. That
/// rows stand in this order already is noticed, and costs little then.
///
/// \param[in] batches of which `rows` are
/// \param[in] loop runs over parts of the rows
/// \param[in] poll asked now and then while rows are sorted
Result<std::vector<RowRange>> SortRanges(const arrow::RecordBatchVector& batches,
                                         std::span<const RowRange> rows,
                                         const std::vector<SortColumn>& sort_columns,
                                         const ParallelLoop& loop, const Poll& poll = GoOn);

}  // namespace tarn::lake
