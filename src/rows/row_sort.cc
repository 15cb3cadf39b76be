#include "rows/row_sort.h"

#include <algorithm>
#include <numeric>

namespace tarn {
namespace {

constexpr size_t kRunRows = 4096;            // that are sorted at once
constexpr size_t kRowsBetweenPolls = 65536;  // of those that are merged

using Rows = std::vector<int64_t>;

class RowSorter {
 public:
  RowSorter(const RowKeys& keys, const Poll& poll) : keys_(keys), poll_(poll) {}

  Result<Rows> Sort() {
    Rows rows(static_cast<size_t>(keys_.num_rows()));
    std::iota(rows.begin(), rows.end(), 0);
    ARROW_RETURN_NOT_OK(SortRuns(&rows));
    if (rows.size() <= kRunRows) return rows;
    Rows merged(rows.size());
    for (size_t width = kRunRows; width < rows.size(); width *= 2) {
      for (size_t begin = 0; begin < rows.size(); begin += 2 * width) {
        const size_t middle = std::min(begin + width, rows.size());
        const size_t end = std::min(begin + 2 * width, rows.size());
        ARROW_RETURN_NOT_OK(Merge(rows, begin, middle, end, &merged));
      }
      rows.swap(merged);
    }
    return rows;
  }

 private:
  bool IsLess(int64_t left, int64_t right) const { return keys_.row(left) < keys_.row(right); }

  Status PollAfter(size_t num_rows) {
    num_since_poll_ += num_rows;
    if (num_since_poll_ < kRowsBetweenPolls) return Status::OK();
    num_since_poll_ = 0;
    return poll_();
  }

  Status SortRuns(Rows* rows) {
    for (size_t begin = 0; begin < rows->size(); begin += kRunRows) {
      const size_t end = std::min(begin + kRunRows, rows->size());
      const auto first = rows->begin() + static_cast<int64_t>(begin);
      const auto last = rows->begin() + static_cast<int64_t>(end);
      const auto is_less = [this](int64_t left, int64_t right) { return IsLess(left, right); };
      if (!std::is_sorted(first, last, is_less)) std::stable_sort(first, last, is_less);
      ARROW_RETURN_NOT_OK(PollAfter(end - begin));
    }
    return Status::OK();
  }

  // Rows [begin, middle) and [middle, end), each in order, into [begin, end) of `merged`.
  Status Merge(const Rows& rows, size_t begin, size_t middle, size_t end, Rows* merged) {
    const auto at = [&](size_t index) { return rows.begin() + static_cast<int64_t>(index); };
    if (middle == end || !IsLess(rows[middle], rows[middle - 1])) {
      std::copy(at(begin), at(end), merged->begin() + static_cast<int64_t>(begin));
      return PollAfter(end - begin);
    }
    size_t left = begin, right = middle, out = begin;
    while (left < middle && right < end) {
      const size_t stop = std::min(end, out + kRunRows);
      const size_t first = out;
      for (; out < stop && left < middle && right < end; ++out) {
        const bool takes_right = IsLess(rows[right], rows[left]);
        (*merged)[out] = takes_right ? rows[right++] : rows[left++];
      }
      ARROW_RETURN_NOT_OK(PollAfter(out - first));
    }
    auto rest = merged->begin() + static_cast<int64_t>(out);
    rest = std::copy(at(left), at(middle), rest);
    std::copy(at(right), at(end), rest);
    return Status::OK();
  }

  const RowKeys& keys_;
  const Poll& poll_;
  size_t num_since_poll_ = 0;
};

}  // namespace

Result<std::vector<int64_t>> SortRows(const RowKeys& keys, const Poll& poll) {
  return RowSorter(keys, poll).Sort();
}

}  // namespace tarn
