#pragma once

#include <unordered_map>
#include <vector>

#include "plan/estimate_rows.h"
#include "plan/join_graph.h"

namespace tarn::plan {

/// A row that is held in memory costs more than one that is looked up: it is kept and indexed.
inline constexpr double kHeldRow = 2;

/// Estimates are off by factors: joins are changed for a cost of less than this share of what it
/// was, and so not back and forth as files grow.
inline constexpr double kCostOfBetter = 0.75;

/// \brief What joins of a graph's inputs cost, by estimates of how many rows the inputs have.
///
/// A set of inputs has the same number of rows in whatever order it is joined.
class JoinCost {
 public:
  /// \param[in] graph borrowed
  /// \param[in] inputs as the graph's
  JoinCost(const JoinGraph& graph, const std::vector<NodePtr>& inputs,
           const RowEstimator& estimator);

  const RowEstimate& OfInput(int input) const { return estimates_[input]; }

  /// \brief Rows that the inputs of `inputs` joined give.
  double Rows(InputSet inputs);

  /// \brief Rows that are looked up, held in memory and given by one join.
  double OfJoin(InputSet left, InputSet right);

  /// \brief The sum over all joins of `tree`.
  double Of(const JoinTree& tree);

 private:
  double ComputeRows(InputSet inputs) const;
  double Matching(int input, InputSet joined) const;

  const JoinGraph& graph_;
  std::vector<RowEstimate> estimates_;  // by input
  std::vector<double> num_values_;      // by equal set
  std::unordered_map<InputSet, double> rows_;
};

}  // namespace tarn::plan
