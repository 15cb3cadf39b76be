#include "plan/join_cost.h"

#include <algorithm>
#include <bit>

#include "plan/build_expr.h"

namespace tarn::plan {
namespace {

// How many values an equal set has: a key's rows, or those of the smallest table, whose rows the
// others refer to as a rule.
double NumValues(const JoinGraph::EqualSet& set, const std::vector<NodePtr>& inputs,
                 const std::vector<RowEstimate>& estimates, const std::vector<int>& first_columns,
                 const RowEstimator& estimator) {
  double fewest = 0, fewest_unique = 0;
  for (const JoinGraph::EqualSet::Member& member : set.members) {
    const double rows = estimates[member.input].all_rows;
    fewest = fewest == 0 ? rows : std::min(fewest, rows);
    const bool is_unique = IsColumn(*member.expr) &&
                           estimator.IsUnique(*inputs[member.input],
                                              member.expr->column - first_columns[member.input]);
    if (is_unique) fewest_unique = fewest_unique == 0 ? rows : std::min(fewest_unique, rows);
  }
  return fewest_unique > 0 ? fewest_unique : fewest;
}

}  // namespace

JoinCost::JoinCost(const JoinGraph& graph, const std::vector<NodePtr>& inputs,
                   const RowEstimator& estimator)
    : graph_(graph) {
  std::vector<int> first_columns;
  int num_columns = 0;
  for (const NodePtr& input : inputs) {
    estimates_.push_back(estimator.Estimate(*input));
    first_columns.push_back(num_columns);
    num_columns += input->schema->num_fields();
  }
  for (const JoinGraph::EqualSet& set : graph.equal_sets()) {
    num_values_.push_back(NumValues(set, inputs, estimates_, first_columns, estimator));
  }
}

double JoinCost::Rows(InputSet inputs) {
  const auto found = rows_.find(inputs);
  if (found != rows_.end()) return found->second;
  return rows_[inputs] = ComputeRows(inputs);
}

double JoinCost::OfJoin(InputSet left, InputSet right) {
  return Rows(left) + kHeldRow * Rows(right) + Rows(left | right);
}

double JoinCost::Of(const JoinTree& tree) {
  if (tree.input >= 0) return 0;
  return Of(*tree.left) + Of(*tree.right) + OfJoin(tree.left->inputs, tree.right->inputs);
}

// The largest input first, then one after the other that has keys with those before.
double JoinCost::ComputeRows(InputSet inputs) const {
  double rows = 1;
  InputSet joined = 0;
  while (joined != inputs) {
    int next = -1;
    bool next_has_keys = false;
    for (InputSet left = inputs & ~joined; left != 0; left &= left - 1) {
      const int input = std::countr_zero(left);
      const bool has_keys = graph_.HasKeys(joined, SetOf(input));
      const bool is_better =
          next < 0 || (has_keys && !next_has_keys) ||
          (has_keys == next_has_keys && estimates_[input].all_rows > estimates_[next].all_rows);
      if (!is_better) continue;
      next = input;
      next_has_keys = has_keys;
    }
    rows *= Matching(next, joined);
    joined |= SetOf(next);
  }
  for (const JoinGraph::Condition& condition : graph_.conditions()) {
    const bool is_tested = (condition.inputs & ~inputs) == 0 && condition.inputs != 0;
    if (is_tested && condition.left == 0) rows *= SelectivityOf(*condition.expr);
  }
  return std::max(1.0, rows);
}

// Rows of `input` that one row of `joined` finds.
double JoinCost::Matching(int input, InputSet joined) const {
  const std::vector<JoinGraph::EqualSet>& sets = graph_.equal_sets();
  double num_values = 1;
  InputSet common = joined;  // inputs that have all of the keys
  int num_sets = 0;
  for (size_t i = 0; i < sets.size(); ++i) {
    if ((sets[i].inputs & SetOf(input)) == 0 || (sets[i].inputs & joined) == 0) continue;
    num_values *= num_values_[i];
    common &= sets[i].inputs;
    ++num_sets;
  }
  for (const JoinGraph::Condition& condition : graph_.conditions()) {
    const bool is_key =
        (condition.left == SetOf(input) && (condition.right & ~joined) == 0 &&
         condition.right != 0) ||
        (condition.right == SetOf(input) && (condition.left & ~joined) == 0 && condition.left != 0);
    if (!is_key) continue;
    num_values *= estimates_[input].all_rows;
    common = 0;
  }
  // Values of several columns that refer to the same rows do not vary freely.
  if (num_sets > 1 && common != 0) {
    num_values = std::min(num_values, estimates_[input].all_rows);
    for (; common != 0; common &= common - 1) {
      num_values = std::min(num_values, estimates_[std::countr_zero(common)].all_rows);
    }
  }
  return estimates_[input].rows / num_values;
}

}  // namespace tarn::plan
