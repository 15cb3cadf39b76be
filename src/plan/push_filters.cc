#include "plan/build_expr.h"
#include "plan/factor_or.h"
#include "plan/fold_constants.h"
#include "plan/implied_conditions.h"
#include "plan/known_functions.h"
#include "plan/merged_keys.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

using Conjuncts = std::vector<ExprPtr>;

// A condition is not pushed through what makes it larger than this.
constexpr int64_t kPushedSizeMax = 10'000;

// A node equal to a filter by `conjuncts` over `node`. None of the conjuncts may fail.
NodePtr Push(const NodePtr& node, Conjuncts conjuncts);

NodePtr PushInputs(const NodePtr& node) {
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : node->inputs) inputs.push_back(Push(input, {}));
  return WithInputs(*node, std::move(inputs));
}

// Takes the conjuncts for which `predicate` is true out of `conjuncts`.
Conjuncts Take(Conjuncts* conjuncts, const std::function<bool(const ExprPtr&)>& predicate) {
  Conjuncts taken, kept;
  for (ExprPtr& expr : *conjuncts) (predicate(expr) ? taken : kept).push_back(std::move(expr));
  *conjuncts = std::move(kept);
  return taken;
}

bool ReadsOnly(const Expr& expr, const std::function<bool(int)>& allowed) {
  std::vector<int> columns;
  CollectColumns(expr, &columns);
  return std::all_of(columns.begin(), columns.end(), allowed);
}

// `expr` over an operator's output as `expr` over its input; output column i is exprs[i] there.
ExprPtr Substitute(const ExprPtr& expr, const std::vector<ExprPtr>& exprs) {
  return ReplaceColumns(expr, [&](const ExprPtr& column) { return exprs[column->column]; });
}

int64_t SizeOf(const Expr& expr) {
  int64_t size = 1;
  for (const ExprPtr& arg : expr.args) size += SizeOf(*arg);
  return size;
}

// Of what Substitute makes, which doubles where a column is read twice.
int64_t SubstitutedSize(const Expr& expr, const std::vector<ExprPtr>& exprs) {
  if (IsColumn(expr)) return SizeOf(*exprs[expr.column]);
  int64_t size = 1;
  for (const ExprPtr& arg : expr.args) size += SubstitutedSize(*arg, exprs);
  return size;
}

bool CannotFail(const Expr& expr) { return !MayFail(expr); }

// Adds those that are not there yet.
void AddNew(Conjuncts more, Conjuncts* conjuncts) {
  for (ExprPtr& expr : more) {
    if (!ContainsEqual(*conjuncts, *expr)) conjuncts->push_back(std::move(expr));
  }
}

// The parts that AND joins, also those that all arms of an OR have. A sum of literals would keep
// its part from being moved, since it may fail.
Conjuncts Split(const ExprPtr& predicate) {
  Conjuncts conjuncts;
  for (const ExprPtr& conjunct : SplitConjuncts(predicate)) {
    for (ExprPtr& part : FactorOr(FoldConstants(conjunct))) conjuncts.push_back(std::move(part));
  }
  return conjuncts;
}

// What each OR among `conjuncts` implies by the conditions that are `usable`.
Conjuncts Weaken(const Conjuncts& conjuncts, const std::function<bool(const Expr&)>& usable) {
  Conjuncts weaker;
  for (const ExprPtr& conjunct : conjuncts) {
    if (usable(*conjunct)) continue;
    if (ExprPtr weakened = WeakenOr(conjunct, usable)) weaker.push_back(std::move(weakened));
  }
  return weaker;
}

NodePtr PushOp(const Filter& filter, const NodePtr& node, Conjuncts conjuncts) {
  Conjuncts all = Split(filter.predicate);
  Conjuncts failing = Take(&all, [](const ExprPtr& expr) { return MayFail(*expr); });
  AddNew(Weaken(failing, CannotFail), &all);
  AddNew(std::move(conjuncts), &all);
  return MakeFilter(Push(node->inputs[0], std::move(all)), failing);
}

