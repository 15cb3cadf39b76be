#include <algorithm>
#include <set>

#include "plan/build_expr.h"
#include "plan/correlation.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/subquery.h"
#include "plan/unique_rows.h"
#include "plan/visit_exprs.h"

// Joins in the place of subqueries: a semi or anti join where a condition asks whether there are
// rows, a mark join where that is a value, an outer join for the value of a subquery.
namespace tarn::plan {
namespace {

using Exprs = std::vector<ExprPtr>;
using Kind = BoundSubquery::Kind;

bool IsSubquery(const Expr& expr) { return expr.kind == Expr::Kind::kSubquery; }

bool AsksForRows(const Expr& expr) {
  return IsSubquery(expr) && expr.subquery->kind != Kind::kScalar;
}

template <typename Op>
bool OpHasSubquery(const Op& op) {
  bool has_subquery = false;
  ForEachExpr(op, [&](const ExprPtr& expr) { has_subquery = has_subquery || HasSubquery(*expr); });
  return has_subquery;
}

// Whether `node` has exactly one row, whatever its inputs are.
bool AlwaysHasOneRow(const Node& node) {
  if (As<OneRow>(node) != nullptr) return true;
  if (const auto* aggregate = As<Aggregate>(node)) {
    return aggregate->keys.empty() && !aggregate->calls.empty();
  }
  if (As<Project>(node) != nullptr || As<Sort>(node) != nullptr)
    return AlwaysHasOneRow(*node.inputs[0]);
  return false;
}

// `node` without what changes nothing in whether it has rows.
NodePtr RowsOnly(const NodePtr& node) {
  const auto* limit = As<Limit>(*node);
  const auto* aggregate = As<Aggregate>(*node);
  const bool keeps_some = As<Project>(*node) != nullptr || As<Sort>(*node) != nullptr ||
                          (limit != nullptr && limit->num_rows > 0 && limit->offset == 0) ||
                          (aggregate != nullptr && !aggregate->keys.empty());
  return keeps_some ? RowsOnly(node->inputs[0]) : node;
}

// NOT (a AND b) as NOT a OR NOT b, and so on, where there are subqueries.
ExprPtr PushNot(const ExprPtr& expr) {
  if (!IsCall(*expr, kNot) || !HasSubquery(*expr)) return expr;
  const Expr& negated = *expr->args[0];
  if (IsCall(negated, kNot)) return PushNot(negated.args[0]);
  const bool is_and = IsCall(negated, kAnd);
  if (!is_and && !IsCall(negated, kOr)) return expr;
  Exprs args;
  for (const ExprPtr& arg : negated.args) args.push_back(PushNot(MakePredicate(kNot, {arg})));
  return MakePredicate(is_and ? kOr : kAnd, std::move(args));
}

Exprs SplitWithNot(const ExprPtr& predicate) {
  Exprs parts;
  for (const ExprPtr& conjunct : SplitConjuncts(predicate)) {
    const ExprPtr pushed = PushNot(conjunct);
    if (pushed == conjunct) {
      parts.push_back(conjunct);
      continue;
    }
    for (ExprPtr& part : SplitWithNot(pushed)) parts.push_back(std::move(part));
  }
  return parts;
}

// The first `num_columns` of `node`.
NodePtr FirstColumns(const NodePtr& node, int num_columns) {
  if (node->schema->num_fields() == num_columns) return node;
  std::vector<int> columns;
  for (int i = 0; i < num_columns; ++i) columns.push_back(i);
  return MakeProjectColumns(node, columns);
}

ExprPtr LastColumn(const Node& node) {
  return MakeColumn(*node.schema, node.schema->num_fields() - 1);
}

// Replaces the subqueries of one operator's expressions by columns that joins add to its input.
class Attacher {
 public:
  Attacher(NodePtr input, Diagnostics* diagnostics)
      : node_(std::move(input)), diagnostics_(diagnostics) {}

