#include "lake/row_order.h"

#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>

#include <algorithm>

#include "rows/row_sort.h"

namespace tarn::lake {
namespace {

std::vector<PartitionRun> RunsOf(std::span<const uint32_t> partitions) {
  const uint32_t highest = *std::max_element(partitions.begin(), partitions.end());
  std::vector<int64_t> counts(size_t{highest} + 1);
  for (uint32_t partition : partitions) ++counts[partition];
  std::vector<PartitionRun> runs;
  int64_t begin = 0;
  for (uint32_t partition = 0; partition <= highest; ++partition) {
    if (counts[partition] > 0) runs.push_back({partition, begin, counts[partition]});
    begin += counts[partition];
  }
  return runs;
}

// A stable counting sort by partition of rows that stand in `order`; null: as they came.
Result<std::shared_ptr<arrow::Array>> GroupIndices(const std::vector<int64_t>* order,
                                                   std::span<const uint32_t> partitions,
                                                   const std::vector<PartitionRun>& runs) {
  std::vector<int64_t> next(size_t{runs.back().partition} + 1);
  for (const PartitionRun& run : runs) next[run.partition] = run.begin;
  const auto num_rows = static_cast<int64_t>(partitions.size());
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows * sizeof(uint64_t)));
  auto* indices = buffer->mutable_data_as<uint64_t>();
  for (int64_t i = 0; i < num_rows; ++i) {
    const int64_t row = order == nullptr ? i : (*order)[static_cast<size_t>(i)];
    indices[next[partitions[static_cast<size_t>(row)]]++] = static_cast<uint64_t>(row);
  }
  return std::make_shared<arrow::UInt64Array>(num_rows, std::move(buffer));
}

Result<std::vector<int64_t>> SortedRows(const arrow::Table& rows,
                                        const std::vector<SortColumn>& sort_columns,
                                        const Poll& poll) {
  arrow::ArrayVector columns;
  std::vector<KeyOrder> orders;
  for (const SortColumn& column : sort_columns) {
    ARROW_RETURN_NOT_OK(poll());
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                          arrow::Concatenate(rows.GetColumnByName(column.name)->chunks()));
    orders.push_back({.descending = column.descending, .nulls_first = !column.descending});
  }
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, EncodeRowKeys(columns, orders, rows.num_rows()));
  return SortRows(keys, poll);
}

}  // namespace

Result<RowOrder> OrderRows(const arrow::Table& rows, std::span<const uint32_t> partitions,
                           const std::vector<SortColumn>& sort_columns, const Poll& poll) {
  RowOrder order;
  if (rows.num_rows() == 0) return order;
  order.runs =
      partitions.empty() ? std::vector<PartitionRun>{{0, 0, rows.num_rows()}} : RunsOf(partitions);
  if (sort_columns.empty()) {
    if (!std::is_sorted(partitions.begin(), partitions.end())) {
      ARROW_ASSIGN_OR_RAISE(order.indices, GroupIndices(nullptr, partitions, order.runs));
    }
    return order;
  }
  ARROW_ASSIGN_OR_RAISE(std::vector<int64_t> sorted, SortedRows(rows, sort_columns, poll));
  if (order.runs.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(order.indices, GroupIndices(&sorted, partitions, order.runs));
  } else if (!std::is_sorted(sorted.begin(), sorted.end())) {
    order.indices = std::make_shared<arrow::UInt64Array>(
        rows.num_rows(), arrow::Buffer::FromVector(std::move(sorted)));
  }
  return order;
}

}  // namespace tarn::lake