NodePtr PushOp(const Project& project, const NodePtr& node, Conjuncts conjuncts) {
  Conjuncts below;
  Conjuncts above = Take(&conjuncts, [&](const ExprPtr& expr) {
    return SubstitutedSize(*expr, project.exprs) > kPushedSizeMax;
  });
  for (const ExprPtr& conjunct : conjuncts) {
    ExprPtr substituted = Substitute(conjunct, project.exprs);
    MayFail(*substituted) ? above.push_back(conjunct) : below.push_back(substituted);
  }
  NodePtr input = Push(node->inputs[0], std::move(below));
  return MakeFilter(WithInputs(*node, {input}), above);
}

// Conditions on what is generated are asked of the rows that are generated.
NodePtr PushOp(const Generate&, const NodePtr& node, Conjuncts conjuncts) {
  const int input_width = node->inputs[0]->schema->num_fields();
  Conjuncts below = Take(&conjuncts, [&](const ExprPtr& expr) {
    return ReadsOnly(*expr, [&](int column) { return column < input_width; });
  });
  NodePtr input = Push(node->inputs[0], std::move(below));
  return MakeFilter(WithInputs(*node, {input}), conjuncts);
}

NodePtr PushOp(const Aggregate& aggregate, const NodePtr& node, Conjuncts conjuncts) {
  int num_keys = static_cast<int>(aggregate.keys.size());
  // Without keys there is a row even for no input at all.
  Conjuncts on_keys = Take(&conjuncts, [&](const ExprPtr& expr) {
    return num_keys > 0 && ReadsOnly(*expr, [&](int column) { return column < num_keys; }) &&
           SubstitutedSize(*expr, aggregate.keys) <= kPushedSizeMax &&
           !MayFail(*Substitute(expr, aggregate.keys));
  });
  for (ExprPtr& conjunct : on_keys) conjunct = Substitute(conjunct, aggregate.keys);
  NodePtr input = Push(node->inputs[0], std::move(on_keys));
  return MakeFilter(WithInputs(*node, {input}), conjuncts);
}

// Conditions on partition columns keep or drop whole partitions, so the order within is untouched.
NodePtr PushPartitioned(const std::vector<ExprPtr>& partition_by, const NodePtr& node,
                        Conjuncts conjuncts) {
  auto is_partition_column = [&](int column) {
    return std::any_of(partition_by.begin(), partition_by.end(),
                       [&](const ExprPtr& key) { return IsColumn(*key) && key->column == column; });
  };
  Conjuncts below =
      Take(&conjuncts, [&](const ExprPtr& expr) { return ReadsOnly(*expr, is_partition_column); });
  NodePtr input = Push(node->inputs[0], std::move(below));
  return MakeFilter(WithInputs(*node, {input}), conjuncts);
}

NodePtr PushOp(const RowNumber& op, const NodePtr& node, Conjuncts conjuncts) {
  return PushPartitioned(op.partition_by, node, std::move(conjuncts));
}

NodePtr PushOp(const TopRow& op, const NodePtr& node, Conjuncts conjuncts) {
  return PushPartitioned(op.partition_by, node, std::move(conjuncts));
}

NodePtr PushOp(const Window& window, const NodePtr& node, Conjuncts conjuncts) {
  return PushPartitioned(window.partition_by, node, std::move(conjuncts));
}

NodePtr PushOp(const Sort&, const NodePtr& node, Conjuncts conjuncts) {
  return WithInputs(*node, {Push(node->inputs[0], std::move(conjuncts))});
}

NodePtr PushOp(const Limit&, const NodePtr& node, Conjuncts conjuncts) {
  return MakeFilter(PushInputs(node), conjuncts);
}

NodePtr PushOp(const UnionAll&, const NodePtr& node, Conjuncts conjuncts) {
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : node->inputs) inputs.push_back(Push(input, conjuncts));
  return WithInputs(*node, std::move(inputs));
}

NodePtr PushOp(const Scan&, const NodePtr& node, Conjuncts conjuncts) {
  return MakeFilter(node, conjuncts);
}

NodePtr PushOp(const TableInput&, const NodePtr& node, Conjuncts conjuncts) {
  return MakeFilter(node, conjuncts);
}

