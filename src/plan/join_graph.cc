#include "plan/join_graph.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

// Estimates of many sets of inputs take time.
constexpr size_t kInputsMax = 32;

bool CannotFail(const std::vector<ExprPtr>& exprs) {
  return std::none_of(exprs.begin(), exprs.end(),
                      [](const ExprPtr& expr) { return MayFail(*expr); });
}

// An inner join that may as well be computed before or after others.
bool IsFree(const Join& join) {
  return join.kind == Join::Kind::kInner && CannotFail(join.left_keys) &&
         CannotFail(join.right_keys) && (join.residual == nullptr || !MayFail(*join.residual));
}

bool OnlyChoosesColumns(const Project& project) {
  return std::all_of(project.exprs.begin(), project.exprs.end(),
                     [](const ExprPtr& expr) { return IsColumn(*expr); });
}

// Whether `node` is a free join, or filters or chooses columns of one.
bool ReachesJoin(const Node& node) {
  if (const auto* join = As<Join>(node)) return IsFree(*join);
  const auto* filter = As<Filter>(node);
  const auto* project = As<Project>(node);
  const bool is_passed = (filter != nullptr && !MayFail(*filter->predicate)) ||
                         (project != nullptr && OnlyChoosesColumns(*project));
  return is_passed && ReachesJoin(*node.inputs[0]);
}

size_t CountInputs(const Node& node) {
  if (!ReachesJoin(node)) return 1;
  size_t count = 0;
  for (const NodePtr& input : node.inputs) count += CountInputs(*input);
  return count;
}

// For each column of a graph, where it is in a node that has `columns`; -1: nowhere.
std::vector<int> Positions(const std::vector<int>& columns, size_t num_columns) {
  std::vector<int> positions(num_columns, -1);
  for (size_t i = 0; i < columns.size(); ++i) positions[columns[i]] = static_cast<int>(i);
  return positions;
}

bool IsSubset(InputSet part, InputSet whole) { return (part & ~whole) == 0; }

// Whether the sides of an equality are keys of a join of two sets, each side of its own set.
bool AreKeys(const JoinGraph::Condition& condition, InputSet left, InputSet right) {
  return condition.left != 0 && IsSubset(condition.left, left) && IsSubset(condition.right, right);
}

bool AreKeysEitherWay(const JoinGraph::Condition& condition, InputSet left, InputSet right) {
  return AreKeys(condition, left, right) || AreKeys(condition, right, left);
}

// One filter, where there is one already.
NodePtr FilterMore(const NodePtr& node, std::vector<ExprPtr> conditions) {
  const auto* filter = As<Filter>(*node);
  if (filter == nullptr || conditions.empty()) return MakeFilter(node, conditions);
  std::vector<ExprPtr> all = SplitConjuncts(filter->predicate);
  all.insert(all.end(), conditions.begin(), conditions.end());
  return MakeFilter(node->inputs[0], all);
}

}  // namespace

JoinTreePtr MakeInputTree(int input) {
  return std::make_shared<const JoinTree>(JoinTree{input, nullptr, nullptr, SetOf(input)});
}

JoinTreePtr MakeJoinTree(JoinTreePtr left, JoinTreePtr right) {
  const InputSet inputs = left->inputs | right->inputs;
  return std::make_shared<const JoinTree>(JoinTree{-1, std::move(left), std::move(right), inputs});
}

bool Equal(const JoinTree& left, const JoinTree& right) {
  if (left.input != right.input) return false;
  return left.input >= 0 || (Equal(*left.left, *right.left) && Equal(*left.right, *right.right));
}

std::optional<JoinGraph> JoinGraph::Make(const NodePtr& root) {
  if (!ReachesJoin(*root) || CountInputs(*root) > kInputsMax) return std::nullopt;
  JoinGraph graph;
  graph.root_ = root;
  graph.output_ = graph.Add(root, &graph.tree_);
  return graph;
}

// Adds the inputs below `node`, and says which column each of its own is.
std::vector<int> JoinGraph::Add(const NodePtr& node, JoinTreePtr* tree) {
  if (!ReachesJoin(*node)) return AddInput(node, tree);
  if (const auto* join = As<Join>(*node)) return AddJoin(*join, *node, tree);
  const std::vector<int> below = Add(node->inputs[0], tree);
  if (const auto* filter = As<Filter>(*node)) {
    AddConditions(filter->predicate, below);
    return below;
  }
  std::vector<int> chosen;
  for (const ExprPtr& expr : As<Project>(*node)->exprs) chosen.push_back(below[expr->column]);
  return chosen;
}

