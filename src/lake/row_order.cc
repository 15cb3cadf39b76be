#include "lake/row_order.h"

#include <arrow/array/concatenate.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "rows/row_key.h"
#include "rows/row_sort.h"

namespace tarn::lake {
namespace {

// Rows that follow each other in a given order.
struct Extent {
  int64_t begin = 0;
  int64_t length = 0;
};

// Rows that are to be in an order.
class RowSorter {
 public:
  RowSorter(const arrow::RecordBatchVector& batches, std::span<const RowRange> ranges,
            const std::vector<SortColumn>& sort_columns)
      : batches_(batches),
        ranges_(ranges),
        columns_(ColumnsOf(*batches.front()->schema(), sort_columns)),
        orders_(OrdersOf(sort_columns)),
        rows_(batches, columns_, ranges) {}

  Result<bool> IsInOrder(const ParallelLoop& loop, const Poll& poll) const {
    constexpr int64_t kBlockRows = 64 * 1024;
    std::atomic<bool> is_in_order = true;
    const int64_t num_blocks = (rows_.num_rows() + kBlockRows - 1) / kBlockRows;
    ARROW_RETURN_NOT_OK(loop(num_blocks, [&](int64_t block) -> Status {
      if (!is_in_order) return Status::OK();
      ARROW_RETURN_NOT_OK(poll());
      // With the last row of the block before.
      const int64_t begin = std::max<int64_t>(block * kBlockRows - 1, 0);
      const int64_t end = std::min((block + 1) * kBlockRows, rows_.num_rows());
      ARROW_ASSIGN_OR_RAISE(const bool is_block, IsInOrder({begin, end - begin}));
      if (!is_block) is_in_order = false;
      return Status::OK();
    }));
    return is_in_order.load();
  }

