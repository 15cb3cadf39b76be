#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "plan/build_expr.h"
#include "plan/join_cost.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

bool MayFail(const std::vector<ExprPtr>& exprs) {
  return std::any_of(exprs.begin(), exprs.end(),
                     [](const ExprPtr& expr) { return plan::MayFail(*expr); });
}

// Which of some failing rows is reported depends on their order.
bool MayFail(const Join& join) {
  return MayFail(join.left_keys) || MayFail(join.right_keys) ||
         (join.residual != nullptr && plan::MayFail(*join.residual));
}

// Whether the values of the groups are the same for every order of rows.
bool IgnoresOrder(const Aggregate& aggregate) {
  const auto has_one_form = [](const ExprPtr& expr) { return HasOneForm(*expr->type); };
  const auto ignores_order = [&](const AggregateCall& call) {
    return call.function->traits.ignores_order && !MayFail(call.args) &&
           (call.filter == nullptr || !plan::MayFail(*call.filter)) &&
           std::all_of(call.args.begin(), call.args.end(), has_one_form);
  };
  return !MayFail(aggregate.keys) &&
         std::all_of(aggregate.keys.begin(), aggregate.keys.end(), has_one_form) &&
         std::all_of(aggregate.calls.begin(), aggregate.calls.end(), ignores_order);
}

// Whether the rows of `node` are the same for every order of its inputs' rows.
bool IgnoresOrder(const Node& node) {
  if (const auto* aggregate = As<Aggregate>(node)) return IgnoresOrder(*aggregate);
  if (const auto* filter = As<Filter>(node)) return !plan::MayFail(*filter->predicate);
  if (const auto* project = As<Project>(node)) return !MayFail(project->exprs);
  if (const auto* generate = As<Generate>(node)) return !plan::MayFail(*generate->collection);
  if (const auto* join = As<Join>(node)) return !MayFail(*join);
  // Of rows that are equal to it, a limit takes the first.
  if (const auto* sort = As<Sort>(node)) return !sort->limit.has_value();
  return As<UnionAll>(node) != nullptr;
}

// Whether rows come out in the same order for every order of the input's.
bool HasOneRow(const Node& node) {
  const auto* aggregate = As<Aggregate>(node);
  return aggregate != nullptr && aggregate->keys.empty();
}

Join::Kind Mirrored(Join::Kind kind) {
  if (kind == Join::Kind::kLeftSemi) return Join::Kind::kRightSemi;
  if (kind == Join::Kind::kLeftAnti) return Join::Kind::kRightAnti;
  if (kind == Join::Kind::kLeft) return Join::Kind::kRight;
  return kind == Join::Kind::kRight ? Join::Kind::kLeft : kind;
}

bool CanSwap(const Join& join) {
  if (join.kind == Join::Kind::kLeft || join.keeps_right()) return true;
  const bool is_plain = join.kind == Join::Kind::kLeftSemi || join.kind == Join::Kind::kLeftAnti;
  // Which pair fails first depends on which side is held.
  return is_plain && !join.null_aware && !MayFail(join);
}

// The columns of `count` numbers from `first` on.
void AddRange(int first, int count, std::vector<int>* columns) {
  for (int column = first; column < first + count; ++column) columns->push_back(column);
}

// The same rows and columns, with the right side in the place of the left one.
NodePtr Swapped(const NodePtr& node) {
  Join join = *As<Join>(*node);
  const int num_left = node->inputs[0]->schema->num_fields();
  const int num_right = node->inputs[1]->schema->num_fields();
  join.kind = Mirrored(join.kind);
  std::swap(join.left_keys, join.right_keys);
  std::vector<int> positions;  // by column of the old output
  AddRange(num_right, num_left, &positions);
  AddRange(0, num_right, &positions);
  if (join.residual != nullptr) join.residual = RemapColumns(join.residual, positions);
  std::rotate(join.column_names.begin(), join.column_names.begin() + num_left,
              join.column_names.end());
  const NodePtr swapped = MakeJoin(node->inputs[1], node->inputs[0], std::move(join));
  if (As<Join>(*swapped)->is_right_existence()) return swapped;
  return MakeProjectColumns(swapped, positions);
}

class SideSwapper {
 public:
  SideSwapper(const RowEstimator& estimator, std::vector<std::string>* orders)
      : estimator_(estimator), orders_(orders) {}

  // \param[in] is_grouped whether an aggregate is above: rows of a table come as those of its FROM
  // \param[in] order_counts whether what is above depends on the order of rows, but for its own
  NodePtr Rewrite(const NodePtr& node, bool is_grouped, bool order_counts) const {
    is_grouped = is_grouped || As<Aggregate>(*node) != nullptr;
    order_counts = (order_counts && !HasOneRow(*node)) || !IgnoresOrder(*node);
    std::vector<NodePtr> inputs;
    for (const NodePtr& input : node->inputs) {
      inputs.push_back(Rewrite(input, is_grouped, order_counts));
    }
    const NodePtr rewritten = WithInputs(node, std::move(inputs));
    const auto* join = As<Join>(*rewritten);
    if (join == nullptr || !CanSwap(*join)) return rewritten;
    // Rows that are kept by whether they match come as they did.
    const bool keeps_order = join->is_existence();
    if (!keeps_order && (!is_grouped || order_counts)) return rewritten;
    const double left = estimator_.Estimate(*rewritten->inputs[0]).rows;
    const double right = estimator_.Estimate(*rewritten->inputs[1]).rows;
    if (right + kHeldRow * left >= kCostOfBetter * (left + kHeldRow * right)) return rewritten;
    orders_->push_back(fmt::format("the sides of {} join are swapped: {} are held, not {}",
                                   keeps_order ? "a semi or anti" : "an outer",
                                   FormatCount(std::llround(left), "row"),
                                   FormatCount(std::llround(right), "row")));
    return Swapped(rewritten);
  }

 private:
  const RowEstimator& estimator_;
  std::vector<std::string>* const orders_;
};

}  // namespace

NodePtr HoldSmallerSides(const NodePtr& root, const RowEstimator& estimator,
                         std::vector<std::string>* orders) {
  return SideSwapper(estimator, orders).Rewrite(root, /*is_grouped=*/false, /*order_counts=*/false);
}

}  // namespace tarn::plan