  const NodePtr& node() const { return node_; }
  void AddFilter(const Exprs& conjuncts) { node_ = MakeFilter(node_, conjuncts); }

  ExprPtr Rewrite(const ExprPtr& expr) {
    if (!HasSubquery(*expr)) return expr;
    if (IsCall(*expr, kNot)) {
      const ExprPtr pushed = PushNot(expr);
      if (pushed != expr) return Rewrite(pushed);
      if (AsksForRows(*expr->args[0])) return Value(*expr->args[0], true);
    }
    if (IsSubquery(*expr)) return Value(*expr, false);
    Exprs args;
    for (const ExprPtr& arg : expr->args) args.push_back(Rewrite(arg));
    return WithArgs(expr, std::move(args));
  }

  void RewriteAll(Exprs* exprs) {
    for (ExprPtr& expr : *exprs) expr = Rewrite(expr);
  }

  // `op` without subqueries.
  template <typename Op>
  Op RewriteOp(Op op) {
    ForEachExpr(op, [&](ExprPtr& expr) { expr = Rewrite(expr); });
    return op;
  }

  // Filters by [NOT] EXISTS or [NOT] IN. \return false: `conjunct` is something else
  bool FilterByRows(const ExprPtr& conjunct) {
    const bool is_not = IsCall(*conjunct, kNot);
    const Expr& asked = is_not ? *conjunct->args[0] : *conjunct;
    if (!AsksForRows(asked)) return false;
    const std::optional<Asked> query = Ask(asked);
    if (!query) return true;
    if (query->rows.empty) return false;
    JoinRows(*query, is_not ? Join::Kind::kLeftAnti : Join::Kind::kLeftSemi, is_not);
    return true;
  }

 private:
  // A query that is asked whether it has rows.
  struct Asked {
    Correlated rows;
    Exprs args;
    Exprs equal;  // pairs of values of IN, over args and outputs: left, right, left, …
  };

  // Subqueries in the arguments come first.
  Exprs ArgsOf(const Expr& subquery) {
    Exprs args = subquery.args;
    RewriteAll(&args);
    return args;
  }

  std::optional<Asked> Ask(const Expr& expr) {
    const BoundSubquery& subquery = *expr.subquery;
    Asked asked;
    asked.args = ArgsOf(expr);
    const Exprs values(asked.args.end() - static_cast<int64_t>(subquery.num_values),
                       asked.args.end());
    asked.args.resize(asked.args.size() - subquery.num_values);
    const bool is_in = subquery.kind == Kind::kIn;
    const NodePtr root =
        JoinSubqueries(is_in ? subquery.node : RowsOnly(subquery.node), diagnostics_);
    const OuterRows outer{node_, asked.args};
    std::optional<Correlated> rows = TakeApart(root, outer, subquery.at, diagnostics_);
    if (!rows) return std::nullopt;
    asked.rows = *std::move(rows);
    if (is_in && asked.rows.empty) asked.rows = WithRows(asked.rows, outer);
    for (size_t i = 0; i < subquery.num_values; ++i) {
      asked.equal.push_back(values[i]);
      asked.equal.push_back(asked.rows.outputs[i]);
    }
    return asked;
  }

  // Joins with the rows that match; `null_matches`: values of IN that are NULL equal every one.
  void JoinRows(const Asked& asked, Join::Kind kind, bool null_matches) {
    const int width = node_->schema->num_fields();
    Join join;
    join.kind = kind;
    Exprs on;
    for (const ExprPtr& condition : asked.rows.conditions) {
      on.push_back(OverBoth(condition, asked.args, width));
    }
    const bool is_one_value = asked.equal.size() == 2 && on.empty() && !HasOuter(*asked.equal[1]) &&
                              !MayFail(*asked.equal[1]);
    for (size_t i = 0; i < asked.equal.size(); i += 2) {
      const ExprPtr &left = asked.equal[i], &right = asked.equal[i + 1];
      const bool may_be_null = left->nullable || right->nullable;
      if (null_matches && may_be_null && is_one_value) {
        join.left_keys = {left};
        join.right_keys = {right};
        join.null_safe = {false};
        join.null_aware = true;
        continue;
      }
      ExprPtr equal = MakePredicate(kEq, {left, OverBoth(right, asked.args, width)});
      if (null_matches && may_be_null) {
        equal = MakePredicate(kOr, {equal, MakePredicate(kIsNull, {equal})});
      }
      on.push_back(std::move(equal));
    }
    join.residual = JoinConjuncts(on);
    node_ = MakeJoin(node_, asked.rows.node, std::move(join));
  }

