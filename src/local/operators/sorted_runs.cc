#include "local/operators/sorted_runs.h"

#include <algorithm>
#include <numeric>

namespace tarn::local {
namespace {

// Keys that are looked at per range to cut by.
constexpr int64_t kSamplesPerRange = 16;

constexpr int64_t kPollRows = 4096;

}  // namespace

void SortedRuns::Add(RowKeys keys, std::vector<int64_t> order) {
  const auto num_rows = static_cast<int64_t>(order.size());
  runs_.push_back({std::move(keys), std::move(order), num_rows_});
  num_rows_ += num_rows;
}

void SortedRuns::Split(int64_t num_ranges) {
  Split(num_ranges, [](const Row& row) { return row.key; });
}

void SortedRuns::Split(int64_t num_ranges, const KeyPrefix& prefix) {
  const int64_t step = std::max<int64_t>(1, num_rows_ / (num_ranges * kSamplesPerRange));
  std::vector<std::string_view> samples;
  int64_t next = step / 2;  // of all rows, put end to end
  for (size_t i = 0; i < runs_.size(); ++i) {
    const Run& run = runs_[i];
    for (; next < run.first_row + run.num_rows(); next += step) {
      const int64_t row = run.order[next - run.first_row];
      samples.push_back(prefix({i, row, run.first_row + row, run.keys.row(row)}));
    }
  }
  std::sort(samples.begin(), samples.end());
  bounds_.assign(1, std::vector<int64_t>(runs_.size(), 0));
  std::string_view last;
  for (int64_t range = 1; range < num_ranges; ++range) {
    if (samples.empty()) break;
    const std::string_view key = samples[range * samples.size() / num_ranges];
    if (key == last) continue;
    bounds_.push_back(BoundsAt(key));
    last = key;
  }
  std::vector<int64_t>& ends = bounds_.emplace_back();
  for (const Run& run : runs_) ends.push_back(run.num_rows());
}

// Where the rows with `key` or a greater one begin in each run.
std::vector<int64_t> SortedRuns::BoundsAt(std::string_view key) const {
  std::vector<int64_t> bounds;
  for (const Run& run : runs_) {
    const auto found = std::lower_bound(
        run.order.begin(), run.order.end(), key,
        [&run](int64_t row, std::string_view wanted) { return run.keys.row(row) < wanted; });
    bounds.push_back(found - run.order.begin());
  }
  return bounds;
}

Status SortedRuns::MergeRange(int64_t range, int64_t* merged, const Poll& poll) const {
  merged += std::accumulate(bounds_[range].begin(), bounds_[range].end(), int64_t{0});
  const auto write = [&merged](const Row& row) {
    *merged++ = row.number;
    return Status::OK();
  };
  return VisitRange(range, write, poll);
}

Status SortedRuns::VisitRange(int64_t range, const Visit& visit, const Poll& poll) const {
  struct Head {
    std::string_view key;
    size_t run;
    int64_t position;
    int64_t end;
  };
  // The heap's top is its greatest.
  const auto comes_later = [](const Head& a, const Head& b) {
    const int order = a.key.compare(b.key);
    return order != 0 ? order > 0 : a.run > b.run;
  };
  std::vector<Head> heads;
  for (size_t run = 0; run < runs_.size(); ++run) {
    const int64_t begin = bounds_[range][run], end = bounds_[range + 1][run];
    if (begin < end) heads.push_back({runs_[run].key(begin), run, begin, end});
  }
  std::make_heap(heads.begin(), heads.end(), comes_later);
  for (int64_t num_visited = 0; !heads.empty(); ++num_visited) {
    if (num_visited % kPollRows == 0) ARROW_RETURN_NOT_OK(poll());
    std::pop_heap(heads.begin(), heads.end(), comes_later);
    Head& head = heads.back();
    const Run& run = runs_[head.run];
    const int64_t row = run.order[head.position];
    ARROW_RETURN_NOT_OK(visit({head.run, row, run.first_row + row, head.key}));
    if (++head.position == head.end) {
      heads.pop_back();
      continue;
    }
    head.key = run.key(head.position);
    std::push_heap(heads.begin(), heads.end(), comes_later);
  }
  return Status::OK();
}

}  // namespace tarn::local
