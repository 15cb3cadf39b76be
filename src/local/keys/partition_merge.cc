#include "local/keys/partition_merge.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

// Every so many rows of a partition are looked at to divide all of them.
constexpr size_t kSampleStep = 128;

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// Rows of one partition that are still to be merged: numbers[next, end).
struct Cursor {
  int32_t partition = 0;
  std::vector<int64_t>::const_iterator begin;  // of all of the partition
  std::vector<int64_t>::const_iterator next;
  std::vector<int64_t>::const_iterator end;
};

// The places of the rows of the first batch that there are some of, by their number in it.
void TakeBatch(std::vector<Cursor>* cursors, std::vector<RowPlace>* by_row) {
  by_row->clear();
  int64_t first = kNoLimit;
  for (const Cursor& cursor : *cursors) {
    if (cursor.next != cursor.end) first = std::min(first, *cursor.next);
  }
  const int64_t batch = first / NumberOfRow(1, 0);
  const int64_t begin = NumberOfRow(batch, 0), end = NumberOfRow(batch + 1, 0);
  for (Cursor& cursor : *cursors) {
    for (; cursor.next != cursor.end && *cursor.next < end; ++cursor.next) {
      const auto row = static_cast<size_t>(*cursor.next - begin);
      if (row >= by_row->size()) by_row->resize(row + 1, {-1, 0});
      (*by_row)[row] = {cursor.partition, static_cast<int32_t>(cursor.next - cursor.begin)};
    }
  }
}

}  // namespace

void PartitionMerge::Add(BatchPtr rows, std::vector<int64_t> numbers) {
  if (rows->num_rows() > 0) partitions_.push_back({std::move(rows), std::move(numbers)});
}

void PartitionMerge::Close() {
  std::vector<int64_t> samples;
  int64_t num_rows = 0;
  for (const Partition& partition : partitions_) {
    num_rows += partition.rows->num_rows();
    for (size_t i = kSampleStep; i < partition.numbers.size(); i += kSampleStep) {
      samples.push_back(partition.numbers[i]);
    }
  }
  if (num_rows == 0) return;
  std::sort(samples.begin(), samples.end());
  const auto num_pieces = static_cast<size_t>((num_rows + kBatchRows - 1) / kBatchRows);
  for (size_t piece = 1; piece < num_pieces && !samples.empty(); ++piece) {
    ends_.push_back(samples[samples.size() * piece / num_pieces]);
  }
  ends_.push_back(kNoLimit);
}

std::vector<RowPlace> PartitionMerge::PlacesOf(int64_t begin, int64_t end) const {
  std::vector<Cursor> cursors;
  int64_t num_left = 0;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    const std::vector<int64_t>& numbers = partitions_[i].numbers;
    Cursor& cursor = cursors.emplace_back();
    cursor.partition = static_cast<int32_t>(i);
    cursor.begin = numbers.begin();
    cursor.next = std::lower_bound(numbers.begin(), numbers.end(), begin);
    cursor.end = std::lower_bound(cursor.next, numbers.end(), end);
    num_left += cursor.end - cursor.next;
  }
  std::vector<RowPlace> places, by_row;
  places.reserve(static_cast<size_t>(num_left));
  while (static_cast<int64_t>(places.size()) < num_left) {
    TakeBatch(&cursors, &by_row);
    std::copy_if(by_row.begin(), by_row.end(), std::back_inserter(places),
                 [](const RowPlace& place) { return place.chunk >= 0; });
  }
  return places;
}

Result<BatchPtr> PartitionMerge::Piece(int64_t piece) const {
  const int64_t begin = piece == 0 ? 0 : ends_[piece - 1];
  if (partitions_.size() == 1) {
    const std::vector<int64_t>& numbers = partitions_[0].numbers;
    const auto first = std::lower_bound(numbers.begin(), numbers.end(), begin);
    const auto last = std::lower_bound(first, numbers.end(), ends_[piece]);
    return partitions_[0].rows->Slice(first - numbers.begin(), last - first);
  }
  const std::vector<RowPlace> places = PlacesOf(begin, ends_[piece]);
  arrow::ArrayVector columns;
  for (int i = 0; i < schema_->num_fields(); ++i) {
    arrow::ArrayVector chunks;
    for (const Partition& partition : partitions_) chunks.push_back(partition.rows->column(i));
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), TakeValues(chunks, places));
  }
  return arrow::RecordBatch::Make(schema_, static_cast<int64_t>(places.size()), std::move(columns));
}

}  // namespace tarn::local