  ExprPtr Value(const Expr& expr, bool is_negated) {
    return AsksForRows(expr) ? ValueOfRows(expr, is_negated) : ValueOfScalar(expr);
  }

  // [NOT] EXISTS and [NOT] IN as a value; it is never NULL, as Spark has it.
  ExprPtr ValueOfRows(const Expr& expr, bool is_negated) {
    const ExprPtr null = MakeLiteral(arrow::MakeNullScalar(arrow::boolean()), expr.at);
    const std::optional<Asked> asked = Ask(expr);
    if (!asked) return null;
    const bool is_null_in = asked->equal.size() == 2 && IsLiteral(*asked->equal[0]) &&
                            !asked->equal[0]->literal->is_valid;
    if (is_null_in && !is_negated) return null;
    ExprPtr value;
    if (asked->rows.empty) {
      value = ExistsOfOneRow(*asked);
    } else if (asked->equal.empty() && asked->rows.conditions.empty() &&
               AlwaysHasOneRow(*asked->rows.node)) {
      value = MakeLiteral(std::make_shared<arrow::BooleanScalar>(true));
    } else {
      JoinRows(*asked, Join::Kind::kLeftMark, is_negated);
      value = LastColumn(*node_);
    }
    return is_negated ? MakePredicate(kNot, {value}) : value;
  }

  // Whether the one row of an aggregate passes its HAVING.
  ExprPtr ExistsOfOneRow(const Asked& asked) {
    const ExprPtr yes = MakeLiteral(std::make_shared<arrow::BooleanScalar>(true));
    const ExprPtr no = MakeLiteral(std::make_shared<arrow::BooleanScalar>(false));
    if (asked.rows.having.empty()) return yes;
    const ExprPtr marker = JoinOneRow(asked.rows, asked.args, {});
    const ExprPtr having = ToColumns(JoinConjuncts(asked.rows.having), asked.args);
    const ExprPtr empty = ReplaceOuter(JoinConjuncts(asked.rows.empty_having), asked.args);
    return MakeChoice(MakeChoice(marker, having, empty), yes, no);
  }

  // An outer join with `rows` and a marker, which is not NULL where there is a match.
  ExprPtr JoinOneRow(const Correlated& rows, const Exprs& args, const sql::Location& at) {
    first_right_ = node_->schema->num_fields();
    const NodePtr right = WithMarker(rows.node);
    Join join;
    join.at = at;
    Exprs on;
    std::set<int> keys;
    for (const ExprPtr& condition : rows.conditions) {
      on.push_back(OverBoth(condition, args, first_right_));
      const bool is_equal = IsCall(*condition, kEq) || IsCall(*condition, kNullSafeEq);
      for (const ExprPtr& side : condition->args) {
        if (is_equal && IsColumn(*side)) keys.insert(side->column);
      }
    }
    join.residual = JoinConjuncts(on);
    join.kind = IsUnique(*right, keys, nullptr) ? Join::Kind::kLeft : Join::Kind::kLeftSingle;
    node_ = MakeJoin(node_, right, std::move(join));
    return LastColumn(*node_);
  }

