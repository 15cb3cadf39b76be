#pragma once

#include <memory>
#include <vector>

#include "local/batch/operator.h"
#include "local/operators/build_side.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Pairs of rows with equal keys; without keys, all pairs.
///
/// Holds the right input in memory and streams the left one. Order: the left input's; for one left
/// row the right input's; then, for RIGHT and FULL, right rows that matched nothing.
class HashJoinOperator : public Operator {
 public:
  HashJoinOperator(SchemaPtr schema, OperatorPtr left, OperatorPtr right, plan::Join join,
                   const ExprContext& context, Poll poll = GoOn);
  Result<BatchPtr> Next() override;

 private:
  /// Rows of the output as row numbers of both sides; kNone stands for a row of nulls.
  struct Pairs {
    std::vector<int64_t> left;
    std::vector<int64_t> right;
  };
  /// The next candidates of the current left batch: rows [first_row, end_row), of which the last
  /// may have more candidates to come.
  struct Candidates {
    Pairs pairs;
    int64_t first_row = 0;
    int64_t end_row = 0;
    bool last_complete = true;
  };

  bool keeps_left() const;
  bool keeps_right() const;

  Result<bool> NextLeft();
  Candidates NextCandidates();
  Result<std::vector<bool>> Passes(const Pairs& candidates) const;
  Pairs AddUnmatched(const Candidates& candidates, const std::vector<bool>& passes);
  Result<BatchPtr> Gather(Pairs pairs) const;
  Result<arrow::ArrayVector> GatherLeft(std::vector<int64_t> rows) const;
  Result<arrow::ArrayVector> GatherRight(std::vector<int64_t> rows) const;
  Result<BatchPtr> NextUnmatchedRight();

  const plan::Join join_;
  const ExprContext context_;
  const Poll poll_;
  std::optional<CompiledExpr> residual_;
  OperatorPtr left_;   // null once read
  OperatorPtr right_;  // null once built
  const SchemaPtr left_schema_;
  std::unique_ptr<BuildSide> build_;

  BatchPtr batch_;                           // the current left batch
  std::vector<BuildSide::Matches> matches_;  // of its rows
  int64_t row_ = 0;                          // the next row, or the one in the middle
  int64_t row_offset_ = 0;                   // candidates of row_ that are done
  bool row_matched_ = false;                 // whether one of those passed
  std::vector<bool> right_matched_;          // for RIGHT and FULL
  int64_t next_right_ = 0;
};

}  // namespace tarn::local
