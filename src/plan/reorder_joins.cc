#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "base/units.h"
#include "plan/join_cost.h"
#include "plan/node.h"
#include "plan/optimize.h"
#include "plan/order_joins.h"
#include "plan/source_size.h"

namespace tarn::plan {
namespace {

std::string RowsText(const RowEstimate& estimate) {
  const auto rows = static_cast<int64_t>(std::llround(estimate.rows));
  const auto all_rows = static_cast<int64_t>(std::llround(estimate.all_rows));
  if (rows == all_rows) return FormatCount(rows, "row");
  return fmt::format("{} of {}", FormatCount(rows), FormatCount(all_rows, "row"));
}

// "l 600 rows, p 10 of 20 rows, (o 150 rows, c 15 rows)": from left to right.
std::string TreeText(const JoinTree& tree,
                     const std::function<std::string(int input)>& input_text) {
  if (tree.input >= 0) return input_text(tree.input);
  std::string right = TreeText(*tree.right, input_text);
  if (tree.right->input < 0) right = "(" + right + ")";
  return TreeText(*tree.left, input_text) + ", " + right;
}

// Chooses a tree for a graph that will have `inputs`; null: as it is.
using Choose =
    std::function<JoinTreePtr(const JoinGraph& graph, const std::vector<NodePtr>& inputs)>;

NodePtr Reorder(const NodePtr& node, const Choose& choose) {
  const std::optional<JoinGraph> graph = JoinGraph::Make(node);
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : graph ? graph->inputs() : node->inputs) {
    inputs.push_back(Reorder(input, choose));
  }
  if (!graph) return WithInputs(*node, std::move(inputs));
  const JoinTreePtr tree = choose(*graph, inputs);
  return tree == nullptr ? graph->BuildAsIs(inputs) : graph->Build(*tree, inputs);
}

JoinTreePtr ChooseByKeys(const JoinGraph& graph, std::vector<std::string>* orders) {
  if (!graph.has_cross_join() || graph.inputs().size() < 3) return nullptr;
  const JoinTreePtr tree = OrderByKeys(graph);
  // Keys may also follow from other ones, so that the order as it is has them everywhere.
  if (NumCrossJoins(graph, *tree) == NumCrossJoins(graph, *graph.tree())) return graph.tree();
  const std::string text = TreeText(*tree, [&](int input) { return graph.NameOf(input); });
  orders->push_back(text + "; the order of FROM would pair all rows of some inputs");
  return tree;
}

// Cost in rows, as there are no seconds that every machine takes.
JoinTreePtr ChooseByCost(const JoinGraph& graph, const std::vector<NodePtr>& inputs,
                         const RowEstimator& estimator, std::vector<std::string>* orders) {
  JoinCost cost(graph, inputs, estimator);
  const JoinTreePtr cheapest = OrderByCost(graph, &cost);
  const double cost_as_is = cost.Of(*graph.tree()), cost_least = cost.Of(*cheapest);
  const bool is_better = cost_least < kCostOfBetter * cost_as_is;
  if (!is_better && inputs.size() < 3) return nullptr;
  const JoinTree& tree = is_better ? *cheapest : *graph.tree();
  std::string text = TreeText(
      tree, [&](int input) { return graph.NameOf(input) + " " + RowsText(cost.OfInput(input)); });
  const auto count = [](double rows) {
    return rows < 1e15 ? FormatCount(std::llround(rows)) : fmt::format("{:.0e}", rows);
  };
  text += is_better
              ? fmt::format("; cost {}, without sizes {}", count(cost_least), count(cost_as_is))
              : fmt::format("; cost {}, the least is {}", count(cost_as_is), count(cost_least));
  orders->push_back(std::move(text));
  return is_better ? cheapest : nullptr;
}

// Marks the sources that are read below `node`, by way of other tables too, where it `is_joined`,
// else those below inner joins.
void VisitJoined(const NodePtr& node, const Plan& plan, bool is_joined,
                 std::vector<bool>* are_visited, std::vector<bool>* are_joined) {
  is_joined = is_joined || JoinGraph::Make(node);
  if (const auto* scan = As<Scan>(*node); scan != nullptr && is_joined) {
    (*are_joined)[scan->source] = true;
  }
  if (const auto* table = As<TableInput>(*node);
      table != nullptr && is_joined && !(*are_visited)[table->table]) {
    (*are_visited)[table->table] = true;
    VisitJoined(plan.tables[table->table].root, plan, true, are_visited, are_joined);
  }
  for (const NodePtr& input : node->inputs) {
    VisitJoined(input, plan, is_joined, are_visited, are_joined);
  }
}

}  // namespace

NodePtr AvoidCrossJoins(const NodePtr& root, std::vector<std::string>* orders) {
  return Reorder(root, [&](const JoinGraph& graph, const std::vector<NodePtr>&) {
    return ChooseByKeys(graph, orders);
  });
}

Plan OrderJoins(const Plan& plan, const std::vector<SourceSize>& sizes) {
  Plan ordered = plan;
  if (!plan.optimized) return ordered;
  const RowEstimator estimator(plan, sizes);
  for (TablePlan& table : ordered.tables) {
    table.join_orders.clear();
    bool is_reordered = false;
    const NodePtr root = Reorder(table.root, [&](const JoinGraph& graph, const auto& inputs) {
      JoinTreePtr tree = ChooseByCost(graph, inputs, estimator, &table.join_orders);
      is_reordered = is_reordered || tree != nullptr;
      return tree;
    });
    const NodePtr swapped = HoldSmallerSides(root, estimator, &table.join_orders);
    if (is_reordered || swapped != root) table.root = PruneColumns(swapped);
    table.root = DistinctJoinKeys(table.root, plan, estimator);
  }
  return ordered;
}

std::vector<bool> SourcesOfJoins(const Plan& plan) {
  std::vector<bool> are_joined(plan.sources.size());
  if (!plan.optimized) return are_joined;
  std::vector<bool> are_visited(plan.tables.size());
  for (const TablePlan& table : plan.tables) {
    VisitJoined(table.root, plan, false, &are_visited, &are_joined);
  }
  return are_joined;
}

}  // namespace tarn::plan