  // `expr` over the rows of JoinOneRow, as they are in node_.
  ExprPtr ToColumns(const ExprPtr& expr, const Exprs& args) const {
    const ExprPtr over_both = ReplaceColumns(expr, [&](const ExprPtr& column) {
      return MakeColumn(*node_->schema, column->column + first_right_);
    });
    return ReplaceOuter(over_both, args);
  }

  ExprPtr ValueOfScalar(const Expr& expr) {
    const BoundSubquery& subquery = *expr.subquery;
    const ExprPtr null = MakeLiteral(arrow::MakeNullScalar(expr.type), expr.at);
    const Exprs args = ArgsOf(expr);
    const NodePtr root = JoinSubqueries(subquery.node, diagnostics_);
    const std::optional<Correlated> rows =
        TakeApart(root, {node_, args}, subquery.at, diagnostics_);
    if (!rows) return null;
    const ExprPtr& output = rows->outputs[0];
    if (As<OneRow>(*rows->node) != nullptr && rows->conditions.empty()) {
      return ReplaceOuter(output, args);
    }
    if (rows->conditions.empty() && AlwaysHasOneRow(*rows->node) && !rows->empty) {
      const int width = node_->schema->num_fields();
      node_ = MakeJoin(node_, rows->node, Join{});
      return OverBoth(output, args, width);
    }
    const ExprPtr marker = JoinOneRow(*rows, args, subquery.at);
    ExprPtr value = ToColumns(output, args);
    if (!rows->empty) return IsColumn(*output) ? value : MakeChoice(marker, value, null);
    // Where no aggregate has a value of no rows, the outer join's NULLs are those of `empty`.
    const ExprPtr of_nulls = ReplaceColumns(output, [](const ExprPtr& column) {
      return MakeLiteral(arrow::MakeNullScalar(column->type));
    });
    if (rows->having.empty() && Equal(*of_nulls, *(*rows->empty)[0])) return value;
    ExprPtr empty = CastTo(ReplaceOuter((*rows->empty)[0], args), expr.type);
    if (rows->having.empty()) return MakeChoice(marker, value, empty);
    value = MakeChoice(ToColumns(JoinConjuncts(rows->having), args), value, null);
    empty = MakeChoice(ReplaceOuter(JoinConjuncts(rows->empty_having), args), empty, null);
    return MakeChoice(marker, value, empty);
  }

  NodePtr node_;
  Diagnostics* const diagnostics_;
  int first_right_ = 0;  // of the last JoinOneRow
};

class SubqueryJoiner {
 public:
  explicit SubqueryJoiner(Diagnostics* diagnostics) : diagnostics_(diagnostics) {}

  NodePtr Rewrite(const NodePtr& node) {
    return RewriteBottomUp(node, [this](const NodePtr& rewritten) {
      return std::visit([&](const auto& op) { return RewriteOp(op, rewritten); }, rewritten->op);
    });
  }

 private:
  NodePtr RewriteOp(const auto&, const NodePtr& node) { return node; }

  NodePtr RewriteOp(const Filter& filter, const NodePtr& node) {
    if (!HasSubquery(*filter.predicate)) return node;
    Exprs plain, others;
    for (ExprPtr& part : SplitWithNot(filter.predicate)) {
      (HasSubquery(*part) ? others : plain).push_back(std::move(part));
    }
    Attacher input(MakeFilter(node->inputs[0], plain), diagnostics_);
    Exprs left;
    for (const ExprPtr& conjunct : others) {
      if (!input.FilterByRows(conjunct)) left.push_back(conjunct);
    }
    input.RewriteAll(&left);
    input.AddFilter(left);
    return FirstColumns(input.node(), node->schema->num_fields());
  }

  NodePtr RewriteOp(const Project& project, const NodePtr& node) {
    if (!OpHasSubquery(project)) return node;
    Attacher input(node->inputs[0], diagnostics_);
    Project rewritten = input.RewriteOp(project);
    return MakeProject(input.node(), std::move(rewritten.exprs), node->schema->field_names());
  }