std::vector<int> JoinGraph::AddJoin(const Join& join, const Node& node, JoinTreePtr* tree) {
  JoinTreePtr left_tree, right_tree;
  const std::vector<int> left = Add(node.inputs[0], &left_tree);
  const std::vector<int> right = Add(node.inputs[1], &right_tree);
  *tree = MakeJoinTree(left_tree, right_tree);
  has_cross_join_ = has_cross_join_ || join.left_keys.empty();
  std::vector<int> columns = left;
  columns.insert(columns.end(), right.begin(), right.end());
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!join.column_names[i].empty()) column_names_[columns[i]] = join.column_names[i];
  }
  for (size_t i = 0; i < join.left_keys.size(); ++i) {
    AddCondition(MakePredicate(
        join.null_safe[i] ? kNullSafeEq : kEq,
        {RemapColumns(join.left_keys[i], left), RemapColumns(join.right_keys[i], right)}));
  }
  if (join.residual != nullptr) AddConditions(join.residual, columns);
  return columns;
}

std::vector<int> JoinGraph::AddInput(const NodePtr& node, JoinTreePtr* tree) {
  const int input = static_cast<int>(inputs_.size());
  *tree = MakeInputTree(input);
  inputs_.push_back(node);
  std::vector<int> columns;
  for (int i = 0; i < node->schema->num_fields(); ++i) {
    columns.push_back(static_cast<int>(input_of_.size()));
    input_of_.push_back(input);
    column_names_.emplace_back();
  }
  return columns;
}

void JoinGraph::AddConditions(const ExprPtr& predicate, const std::vector<int>& columns) {
  for (const ExprPtr& expr : SplitConjuncts(predicate)) AddCondition(RemapColumns(expr, columns));
}

void JoinGraph::AddCondition(const ExprPtr& expr) {
  Condition condition{expr, InputsOf(*expr)};
  const bool is_equality = IsCall(*expr, kEq);
  if (is_equality || IsCall(*expr, kNullSafeEq)) {
    const InputSet left = InputsOf(*expr->args[0]), right = InputsOf(*expr->args[1]);
    if (left != 0 && right != 0 && (left & right) == 0) {
      condition.left = left;
      condition.right = right;
      const auto is_one = [](InputSet set) { return (set & (set - 1)) == 0; };
      if (is_equality && is_one(left) && is_one(right)) {
        AddEquality(expr->args[0], expr->args[1]);
        return;
      }
    }
  }
  conditions_.push_back(std::move(condition));
}

void JoinGraph::AddEquality(const ExprPtr& left, const ExprPtr& right) {
  int left_set = FindEqualSet(*left), right_set = FindEqualSet(*right);
  if (left_set < 0) {
    left_set = static_cast<int>(equal_sets_.size());
    equal_sets_.emplace_back();
    equal_sets_.back().members.push_back({left, std::countr_zero(InputsOf(*left))});
  }
  EqualSet& joined = equal_sets_[left_set];
  if (right_set < 0) {
    joined.members.push_back({right, std::countr_zero(InputsOf(*right))});
  } else if (right_set != left_set) {
    const EqualSet& other = equal_sets_[right_set];
    joined.members.insert(joined.members.end(), other.members.begin(), other.members.end());
  }
  joined.inputs = 0;
  for (const EqualSet::Member& member : joined.members) joined.inputs |= SetOf(member.input);
  if (right_set >= 0 && right_set != left_set) equal_sets_.erase(equal_sets_.begin() + right_set);
}

int JoinGraph::FindEqualSet(const Expr& expr) const {
  for (size_t i = 0; i < equal_sets_.size(); ++i) {
    for (const EqualSet::Member& member : equal_sets_[i].members) {
      if (plan::Equal(*member.expr, expr)) return static_cast<int>(i);
    }
  }
  return -1;
}

InputSet JoinGraph::InputsOf(const Expr& expr) const {
  std::vector<int> columns;
  CollectColumns(expr, &columns);
  InputSet inputs = 0;
  for (int column : columns) inputs |= SetOf(input_of_[column]);
  return inputs;
}

std::string JoinGraph::NameOf(int input) const {
  for (size_t column = 0; column < input_of_.size(); ++column) {
    const std::string& name = column_names_[column];
    if (input_of_[column] == input && !name.empty()) return name.substr(0, name.find('.'));
  }
  return "subquery";
}

bool JoinGraph::HasKeys(InputSet left, InputSet right) const {
  return std::any_of(equal_sets_.begin(), equal_sets_.end(),
                     [&](const EqualSet& set) {
                       return (set.inputs & left) != 0 && (set.inputs & right) != 0;
                     }) ||
         std::any_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
           return AreKeysEitherWay(condition, left, right);
         });
}

NodePtr JoinGraph::BuildAsIs(const std::vector<NodePtr>& inputs) const {
  auto next = inputs.begin();
  const std::function<NodePtr(const NodePtr&)> build = [&](const NodePtr& node) {
    if (!ReachesJoin(*node)) return *next++;
    std::vector<NodePtr> below;
    for (const NodePtr& input : node->inputs) below.push_back(build(input));
    return WithInputs(*node, std::move(below));
  };
  return build(root_);
}