  Result<std::vector<RowRange>> Sort(const Poll& poll) const {
    arrow::ArrayVector columns;
    for (int column = 0; column < rows_.num_columns(); ++column) {
      ARROW_RETURN_NOT_OK(poll());
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), ValuesOf(rows_, column));
    }
    ARROW_ASSIGN_OR_RAISE(const RowKeys keys, EncodeRowKeys(columns, orders_, rows_.num_rows()));
    columns.clear();
    ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> order, SortRows(keys, poll));
    return RangesOf(order);
  }

 private:
  static std::vector<int> ColumnsOf(const arrow::Schema& schema,
                                    const std::vector<SortColumn>& sort_columns) {
    std::vector<int> columns;
    for (const SortColumn& column : sort_columns) {
      columns.push_back(schema.GetFieldIndex(column.name));
    }
    return columns;
  }

  static std::vector<KeyOrder> OrdersOf(const std::vector<SortColumn>& sort_columns) {
    std::vector<KeyOrder> orders;
    for (const SortColumn& column : sort_columns) {
      orders.push_back({.descending = column.descending, .nulls_first = !column.descending});
    }
    return orders;
  }

  static Result<std::shared_ptr<arrow::Array>> ValuesOf(const OrderedRows& rows, int column) {
    ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector arrays, rows.Column(column, 0, rows.num_rows()));
    if (arrays.size() == 1) return std::move(arrays[0]);
    return arrow::Concatenate(arrays);
  }

  // Column by column, each only where those before it are equal.
  Result<bool> IsInOrder(Extent block) const {
    std::vector<Extent> extents = {block};
    for (int column = 0; column < rows_.num_columns() && !extents.empty(); ++column) {
      std::vector<RowRange> ranges;
      for (const Extent& extent : extents) {
        const auto found = rows_.RangesOf(extent.begin, extent.length);
        ranges.insert(ranges.end(), found.begin(), found.end());
      }
      const OrderedRows part(batches_, columns_, ranges);
      ARROW_ASSIGN_OR_RAISE(auto values, ValuesOf(part, column));
      ARROW_ASSIGN_OR_RAISE(const RowKeys keys,
                            EncodeRowKeys({std::move(values)},
                                          {orders_[static_cast<size_t>(column)]}, part.num_rows()));
      std::optional<std::vector<Extent>> equal = EqualExtents(extents, keys);
      if (!equal.has_value()) return false;
      extents = *std::move(equal);
    }
    return true;
  }

  // Where keys are equal; nullopt when one is greater than the next one in its extent.
  static std::optional<std::vector<Extent>> EqualExtents(const std::vector<Extent>& extents,
                                                         const RowKeys& keys) {
    std::vector<Extent> equal;
    int64_t key = 0;
    for (const Extent& extent : extents) {
      bool extends = false;
      for (int64_t i = 1; i < extent.length; ++i) {
        const int compared = keys.row(key + i - 1).compare(keys.row(key + i));
        if (compared > 0) return std::nullopt;
        if (compared == 0 && extends) {
          ++equal.back().length;
        } else if (compared == 0) {
          equal.push_back({extent.begin + i - 1, 2});
        }
        extends = compared == 0;
      }
      key += extent.length;
    }
    return equal;
  }

  // \param order numbers of rows
  std::vector<RowRange> RangesOf(const std::vector<int64_t>& order) const {
    std::vector<RowRange> rows;  // one by one
    rows.reserve(order.size());
    for (const RowRange& range : ranges_) {
      for (uint32_t i = 0; i < range.length; ++i) rows.push_back({range.batch, range.begin + i, 1});
    }
    std::vector<RowRange> sorted;
    for (const int64_t row : order) {
      const RowRange& next = rows[static_cast<size_t>(row)];
      const bool extends = !sorted.empty() && sorted.back().batch == next.batch &&
                           sorted.back().begin + sorted.back().length == next.begin;
      if (extends) {
        ++sorted.back().length;
      } else {
        sorted.push_back(next);
      }
    }
    return sorted;
  }

  const arrow::RecordBatchVector& batches_;
  const std::span<const RowRange> ranges_;
  const std::vector<int> columns_;
  const std::vector<KeyOrder> orders_;
  const OrderedRows rows_;  // the sort columns
};

}  // namespace

GroupedRows GroupRows(std::span<const PartitionRows> rows) {
  GroupedRows grouped;
  if (rows.empty()) return grouped;
  const uint32_t highest =
      std::max_element(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
        return left.partition < right.partition;
      })->partition;
  std::vector<PartitionRun> runs(size_t{highest} + 1);
  for (const PartitionRows& part : rows) {
    ++runs[part.partition].num_ranges;
    runs[part.partition].num_rows += part.rows.length;
  }
  std::vector<size_t> next(runs.size());
  size_t begin = 0;
  for (uint32_t partition = 0; partition <= highest; ++partition) {
    PartitionRun& run = runs[partition];
    run.partition = partition;
    run.begin = next[partition] = begin;
    begin += run.num_ranges;
  }
  grouped.ranges.resize(rows.size());
  for (const PartitionRows& part : rows) grouped.ranges[next[part.partition]++] = part.rows;
  std::erase_if(runs, [](const PartitionRun& run) { return run.num_ranges == 0; });
  grouped.runs = std::move(runs);
  return grouped;
}

Result<std::vector<RowRange>> SortRanges(const arrow::RecordBatchVector& batches,
                                         std::span<const RowRange> rows,
                                         const std::vector<SortColumn>& sort_columns,
                                         const ParallelLoop& loop, const Poll& poll) {
  if (rows.empty()) return std::vector<RowRange>();
  const RowSorter sorter(batches, rows, sort_columns);
  ARROW_ASSIGN_OR_RAISE(const bool is_in_order, sorter.IsInOrder(loop, poll));
  if (is_in_order) return std::vector<RowRange>(rows.begin(), rows.end());
  return sorter.Sort(poll);
}

}  // namespace tarn::lake