  NodePtr RewriteOp(const Aggregate& aggregate, const NodePtr& node) {
    if (!OpHasSubquery(aggregate)) return node;
    Attacher input(node->inputs[0], diagnostics_);
    Aggregate rewritten = input.RewriteOp(aggregate);
    return MakeAggregate(input.node(), std::move(rewritten), node->schema->field_names());
  }

  NodePtr RewriteOp(const SameAsAny<Generate, RowNumber, Window> auto& op, const NodePtr& node) {
    if (!OpHasSubquery(op)) return node;
    Attacher input(node->inputs[0], diagnostics_);
    auto rewritten = input.RewriteOp(op);
    return WithoutGained(WithOp(*node, input.node(), std::move(rewritten)), *node);
  }

  // The columns that `old` has of an operator that adds some behind its input's.
  static NodePtr WithoutGained(const NodePtr& node, const Node& old) {
    const int input_width = old.inputs[0]->schema->num_fields();
    const int gained = node->schema->num_fields() - old.schema->num_fields();
    std::vector<int> columns;
    for (int i = 0; i < old.schema->num_fields(); ++i) {
      columns.push_back(i < input_width ? i : i + gained);
    }
    return MakeProjectColumns(node, columns);
  }

  NodePtr RewriteOp(const Sort& sort, const NodePtr& node) {
    if (!OpHasSubquery(sort)) return node;
    Attacher input(node->inputs[0], diagnostics_);
    Sort rewritten = input.RewriteOp(sort);
    return FirstColumns(MakeSort(input.node(), std::move(rewritten)), node->schema->num_fields());
  }

  NodePtr RewriteOp(const Join& join, const NodePtr& node) {
    if (join.residual == nullptr || !HasSubquery(*join.residual)) return node;
    if (join.kind == Join::Kind::kInner) {
      Exprs on, asked;
      for (ExprPtr& part : SplitWithNot(join.residual)) {
        (HasSubquery(*part) ? asked : on).push_back(std::move(part));
      }
      Join joined = join;
      joined.residual = JoinConjuncts(on);
      const NodePtr rows = MakeJoin(node->inputs[0], node->inputs[1], std::move(joined));
      const NodePtr filtered = MakeFilter(rows, asked);
      return RewriteOp(*As<Filter>(*filtered), filtered);
    }
    return JoinWithSubqueries(join, *node);
  }

  // Of an outer, semi or anti join: the subqueries are computed on the side that they read.
  NodePtr JoinWithSubqueries(const Join& join, const Node& node) {
    const int left_width = node.inputs[0]->schema->num_fields();
    const int right_width = node.inputs[1]->schema->num_fields();
    Attacher left(node.inputs[0], diagnostics_), right(node.inputs[1], diagnostics_);
    Exprs on;  // columns of the right side follow those of the left one with what it gains
    for (const ExprPtr& part : SplitWithNot(join.residual)) {
      on.push_back(RewriteSides(part, left_width, &left, &right));
    }
    const int gained = left.node()->schema->num_fields() - left_width;
    for (ExprPtr& part : on) {
      part = ReplaceColumns(part, [&](const ExprPtr& column) {
        // RewriteSides gives those of the right side negative numbers.
        const int place =
            column->column >= 0 ? column->column : left_width + gained - 1 - column->column;
        return MakeColumn(place, column->type, column->nullable, column->at);
      });
    }
    Join joined = join;
    joined.residual = JoinConjuncts(on);
    joined.column_names.clear();
    const NodePtr rows = MakeJoin(left.node(), right.node(), std::move(joined));
    std::vector<int> columns;
    for (int i = 0; i < left_width; ++i) columns.push_back(i);
    for (int i = 0; !join.is_existence() && i < right_width; ++i) {
      columns.push_back(left_width + gained + i);
    }
    return MakeProjectColumns(rows, columns);
  }