NodePtr JoinGraph::Build(const JoinTree& tree, const std::vector<NodePtr>& inputs) const {
  const Built built = BuildTree(tree, inputs);
  const std::vector<int> positions = Positions(built.columns, input_of_.size());
  std::vector<ExprPtr> exprs;
  for (int column : output_) exprs.push_back(MakeColumn(*built.node->schema, positions[column]));
  return MakeProject(built.node, std::move(exprs), root_->schema->field_names());
}

JoinGraph::Built JoinGraph::BuildTree(const JoinTree& tree,
                                      const std::vector<NodePtr>& inputs) const {
  if (tree.input >= 0) return BuildInput(tree.input, inputs[tree.input]);
  const Built left = BuildTree(*tree.left, inputs);
  const Built right = BuildTree(*tree.right, inputs);
  Built built{nullptr, left.columns};
  built.columns.insert(built.columns.end(), right.columns.begin(), right.columns.end());
  Join join;
  for (int column : built.columns) join.column_names.push_back(column_names_[column]);
  AddKeys(tree, left, right, &join);
  std::vector<ExprPtr> conditions = ConditionsAt(tree, built.columns);
  if (join.left_keys.empty()) {
    join.residual = JoinConjuncts(conditions);
    conditions.clear();
  }
  built.node = MakeFilter(MakeJoin(left.node, right.node, std::move(join)), conditions);
  return built;
}

// With what the equalities say of its own columns.
JoinGraph::Built JoinGraph::BuildInput(int input, const NodePtr& node) const {
  Built built{node, {}};
  for (size_t column = 0; column < input_of_.size(); ++column) {
    if (input_of_[column] == input) built.columns.push_back(static_cast<int>(column));
  }
  const std::vector<int> positions = Positions(built.columns, input_of_.size());
  std::vector<ExprPtr> conditions;
  for (const EqualSet& set : equal_sets_) {
    const ExprPtr* first = nullptr;
    for (const EqualSet::Member& member : set.members) {
      if (member.input != input) continue;
      if (first != nullptr) {
        conditions.push_back(RemapColumns(MakePredicate(kEq, {*first, member.expr}), positions));
      }
      if (first == nullptr) first = &member.expr;
    }
  }
  for (const Condition& condition : conditions_) {
    if (condition.inputs == SetOf(input)) {
      conditions.push_back(RemapColumns(condition.expr, positions));
    }
  }
  built.node = FilterMore(node, std::move(conditions));
  return built;
}

void JoinGraph::AddKeys(const JoinTree& tree, const Built& left, const Built& right,
                        Join* join) const {
  const std::vector<int> left_positions = Positions(left.columns, input_of_.size());
  const std::vector<int> right_positions = Positions(right.columns, input_of_.size());
  const auto add = [&](const ExprPtr& left_key, const ExprPtr& right_key, bool null_safe) {
    join->left_keys.push_back(RemapColumns(left_key, left_positions));
    join->right_keys.push_back(RemapColumns(right_key, right_positions));
    join->null_safe.push_back(null_safe);
  };
  const auto member_of = [](const EqualSet& set, InputSet inputs) -> const ExprPtr* {
    for (const EqualSet::Member& member : set.members) {
      if ((SetOf(member.input) & inputs) != 0) return &member.expr;
    }
    return nullptr;
  };
  for (const EqualSet& set : equal_sets_) {
    const ExprPtr* const left_key = member_of(set, tree.left->inputs);
    const ExprPtr* const right_key = member_of(set, tree.right->inputs);
    if (left_key != nullptr && right_key != nullptr) add(*left_key, *right_key, false);
  }
  for (const Condition& condition : conditions_) {
    const std::vector<ExprPtr>& sides = condition.expr->args;
    const bool null_safe = IsCall(*condition.expr, kNullSafeEq);
    if (AreKeys(condition, tree.left->inputs, tree.right->inputs)) {
      add(sides[0], sides[1], null_safe);
    } else if (AreKeys(condition, tree.right->inputs, tree.left->inputs)) {
      add(sides[1], sides[0], null_safe);
    }
  }
}

// Those, but for keys, whose columns are all there for the first time.
std::vector<ExprPtr> JoinGraph::ConditionsAt(const JoinTree& tree,
                                             const std::vector<int>& columns) const {
  const std::vector<int> positions = Positions(columns, input_of_.size());
  const bool is_top = std::popcount(tree.inputs) == static_cast<int>(inputs_.size());
  std::vector<ExprPtr> conditions;
  for (const Condition& condition : conditions_) {
    const InputSet left = tree.left->inputs, right = tree.right->inputs;
    const bool is_key = AreKeysEitherWay(condition, left, right);
    const bool is_new = condition.inputs == 0 ? is_top
                                              : IsSubset(condition.inputs, tree.inputs) &&
                                                    !IsSubset(condition.inputs, left) &&
                                                    !IsSubset(condition.inputs, right);
    if (is_new && !is_key) conditions.push_back(RemapColumns(condition.expr, positions));
  }
  return conditions;
}

}  // namespace tarn::plan