NodePtr PushOp(const OneRow&, const NodePtr& node, Conjuncts conjuncts) {
  return MakeFilter(node, conjuncts);
}

NodePtr PushOp(const Range&, const NodePtr& node, Conjuncts conjuncts) {
  return MakeFilter(node, conjuncts);
}

// Takes the keys that cannot fail out of `join`, as conditions.
Conjuncts KeysAsConditions(int left_width, Join* join) {
  Join kept = *join;
  kept.left_keys.clear();
  kept.right_keys.clear();
  kept.null_safe.clear();
  Conjuncts taken;
  for (size_t i = 0; i < join->left_keys.size(); ++i) {
    const ExprPtr &left = join->left_keys[i], &right = join->right_keys[i];
    if (!join->null_safe[i] && CannotFail(*left) && CannotFail(*right)) {
      taken.push_back(MakePredicate(kEq, {left, ShiftColumns(right, left_width)}));
      continue;
    }
    kept.left_keys.push_back(left);
    kept.right_keys.push_back(right);
    kept.null_safe.push_back(join->null_safe[i]);
  }
  *join = std::move(kept);
  return taken;
}

// Whether a semi join with `node` likely drops rows: something chose those of `node`.
bool HasChosenRows(const Node& node) {
  if (As<Filter>(node) != nullptr || As<Limit>(node) != nullptr) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(),
                     [](const NodePtr& input) { return HasChosenRows(*input); });
}

// A semi join that reads one side of an inner join below it, as a semi join of that side: there
// are fewer rows to join then.
NodePtr PushBelowJoin(const NodePtr& node) {
  const auto* semi = As<Join>(*node);
  const auto* filter = As<Filter>(*node->inputs[0]);
  const NodePtr& below = filter != nullptr ? node->inputs[0]->inputs[0] : node->inputs[0];
  const auto* inner = As<Join>(*below);
  const bool may_move = semi->kind == Join::Kind::kLeftSemi && semi->residual == nullptr &&
                        !semi->left_keys.empty() && inner != nullptr &&
                        inner->kind == Join::Kind::kInner && HasChosenRows(*node->inputs[1]) &&
                        std::all_of(semi->left_keys.begin(), semi->left_keys.end(),
                                    [](const ExprPtr& key) { return CannotFail(*key); });
  if (!may_move) return node;
  std::vector<int> columns;
  for (const ExprPtr& key : semi->left_keys) CollectColumns(*key, &columns);
  const int left_width = below->inputs[0]->schema->num_fields();
  const auto is_left = [&](int column) { return column < left_width; };
  const bool of_left = std::all_of(columns.begin(), columns.end(), is_left);
  if (!of_left && std::any_of(columns.begin(), columns.end(), is_left)) return node;
  Join moved = *semi;
  moved.column_names.clear();
  if (!of_left) {
    for (ExprPtr& key : moved.left_keys) key = ShiftColumns(key, -left_width);
  }
  std::vector<NodePtr> inputs = below->inputs;
  NodePtr& side = inputs[of_left ? 0 : 1];
  side = PushBelowJoin(MakeJoin(side, node->inputs[1], std::move(moved)));
  NodePtr joined = WithInputs(*below, std::move(inputs));
  return filter == nullptr ? joined : MakeFilter(joined, {filter->predicate});
}

// Sorts a join's conditions into keys and into those of one side.
class JoinPusher {
 public:
  JoinPusher(const Join& join, const NodePtr& node)
      : join_(join), node_(node), left_width_(node->inputs[0]->schema->num_fields()) {}

