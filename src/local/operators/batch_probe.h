#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "local/operators/build_side.h"

namespace tarn::local {

/// \brief One batch of a join's left input, paired with rows of the right one, some at a time.
///
/// Threads: one.
class BatchProbe {
 public:
  /// \brief What the probes of a join share. All pointers are borrowed.
  struct Join {
    SchemaPtr schema;                        ///< of the output
    const BuildSide* build = nullptr;        ///< the right input
    const CompiledExpr* residual = nullptr;  ///< null: equal keys are enough
    bool keeps_left = false;                 ///< rows without a match stay
    /// Called with each row of the build side that matched. Null: nobody asks.
    std::function<void(int64_t row)> on_match;
  };

  /// \param[in] join borrowed
  /// \param[in] matches candidates of each row of `batch`
  BatchProbe(const Join& join, BatchPtr batch, std::vector<BuildSide::Matches> matches)
      : join_(join), batch_(std::move(batch)), matches_(std::move(matches)) {}

  bool is_done() const { return row_ == batch_->num_rows(); }

  /// \brief The next rows of the output, about kBatchRows at most; null when the next candidates
  /// give none.
  Result<BatchPtr> Next();

 private:
  /// Rows of the output as row numbers of both sides; a negative one stands for a row of nulls.
  struct Pairs {
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

  Candidates NextCandidates();
  Result<std::vector<bool>> Passes(const Pairs& candidates) const;
  Pairs AddUnmatched(const Candidates& candidates, const std::vector<bool>& passes);
  Result<BatchPtr> Gather(Pairs pairs) const;
  Result<arrow::ArrayVector> GatherLeft(std::vector<int64_t> rows) const;

  const Join& join_;
  const BatchPtr batch_;
  const std::vector<BuildSide::Matches> matches_;
  int64_t row_ = 0;           // the next row, or the one in the middle
  int64_t row_offset_ = 0;    // candidates of row_ that are done
  bool row_matched_ = false;  // whether one of those passed
};

/// \brief Rows of the build side by number; a negative number gives a row of nulls.
Result<arrow::ArrayVector> GatherRight(const BuildSide& build, std::vector<int64_t> rows);

/// \brief `num_rows` rows of nulls.
Result<arrow::ArrayVector> NullColumns(const arrow::Schema& schema, int64_t num_rows);

}  // namespace tarn::local