  // `expr` of an ON condition, subqueries being columns: those of the left side by their number,
  // right ones as -1, -2, …
  ExprPtr RewriteSides(const ExprPtr& expr, int left_width, Attacher* left, Attacher* right) {
    const auto number_right = [](const ExprPtr& column, int first) {
      return MakeColumn(-1 - (column->column - first), column->type, column->nullable, column->at);
    };
    const bool is_asked = IsSubquery(*expr) || (IsCall(*expr, kNot) && AsksForRows(*expr->args[0]));
    if (IsColumn(*expr)) return expr->column < left_width ? expr : number_right(expr, left_width);
    if (!is_asked) {
      Exprs args;
      for (const ExprPtr& arg : expr->args) {
        args.push_back(RewriteSides(arg, left_width, left, right));
      }
      return args.empty() ? expr : WithArgs(expr, std::move(args));
    }
    std::vector<int> columns;
    CollectColumns(*expr, &columns);
    const auto is_left = [&](int column) { return column < left_width; };
    const bool of_left = std::all_of(columns.begin(), columns.end(), is_left);
    if (of_left && !columns.empty()) return left->Rewrite(expr);
    if (std::any_of(columns.begin(), columns.end(), is_left)) {
      diagnostics_->Add(expr->at, "a subquery in ON reads both sides of the join",
                        "use an inner join, or compute it in a subquery of one side");
      return MakeLiteral(arrow::MakeNullScalar(expr->type));
    }
    const ExprPtr value = right->Rewrite(ShiftColumns(expr, -left_width));
    return ReplaceColumns(value, [&](const ExprPtr& column) { return number_right(column, 0); });
  }

  Diagnostics* const diagnostics_;
};

}  // namespace

bool HasSubquery(const Expr& expr) {
  return IsSubquery(expr) || std::any_of(expr.args.begin(), expr.args.end(),
                                         [](const ExprPtr& arg) { return HasSubquery(*arg); });
}

NodePtr JoinSubqueries(const NodePtr& root, Diagnostics* diagnostics) {
  return SubqueryJoiner(diagnostics).Rewrite(root);
}

NodePtr JoinLateral(const NodePtr& left, const LateralQuery& right, Join::Kind kind,
                    const ExprPtr& on, Diagnostics* diagnostics) {
  const NodePtr root = JoinSubqueries(right.node, diagnostics);
  const OuterRows outer{left, right.outer};
  std::optional<Correlated> rows = TakeApart(root, outer, right.at, diagnostics);
  if (!rows) return nullptr;
  if (rows->empty) rows = WithRows(*rows, outer);
  const int width = left->schema->num_fields();
  const NodePtr marked = WithMarker(rows->node);
  Exprs both = ColumnsOf(*left->schema);
  for (const ExprPtr& output : rows->outputs) both.push_back(OverBoth(output, right.outer, width));
  Exprs conditions;
  for (const ExprPtr& condition : rows->conditions) {
    conditions.push_back(OverBoth(condition, right.outer, width));
  }
  if (on != nullptr) {
    conditions.push_back(
        ReplaceColumns(on, [&](const ExprPtr& column) { return both[column->column]; }));
  }
  Join join;
  join.kind = kind;
  join.residual = JoinConjuncts(conditions);
  const NodePtr joined = MakeJoin(left, marked, std::move(join));
  std::vector<std::string> names = left->schema->field_names();
  for (const std::string& name : root->schema->field_names()) names.push_back(name);
  const ExprPtr marker = LastColumn(*joined);
  for (size_t i = width; i < both.size(); ++i) {
    const bool is_column = IsColumn(*both[i]);
    both[i] = ReplaceColumns(both[i], [&](const ExprPtr& column) {
      return MakeColumn(*joined->schema, column->column);
    });
    if (is_column || kind == Join::Kind::kInner) continue;
    const ExprPtr null = MakeLiteral(arrow::MakeNullScalar(both[i]->type));
    both[i] = MakeChoice(marker, both[i], null);
  }
  return MakeProject(joined, std::move(both), names);
}

}  // namespace tarn::plan