  NodePtr Push(Conjuncts above) {
    if (join_.is_existence()) return PushExistence(std::move(above));
    DropNullRows(above);
    Conjuncts on = KeysAsConditions(left_width_, &join_);
    AddNew(Split(join_.residual), &on);
    AddWeakened(&on);
    AddWeakened(&above);
    if (is_inner()) AddNew(ImpliedByEqualities(above, above), &above);
    // ON: a side whose rows are all kept can't be filtered by it.
    Conjuncts left = join_.keeps_left() ? Conjuncts() : TakeSide(&on, true);
    Conjuncts right = join_.keeps_right() ? Conjuncts() : TakeSide(&on, false);
    // WHERE: a side that is filled up with NULLs can't be filtered before that.
    if (!join_.keeps_right()) AddNew(TakeSide(&above, true), &left);
    if (!join_.keeps_left()) AddNew(TakeSide(&above, false), &right);
    if (join_.kind == Join::Kind::kFull) TakeMerged(on, &above, &left, &right);
    AddImplied(on, &left, &right);
    TakeKeys(&on);
    if (is_inner()) TakeKeys(&above);
    join_.residual = JoinConjuncts(on);
    for (ExprPtr& conjunct : right) conjunct = ToRight(conjunct);
    NodePtr joined = MakeJoin(plan::Push(node_->inputs[0], std::move(left)),
                              plan::Push(node_->inputs[1], std::move(right)), std::move(join_));
    return MakeFilter(joined, above);
  }

 private:
  bool is_inner() const { return join_.kind == Join::Kind::kInner; }

  // Of a join that only asks for matches: it passes rows of the left side, and may pass fewer.
  NodePtr PushExistence(Conjuncts above) {
    // The column of a mark is of neither side.
    Conjuncts left = TakeSide(&above, true);
    Conjuncts right;
    if (!join_.null_aware) {
      Conjuncts on = KeysAsConditions(left_width_, &join_);
      AddNew(Split(join_.residual), &on);
      AddWeakened(&on);
      if (!join_.keeps_unmatched_left()) AddNew(TakeSide(&on, true), &left);
      right = TakeSide(&on, false);
      AddImplied(on, &left, &right);
      TakeKeys(&on);
      join_.residual = JoinConjuncts(on);
      for (ExprPtr& conjunct : right) conjunct = ToRight(conjunct);
    }
    NodePtr joined = MakeJoin(plan::Push(node_->inputs[0], std::move(left)),
                              plan::Push(node_->inputs[1], std::move(right)), std::move(join_));
    return MakeFilter(PushBelowJoin(joined), above);
  }

  // Rows that an outer join keeps need not be kept where `above` lets none of them pass.
  void DropNullRows(const Conjuncts& above) {
    // It has to fail where a row has several matches.
    if (join_.kind == Join::Kind::kLeftSingle) return;
    const auto rejects = [&](bool left) {
      return std::any_of(above.begin(), above.end(), [&](const ExprPtr& expr) {
        return RejectsNulls(*expr, [&](int column) { return (column < left_width_) == left; });
      });
    };
    const bool keeps_left_rows = join_.keeps_left() && !rejects(false);
    const bool keeps_right_rows = join_.keeps_right() && !rejects(true);
    join_.kind = keeps_left_rows ? (keeps_right_rows ? Join::Kind::kFull : Join::Kind::kLeft)
                                 : (keeps_right_rows ? Join::Kind::kRight : Join::Kind::kInner);
  }

  void AddWeakened(Conjuncts* conjuncts) const {
    for (const bool left : {true, false}) {
      const Conjuncts weakened = Weaken(
          *conjuncts, [&](const Expr& expr) { return IsOfSide(expr, left) && CannotFail(expr); });
      AddNew(weakened, conjuncts);
    }
  }

  // What equal keys say of the one side by the conditions of the other.
  void AddImplied(const Conjuncts& equalities, Conjuncts* left, Conjuncts* right) const {
    if (!join_.keeps_unmatched_left()) {
      Conjuncts implied = ImpliedByEqualities(equalities, *right);
      AddNew(TakeSide(&implied, true), left);
    }
    if (!join_.keeps_right()) {
      Conjuncts implied = ImpliedByEqualities(equalities, *left);
      AddNew(TakeSide(&implied, false), right);
    }
  }

  // A condition on a merged key may as well be asked of the rows of each side: those that match
  // have the same key, so they stay or go together.
  void TakeMerged(const Conjuncts& equalities, Conjuncts* above, Conjuncts* left,
                  Conjuncts* right) const {
    Take(above, [&](const ExprPtr& expr) {
      for (const ExprPtr& equality : equalities) {
        std::optional<UnmergedCondition> unmerged = Unmerge(expr, *equality, left_width_);
        if (!unmerged) continue;
        AddNew({std::move(unmerged->left)}, left);
        AddNew({std::move(unmerged->right)}, right);
        return true;
      }
      return false;
    });
  }

