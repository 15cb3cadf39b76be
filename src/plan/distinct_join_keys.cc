#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/optimize.h"
#include "plan/unique_rows.h"

namespace tarn::plan {
namespace {

// A side that has less than so many rows for each of the other one need not repeat its keys.
constexpr double kRowsPerRowOfOther = 2;

class KeyDistinguisher {
 public:
  KeyDistinguisher(const Plan& plan, const RowEstimator& estimator)
      : plan_(plan), estimator_(estimator) {}

  NodePtr Rewrite(const NodePtr& node) const {
    const auto* aggregate = As<Aggregate>(*node);
    const auto* join = As<Join>(*node);
    if (join != nullptr && join->is_existence()) {
      return RewriteExistence(*join, node, Rewrite(node->inputs[0]));
    }
    const bool ignores_repeats = aggregate != nullptr && IgnoresRepeats(*aggregate);
    std::vector<NodePtr> inputs;
    for (const NodePtr& input : node->inputs) {
      inputs.push_back(ignores_repeats ? RewriteRepeatable(input) : Rewrite(input));
    }
    return WithInputs(node, std::move(inputs));
  }

 private:
  // A join that only asks for matches does so of the right side's distinct rows as well.
  NodePtr RewriteExistence(const Join& join, const NodePtr& node, NodePtr left) const {
    NodePtr right = RewriteRepeatable(node->inputs[1]);
    if (PaysOff(*right, join.right_keys, *left)) right = Distinct(right);
    return WithInputs(node, {std::move(left), std::move(right)});
  }

  // `node`, of which repeated rows do not count.
  NodePtr RewriteRepeatable(const NodePtr& node) const {
    const bool passes_repeats = As<Filter>(*node) != nullptr || As<Project>(*node) != nullptr ||
                                As<UnionAll>(*node) != nullptr;
    const auto* join = As<Join>(*node);
    if (join == nullptr && !passes_repeats) return Rewrite(node);
    if (join != nullptr && join->is_existence()) {
      return RewriteExistence(*join, node, RewriteRepeatable(node->inputs[0]));
    }
    // Repeated rows of its right side are an error, or rows of the output.
    if (join != nullptr && (join->kind == Join::Kind::kLeftSingle || join->is_right_existence())) {
      return Rewrite(node);
    }
    std::vector<NodePtr> inputs;
    for (const NodePtr& input : node->inputs) inputs.push_back(RewriteRepeatable(input));
    if (join != nullptr) {
      const bool left_pays = PaysOff(*inputs[0], join->left_keys, *inputs[1]);
      const bool right_pays = PaysOff(*inputs[1], join->right_keys, *inputs[0]);
      if (left_pays) inputs[0] = Distinct(inputs[0]);
      if (right_pays) inputs[1] = Distinct(inputs[1]);
    }
    return WithInputs(node, std::move(inputs));
  }

  // Whether `side` of a join has nothing but keys, and likely repeats them.
  bool PaysOff(const Node& side, const std::vector<ExprPtr>& keys, const Node& other) const {
    std::set<int> columns;
    for (const ExprPtr& key : keys) {
      if (!IsColumn(*key) || !HasOneForm(*key->type)) return false;
      columns.insert(key->column);
    }
    return !columns.empty() && static_cast<int>(columns.size()) == side.schema->num_fields() &&
           !IsUnique(side, columns, &plan_) &&
           estimator_.Estimate(side).rows >= kRowsPerRowOfOther * estimator_.Estimate(other).rows;
  }

  static NodePtr Distinct(const NodePtr& node) {
    return MakeAggregate(node, {ColumnsOf(*node->schema), {}}, node->schema->field_names());
  }

  const Plan& plan_;
  const RowEstimator& estimator_;
};

}  // namespace

NodePtr DistinctJoinKeys(const NodePtr& root, const Plan& plan, const RowEstimator& estimator) {
  return KeyDistinguisher(plan, estimator).Rewrite(root);
}

}  // namespace tarn::plan
