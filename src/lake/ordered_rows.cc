#include "lake/ordered_rows.h"

#include <arrow/array/concatenate.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <optional>

#include "lake/text_rows.h"
#include "rows/take_rows.h"

namespace tarn::lake {
namespace {

using arrow::internal::checked_cast;

// From so many rows per range on, each range is used where it lies.
constexpr int64_t kRangeRowsMin = 256;

std::vector<RowPlace> PlacesOf(std::span<const RowRange> ranges, int64_t num_rows) {
  std::vector<RowPlace> places;
  places.reserve(static_cast<size_t>(num_rows));
  for (const RowRange& range : ranges) {
    for (uint32_t row = 0; row < range.length; ++row) {
      places.push_back(
          {static_cast<int32_t>(range.batch), static_cast<int32_t>(range.begin + row)});
    }
  }
  return places;
}

}  // namespace

OrderedRows::OrderedRows(const arrow::RecordBatchVector& batches, const std::vector<int>& columns,
                         std::span<const RowRange> ranges)
    : batches_(batches), columns_(columns), ranges_(ranges) {
  ends_.reserve(ranges.size());
  int64_t end = 0;
  for (const RowRange& range : ranges) ends_.push_back(end += range.length);
}

std::vector<RowRange> OrderedRows::RangesOf(int64_t begin, int64_t length) const {
  std::vector<RowRange> found;
  auto at =
      static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), begin) - ends_.begin());
  for (int64_t row = begin; row < begin + length; ++at) {
    RowRange range = ranges_[at];
    const auto skipped = static_cast<uint32_t>(row - (ends_[at] - range.length));
    range.begin += skipped;
    range.length =
        static_cast<uint32_t>(std::min<int64_t>(range.length - skipped, begin + length - row));
    row += range.length;
    found.push_back(range);
  }
  return found;
}

Result<arrow::ArrayVector> OrderedRows::Column(int column, int64_t begin, int64_t length) const {
  const std::vector<RowRange> ranges = RangesOf(begin, length);
  arrow::ArrayVector arrays;
  if (ranges.size() == 1 || length / static_cast<int64_t>(ranges.size()) >= kRangeRowsMin) {
    for (const RowRange& range : ranges) {
      std::shared_ptr<arrow::Array>& array = arrays.emplace_back(ColumnOf(range, column));
      if (array->type_id() == arrow::Type::DICTIONARY) {
        const RowRange part{0, range.begin, range.length};
        ARROW_ASSIGN_OR_RAISE(array, TakeValues({array}, PlacesOf({&part, 1}, range.length)));
      } else {
        array = array->Slice(range.begin, range.length);
      }
    }
    return arrays;
  }
  arrow::ArrayVector chunks;
  for (const auto& batch : batches_) {
    chunks.push_back(batch->column(columns_[static_cast<size_t>(column)]));
  }
  ARROW_ASSIGN_OR_RAISE(arrays.emplace_back(), TakeValues(chunks, PlacesOf(ranges, length)));
  return arrays;
}

Result<std::shared_ptr<arrow::RecordBatch>> OrderedRows::Batch(
    const std::shared_ptr<arrow::Schema>& schema, int64_t begin, int64_t length) const {
  arrow::ArrayVector columns;
  for (int column = 0; column < num_columns(); ++column) {
    ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector arrays, Column(column, begin, length));
    if (arrays.size() == 1) {
      columns.push_back(std::move(arrays[0]));
    } else {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::Concatenate(arrays));
    }
  }
  return arrow::RecordBatch::Make(schema, length, std::move(columns));
}

int64_t OrderedRows::NumBytes(int64_t begin, int64_t length) const {
  const std::vector<RowRange> ranges = RangesOf(begin, length);
  int64_t num_bytes = 0;
  for (int column = 0; column < num_columns(); ++column) {
    num_bytes += NumBytesOf(column, ranges, length);
  }
  return num_bytes;
}

int64_t OrderedRows::NumBytesOf(int column, std::span<const RowRange> ranges,
                                int64_t num_rows) const {
  const std::shared_ptr<arrow::DataType> type = ColumnOf(ranges.front(), column)->type();
  if (IsText(*type)) {
    return num_rows * static_cast<int64_t>(sizeof(int32_t)) + NumTextBytesOf(column, ranges);
  }
  if (arrow::is_fixed_width(*type)) {
    return num_rows * checked_cast<const arrow::FixedWidthType&>(*type).bit_width() / 8;
  }
  // Others by what their batches take per row.
  double num_bytes = 0;
  std::shared_ptr<arrow::Array> measured;
  double bytes_per_row = 0;
  for (const RowRange& range : ranges) {
    const auto array = ColumnOf(range, column);
    if (array != measured) {
      measured = array;
      bytes_per_row = static_cast<double>(arrow::util::ReferencedBufferSize(*array).ValueOr(0)) /
                      static_cast<double>(array->length());
    }
    num_bytes += bytes_per_row * range.length;
  }
  return static_cast<int64_t>(num_bytes);
}

int64_t OrderedRows::NumTextBytesOf(int column, std::span<const RowRange> ranges) const {
  std::vector<std::optional<TextRows>> texts(batches_.size());
  int64_t num_bytes = 0;
  for (const RowRange& range : ranges) {
    std::optional<TextRows>& rows = texts[range.batch];
    if (!rows) rows.emplace(*ColumnOf(range, column));
    num_bytes += rows->NumTextBytes(range.begin, range.length);
  }
  return num_bytes;
}

}  // namespace tarn::lake
