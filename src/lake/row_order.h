#pragma once

#include <arrow/array/array_primitive.h>
#include <arrow/table.h>

#include <memory>
#include <span>
#include <vector>

#include "base/poll.h"
#include "lake/lake.h"

namespace tarn::lake {

/// \brief Rows of one partition that stand together after reordering.
struct PartitionRun {
  uint32_t partition = 0;  ///< its number
  int64_t begin = 0;       ///< of the rows in their new order
  int64_t length = 0;
};

/// \brief The order in which a table's gathered rows are written.
struct RowOrder {
  std::shared_ptr<arrow::Array> indices;  ///< null: the rows stand in this order already
  std::vector<PartitionRun> runs;         ///< by partition number
};

/// \brief Put the rows of each partition together, sorted within it by `sort_columns`.
///
/// Spark's order: nulls first when ascending, last when descending; NaN above every number. Rows
/// that are equal, and all rows when there are no sort columns, keep the order in which they came.
///
/// \param[in] partitions the partition of each row; empty: all rows are partition 0
/// \param[in] poll asked now and then while rows are sorted
Result<RowOrder> OrderRows(const arrow::Table& rows, std::span<const uint32_t> partitions,
                           const std::vector<SortColumn>& sort_columns, const Poll& poll = GoOn);

}  // namespace tarn::lake
