#include "plan/order_joins.h"

#include <bit>
#include <unordered_map>

namespace tarn::plan {
namespace {

// Up to here all orders are compared: 3^10 pairs of sets.
constexpr int kComparedInputsMax = 10;

struct Candidate {
  JoinTreePtr tree;
  double cost = 0;
};

Candidate Joined(const Candidate& left, const Candidate& right, JoinCost* cost) {
  return {MakeJoinTree(left.tree, right.tree),
          left.cost + right.cost + cost->OfJoin(left.tree->inputs, right.tree->inputs)};
}

// The first of two equal ones stays, so that a plan is the same wherever it is made.
void KeepCheaper(Candidate candidate, Candidate* best) {
  if (best->tree == nullptr || candidate.cost < best->cost) *best = std::move(candidate);
}

// Inputs that keys connect, over others or directly.
InputSet ConnectedWith(int input, const JoinGraph& graph) {
  InputSet connected = SetOf(input);
  for (bool grows = true; grows;) {
    grows = false;
    for (int other = 0; other < static_cast<int>(graph.inputs().size()); ++other) {
      if ((connected & SetOf(other)) != 0 || !graph.HasKeys(connected, SetOf(other))) continue;
      connected |= SetOf(other);
      grows = true;
    }
  }
  return connected;
}

// The cheapest of all trees of `inputs` that have keys in every join.
Candidate CompareAll(InputSet inputs, const JoinGraph& graph, JoinCost* cost) {
  std::unordered_map<InputSet, Candidate> best;
  // Subsets of `inputs` in rising order: parts come before what they are parts of.
  for (InputSet set = inputs & -inputs; set != 0; set = (set - inputs) & inputs) {
    if (std::has_single_bit(set)) {
      best[set] = {MakeInputTree(std::countr_zero(set))};
      continue;
    }
    Candidate cheapest;
    for (InputSet left = set & -set; left != set; left = (left - set) & set) {
      const auto first = best.find(left), second = best.find(set & ~left);
      if (first == best.end() || second == best.end()) continue;
      if (!graph.HasKeys(left, set & ~left)) continue;
      KeepCheaper(Joined(first->second, second->second, cost), &cheapest);
    }
    if (cheapest.tree != nullptr) best[set] = std::move(cheapest);
  }
  return best[inputs];
}

// Of all parts again and again the two whose join gives the fewest rows.
Candidate JoinSmallest(std::vector<Candidate> parts, bool need_keys, const JoinGraph& graph,
                       JoinCost* cost) {
  while (parts.size() > 1) {
    size_t best_left = 0, best_right = 0;
    double fewest = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      for (size_t j = i + 1; j < parts.size(); ++j) {
        const InputSet left = parts[i].tree->inputs, right = parts[j].tree->inputs;
        if (need_keys && !graph.HasKeys(left, right)) continue;
        const double rows = cost->Rows(left | right);
        if (best_right != 0 && rows >= fewest) continue;
        best_left = i;
        best_right = j;
        fewest = rows;
      }
    }
    if (best_right == 0) {
      need_keys = false;  // keys of what is apart now
      continue;
    }
    Candidate joined = Joined(parts[best_left], parts[best_right], cost);
    KeepCheaper(Joined(parts[best_right], parts[best_left], cost), &joined);
    parts[best_left] = std::move(joined);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best_right));
  }
  return parts[0];
}

Candidate OrderConnected(InputSet inputs, const JoinGraph& graph, JoinCost* cost) {
  Candidate compared;
  if (std::popcount(inputs) <= kComparedInputsMax) compared = CompareAll(inputs, graph, cost);
  if (compared.tree != nullptr) return compared;
  std::vector<Candidate> parts;
  for (InputSet left = inputs; left != 0; left &= left - 1) {
    parts.push_back({MakeInputTree(std::countr_zero(left))});
  }
  return JoinSmallest(std::move(parts), /*need_keys=*/true, graph, cost);
}

}  // namespace

JoinTreePtr OrderByKeys(const JoinGraph& graph) {
  const int num_inputs = static_cast<int>(graph.inputs().size());
  JoinTreePtr tree = MakeInputTree(0);
  while (std::popcount(tree->inputs) < num_inputs) {
    int next = -1;
    for (int input = 0; input < num_inputs; ++input) {
      if ((tree->inputs & SetOf(input)) != 0) continue;
      if (next < 0) next = input;
      if (!graph.HasKeys(tree->inputs, SetOf(input))) continue;
      next = input;
      break;
    }
    tree = MakeJoinTree(tree, MakeInputTree(next));
  }
  return tree;
}

JoinTreePtr OrderByCost(const JoinGraph& graph, JoinCost* cost) {
  std::vector<Candidate> parts;
  InputSet done = 0;
  for (int input = 0; input < static_cast<int>(graph.inputs().size()); ++input) {
    if ((done & SetOf(input)) != 0) continue;
    const InputSet connected = ConnectedWith(input, graph) & ~done;
    parts.push_back(OrderConnected(connected, graph, cost));
    done |= connected;
  }
  return JoinSmallest(std::move(parts), /*need_keys=*/false, graph, cost).tree;
}

int NumCrossJoins(const JoinGraph& graph, const JoinTree& tree) {
  if (tree.input >= 0) return 0;
  return NumCrossJoins(graph, *tree.left) + NumCrossJoins(graph, *tree.right) +
         (graph.HasKeys(tree.left->inputs, tree.right->inputs) ? 0 : 1);
}

}  // namespace tarn::plan
