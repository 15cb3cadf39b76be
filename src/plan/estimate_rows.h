#pragma once

#include <vector>

#include "plan/plan.h"
#include "plan/source_size.h"

/// Guesses of how many rows there are, by nothing but a plan, the sizes of its sources and samples
/// of them: the same for the same files on every machine.
namespace tarn::plan {

/// \brief How many rows a node gives.
struct RowEstimate {
  double rows = 1;      ///< at least 1
  double all_rows = 1;  ///< as if its filters let all pass: how many values a key may have
};

/// \brief The share of rows that pass `condition`: its form alone counts.
double SelectivityOf(const Expr& condition);

/// \brief Estimates the nodes of one plan.
class RowEstimator {
 public:
  /// \param[in] plan borrowed
  /// \param[in] sizes of each of Plan::sources; borrowed
  RowEstimator(const Plan& plan, const std::vector<SourceSize>& sizes);

  RowEstimate Estimate(const Node& node) const;

  /// \brief Whether no two rows of `node` have the same value in `column`.
  bool IsUnique(const Node& node, int column) const;

 private:
  double ShareOf(const Filter& filter, const Node& input) const;

  const Plan& plan_;
  const std::vector<SourceSize>& sizes_;
  std::vector<RowEstimate> sources_;
  std::vector<RowEstimate> tables_;
};

}  // namespace tarn::plan
