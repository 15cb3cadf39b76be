#pragma once

#include <functional>
#include <vector>

#include "local/batch/batch.h"
#include "local/operators/build_side.h"
#include "local/operators/join_spec.h"

namespace tarn::local {

/// \brief Which left rows match whatever their key is, as NULL is one with every value.
struct NullMatches {
  bool of_all = false;    ///< all: a right row has NULL for its key
  bool of_nulls = false;  ///< those with NULL for their key: there is a right row
};

/// \brief One batch of a join's left input, paired with rows of the right one, some at a time.
///
/// Threads: one.
class BatchProbe {
 public:
  /// \brief What the probes of a join share. All pointers are borrowed.
  struct Join {
    const JoinSpec* spec = nullptr;
    const BuildSide* build = nullptr;  ///< rows of the right input
    bool keeps_left = false;           ///< left rows without a match among them are put out
    /// Called with each row of the build side that matched. Null: nobody asks.
    std::function<void(int64_t row)> on_match;
    NullMatches null_matches{};  ///< of a null-aware join
  };
  /// Of some left rows that follow each other, which have a match.
  struct Matches {
    int64_t first_row = 0;
    std::vector<bool> found;
  };

  /// \param[in] join borrowed
  static Result<BatchProbe> Make(const Join& join, BatchPtr batch);

  bool is_done() const { return row_ == batch_->num_rows() || !error_.ok(); }

  /// \brief The next rows of the output, about kBatchRows at most; null when the next candidates
  /// give none.
  /// \param[out] left_rows the row of `batch` of each of them; null: nobody asks
  Result<BatchPtr> Next(std::vector<int64_t>* left_rows = nullptr);

  /// \brief In place of Next, for joins that ask for matches of right rows: tell the next ones.
  Status TellNext() { return NextPairs().status(); }

  /// \brief In place of Next, for joins that only ask for matches: the next rows.
  Result<Matches> NextMatches();

  /// \brief When it is done: the error of the first pair for which the residual fails. The rows
  /// of the left rows before were put out.
  const Status& error() const { return error_; }
  /// \brief The left row of that pair.
  int64_t error_row() const { return row_; }

 private:
  /// Rows of the output as row numbers of both sides; a negative one stands for a row of nulls.
  struct Pairs {
    void Add(int64_t left_row, int64_t right_row) {
      left.push_back(left_row);
      right.push_back(right_row);
    }
    int64_t size() const { return static_cast<int64_t>(left.size()); }

    std::vector<int64_t> left;
    std::vector<int64_t> right;
  };
  /// The next candidates: rows [first_row, end_row), of which the last may have more to come.
  struct Candidates {
    Pairs pairs;
    int64_t first_row = 0;
    int64_t end_row = 0;
    bool last_complete = true;
  };

  /// `keys`: of each row of `batch`, in the build side.
  BatchProbe(const Join& join, BatchPtr batch, std::vector<uint32_t> keys)
      : join_(join), batch_(std::move(batch)), keys_(std::move(keys)) {}

  void FindNullMatches(const EncodedKeys& keys);
  Result<Pairs> NextPairs();
  void CheckSingle(Pairs* pairs);
  Pairs NextOfUniqueKeys();
  Pairs NextOfEqualKeys();
  bool AddCandidates(Pairs* pairs);
  void TellMatches(const Pairs& pairs) const;
  Candidates NextCandidates();
  Result<std::vector<bool>> Passes(Candidates* candidates);
  Result<std::vector<bool>> Evaluate(const arrow::RecordBatch& pairs) const;
  Result<int64_t> FindError(const arrow::RecordBatch& pairs);
  Pairs AddUnmatched(const Candidates& candidates, const std::vector<bool>& passes);
  Result<arrow::ArrayVector> Gather(const PairColumns& columns, Pairs pairs) const;

  const Join& join_;
  BatchPtr batch_;
  std::vector<uint32_t> keys_;
  int64_t row_ = 0;           // the next row, or the one in the middle
  int64_t row_offset_ = 0;    // candidates of row_ that are done
  bool row_matched_ = false;  // whether one of those passed
  int64_t last_row_ = -1;     // of a join of single matches: the last left row that was put out
  Status error_;              // of row_
};

/// \brief The error of a row that has several matches where there must be one at most.
Status TooManyRows(const JoinSpec& spec);

/// \brief The output of a join that only asks for matches, for the left rows of `matches`.
/// \param[out] rows the row of `left` of each
Result<BatchPtr> RowsOfMatches(const JoinSpec& spec, const BatchPtr& left,
                               const BatchProbe::Matches& matches, std::vector<int64_t>* rows);

/// \brief The output of left rows `rows`, which match nothing.
Result<BatchPtr> UnmatchedLeft(const JoinSpec& spec, const BatchPtr& left,
                               std::vector<int64_t> rows);

/// \brief Whether a right row is put out after all left rows, as itself.
/// \param[in] matched whether it matched any of them
inline bool IsPutOutLast(const JoinSpec& spec, bool matched) {
  return matched == (spec.kind == plan::Join::Kind::kRightSemi);
}

/// \brief The output of right rows `rows`, without a left row.
Result<BatchPtr> UnmatchedRight(const JoinSpec& spec, const BuildSide& build,
                                std::vector<int64_t> rows);

}  // namespace tarn::local
