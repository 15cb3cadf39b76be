#include "lake/row_order.h"

#include <arrow/array/concatenate.h>

#include <algorithm>
#include <atomic>
#include <numeric>
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
using Extents = std::vector<Extent>;

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

  Result<std::vector<RowRange>> Sort(const ParallelLoop& loop, const Poll& poll) const {
    ARROW_ASSIGN_OR_RAISE(std::optional<Extents> equal, FirstColumnTies(loop, poll));
    // Column by column, each only where those before it are in order, and equal.
    int column = 1;
    while (equal.has_value() && !equal->empty() && column < rows_.num_columns()) {
      ARROW_RETURN_NOT_OK(poll());
      ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(*equal, column, column + 1));
      std::optional<Extents> next = TiesOf(*equal, keys);
      if (!next.has_value()) {
        if (NumRows(*equal) > rows_.num_rows() / 4) return SortAll(poll);
        return SortWithin(*equal, column);
      }
      equal = std::move(next);
      ++column;
    }
    if (!equal.has_value()) return SortAll(poll);
    return std::vector<RowRange>(ranges_.begin(), ranges_.end());
  }

  Result<bool> IsNearlyInOrder(const ParallelLoop& loop) const {
    ARROW_ASSIGN_OR_RAISE(const std::optional<Extents> ties, FirstColumnTies(loop, GoOn));
    return ties.has_value();
  }

  // The key of all rows.
  Result<RowKeys> Keys() const { return KeysOf({{0, rows_.num_rows()}}, 0, rows_.num_columns()); }

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

  static int64_t NumRows(const Extents& extents) {
    return std::accumulate(extents.begin(), extents.end(), int64_t{0},
                           [](int64_t sum, const Extent& extent) { return sum + extent.length; });
  }

  // Keys of the rows of `extents`, one after the other, by columns [begin, end).
  Result<RowKeys> KeysOf(const Extents& extents, int begin, int end) const {
    std::vector<RowRange> ranges;
    for (const Extent& extent : extents) {
      const auto found = rows_.RangesOf(extent.begin, extent.length);
      ranges.insert(ranges.end(), found.begin(), found.end());
    }
    const OrderedRows part(batches_, columns_, ranges);
    arrow::ArrayVector columns;
    for (int column = begin; column < end; ++column) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), ValuesOf(part, column));
    }
    return EncodeRowKeys(columns, {orders_.begin() + begin, orders_.begin() + end},
                         part.num_rows());
  }

  // Where the first column is equal; nullopt when it is not in order.
  Result<std::optional<Extents>> FirstColumnTies(const ParallelLoop& loop, const Poll& poll) const {
    constexpr int64_t kBlockRows = 64 * 1024;
    const int64_t num_blocks = (rows_.num_rows() + kBlockRows - 1) / kBlockRows;
    std::vector<std::optional<Extents>> ties(static_cast<size_t>(num_blocks));
    std::atomic<bool> is_in_order = true;
    ARROW_RETURN_NOT_OK(loop(num_blocks, [&](int64_t block) -> Status {
      if (!is_in_order) return Status::OK();
      ARROW_RETURN_NOT_OK(poll());
      // With the last row of the block before.
      const int64_t begin = std::max<int64_t>(block * kBlockRows - 1, 0);
      const int64_t end = std::min((block + 1) * kBlockRows, rows_.num_rows());
      const Extents rows = {{begin, end - begin}};
      ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(rows, 0, 1));
      std::optional<Extents>& found = ties[static_cast<size_t>(block)];
      found = TiesOf(rows, keys);
      if (!found.has_value()) is_in_order = false;
      return Status::OK();
    }));
    if (!is_in_order) return std::nullopt;
    Extents all;
    for (const std::optional<Extents>& found : ties) {
      for (const Extent& extent : *found) {
        const bool extends = !all.empty() && all.back().begin + all.back().length > extent.begin;
        if (extends) {
          all.back().length = extent.begin + extent.length - all.back().begin;
        } else {
          all.push_back(extent);
        }
      }
    }
    return all;
  }

  // Where keys are equal; nullopt when one is greater than the next one in its extent.
  static std::optional<Extents> TiesOf(const Extents& extents, const RowKeys& keys) {
    Extents equal;
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

  // By columns [begin_column, …) within each of these extents.
  Result<std::vector<RowRange>> SortWithin(const Extents& extents, int begin_column) const {
    ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(extents, begin_column, rows_.num_columns()));
    std::vector<RowRange> sorted;
    const auto append = [&](int64_t begin, int64_t end) {
      if (begin == end) return;
      for (const RowRange& range : rows_.RangesOf(begin, end - begin)) Append(range, &sorted);
    };
    int64_t end = 0;        // of the extent before
    int64_t first_key = 0;  // of this one
    for (const Extent& extent : extents) {
      append(end, extent.begin);
      std::vector<int64_t> order(static_cast<size_t>(extent.length));
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](int64_t left, int64_t right) {
        return keys.row(first_key + left) < keys.row(first_key + right);
      });
      const std::vector<RowRange> rows = OneByOne(rows_.RangesOf(extent.begin, extent.length));
      for (const int64_t row : order) Append(rows[static_cast<size_t>(row)], &sorted);
      first_key += extent.length;
      end = extent.begin + extent.length;
    }
    append(end, rows_.num_rows());
    return sorted;
  }

  Result<std::vector<RowRange>> SortAll(const Poll& poll) const {
    arrow::ArrayVector columns;
    for (int column = 0; column < rows_.num_columns(); ++column) {
      ARROW_RETURN_NOT_OK(poll());
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), ValuesOf(rows_, column));
    }
    ARROW_ASSIGN_OR_RAISE(const RowKeys keys, EncodeRowKeys(columns, orders_, rows_.num_rows()));
    columns.clear();
    ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> order, SortRows(keys, poll));
    const std::vector<RowRange> rows = OneByOne(ranges_);
    std::vector<RowRange> sorted;
    for (const int64_t row : order) Append(rows[static_cast<size_t>(row)], &sorted);
    return sorted;
  }

  static std::vector<RowRange> OneByOne(std::span<const RowRange> ranges) {
    std::vector<RowRange> rows;
    for (const RowRange& range : ranges) {
      for (uint32_t i = 0; i < range.length; ++i) rows.push_back({range.batch, range.begin + i, 1});
    }
    return rows;
  }

  // As part of the last range where it follows that.
  static void Append(const RowRange& range, std::vector<RowRange>* ranges) {
    const bool extends = !ranges->empty() && ranges->back().batch == range.batch &&
                         ranges->back().begin + ranges->back().length == range.begin;
    if (extends) {
      ranges->back().length += range.length;
    } else {
      ranges->push_back(range);
    }
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

Result<bool> AreNearlyInOrder(const arrow::RecordBatchVector& batches,
                              std::span<const RowRange> rows,
                              const std::vector<SortColumn>& sort_columns,
                              const ParallelLoop& loop) {
  return RowSorter(batches, rows, sort_columns).IsNearlyInOrder(loop);
}

Result<std::string> OrderKey(const arrow::RecordBatch& batch, int64_t row,
                             const std::vector<SortColumn>& sort_columns) {
  const arrow::RecordBatchVector batches = {batch.Slice(row, 1)};
  const RowRange range{0, 0, 1};
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, RowSorter(batches, {&range, 1}, sort_columns).Keys());
  return std::string(keys.row(0));
}

Result<std::vector<RowRange>> SortRanges(const arrow::RecordBatchVector& batches,
                                         std::span<const RowRange> rows,
                                         const std::vector<SortColumn>& sort_columns,
                                         const ParallelLoop& loop, const Poll& poll) {
  if (rows.empty()) return std::vector<RowRange>();
  return RowSorter(batches, rows, sort_columns).Sort(loop, poll);
}

}  // namespace tarn::lake