  bool IsOfSide(const Expr& expr, bool left) const {
    std::vector<int> columns;
    CollectColumns(expr, &columns);
    return !columns.empty() && std::all_of(columns.begin(), columns.end(), [&](int column) {
      return (column < left_width_) == left;
    });
  }

  Conjuncts TakeSide(Conjuncts* conjuncts, bool left) const {
    return Take(conjuncts,
                [&](const ExprPtr& expr) { return IsOfSide(*expr, left) && !MayFail(*expr); });
  }

  // Columns of the right input, as it numbers them itself.
  ExprPtr ToRight(const ExprPtr& expr) const {
    return ReplaceColumns(expr, [&](const ExprPtr& column) {
      return MakeColumn(*node_->inputs[1]->schema, column->column - left_width_);
    });
  }

  ExprPtr ToLeft(const ExprPtr& expr) const {
    return ReplaceColumns(expr, [&](const ExprPtr& column) {
      return MakeColumn(*node_->inputs[0]->schema, column->column);
    });
  }

  void TakeKeys(Conjuncts* conjuncts) {
    Take(conjuncts, [&](const ExprPtr& expr) {
      bool null_safe = IsCall(*expr, kNullSafeEq);
      if (!null_safe && !IsCall(*expr, kEq)) return false;
      const ExprPtr &first = expr->args[0], &second = expr->args[1];
      bool straight = IsOfSide(*first, true) && IsOfSide(*second, false);
      bool crossed = IsOfSide(*first, false) && IsOfSide(*second, true);
      if (!straight && !crossed) return false;
      join_.left_keys.push_back(ToLeft(straight ? first : second));
      join_.right_keys.push_back(ToRight(straight ? second : first));
      join_.null_safe.push_back(null_safe);
      return true;
    });
  }

  Join join_;
  NodePtr node_;
  int left_width_;
};

NodePtr PushOp(const Join& join, const NodePtr& node, Conjuncts conjuncts) {
  return JoinPusher(join, node).Push(std::move(conjuncts));
}

// Conditions of inner joins, and of filters right below them, as one filter above: what one of them
// says of a column holds for the equal columns of all.
NodePtr LiftConditions(const NodePtr& root) {
  return RewriteBottomUp(root, [](const NodePtr& node) {
    const Join* const join = As<Join>(*node);
    if (join == nullptr || join->kind != Join::Kind::kInner) return node;
    Conjuncts lifted;
    std::vector<NodePtr> inputs;
    int width = 0;
    for (const NodePtr& input : node->inputs) {
      const Filter* const filter = As<Filter>(*input);
      const bool is_lifted = filter != nullptr && CannotFail(*filter->predicate) &&
                             As<Join>(*input->inputs[0]) != nullptr;
      if (is_lifted) {
        for (const ExprPtr& expr : SplitConjuncts(filter->predicate)) {
          lifted.push_back(ShiftColumns(expr, width));
        }
      }
      inputs.push_back(is_lifted ? input->inputs[0] : input);
      width += input->schema->num_fields();
    }
    Join left_over = *join;
    for (ExprPtr& expr : KeysAsConditions(inputs[0]->schema->num_fields(), &left_over)) {
      lifted.push_back(std::move(expr));
    }
    Conjuncts on = SplitConjuncts(join->residual);
    for (ExprPtr& expr : Take(&on, [](const ExprPtr& expr) { return CannotFail(*expr); })) {
      lifted.push_back(std::move(expr));
    }
    left_over.residual = JoinConjuncts(on);
    return MakeFilter(MakeJoin(inputs[0], inputs[1], std::move(left_over)), lifted);
  });
}

NodePtr Push(const NodePtr& node, Conjuncts conjuncts) {
  return std::visit([&](const auto& op) { return PushOp(op, node, std::move(conjuncts)); },
                    node->op);
}

}  // namespace

NodePtr PushFilters(const NodePtr& root) { return Push(LiftConditions(root), {}); }

}  // namespace tarn::plan
