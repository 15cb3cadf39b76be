#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/poll.h"
#include "rows/row_key.h"

namespace tarn::local {

/// \brief Rows in runs that are each sorted, to be merged in ranges of keys, beside one another.
///
/// Rows are numbered through all runs. Of rows with equal keys, the lower number comes first.
/// Order of calls: Add for each run, Split, then MergeRange or VisitRange for each range.
/// Threads: one at a time until Split, then any number at once.
class SortedRuns {
 public:
  struct Row {
    size_t run = 0;
    int64_t row = 0;     ///< in the run, as it was added
    int64_t number = 0;  ///< through all runs
    std::string_view key;
  };
  using Visit = std::function<Status(const Row& row)>;

  /// \param[in] keys of the run's rows
  /// \param[in] order of the run's rows: SortRows(keys)
  void Add(RowKeys keys, std::vector<int64_t> order);

  int64_t num_rows() const { return num_rows_; }

  /// \brief Keys of a run, as they were added.
  const RowKeys& keys(size_t run) const { return runs_[run].keys; }

  /// The first bytes of a row's key.
  using KeyPrefix = std::function<std::string_view(const Row& row)>;

  /// \brief Cut into about `num_ranges` ranges of as many rows, as far as keys differ.
  void Split(int64_t num_ranges);
  /// \brief The same, with rows of equal prefixes in one range.
  /// \param[in] prefix none is the beginning of another one
  void Split(int64_t num_ranges, const KeyPrefix& prefix);

  int64_t num_ranges() const { return static_cast<int64_t>(bounds_.size()) - 1; }

  /// \brief Write the numbers of the rows of a range, in order, to their places in `merged`, which
  /// has num_rows().
  Status MergeRange(int64_t range, int64_t* merged, const Poll& poll) const;

  /// \brief Call `visit` for each row of a range, in order.
  Status VisitRange(int64_t range, const Visit& visit, const Poll& poll) const;

 private:
  struct Run {
    RowKeys keys;
    std::vector<int64_t> order;
    int64_t first_row = 0;  // the number of its first row

    std::string_view key(int64_t position) const { return keys.row(order[position]); }
    int64_t num_rows() const { return static_cast<int64_t>(order.size()); }
  };

  std::vector<int64_t> BoundsAt(std::string_view key) const;

  std::vector<Run> runs_;
  int64_t num_rows_ = 0;
  // By range, and the end of the last: where it begins in each run's order.
  std::vector<std::vector<int64_t>> bounds_;
};

}  // namespace tarn::local
