#include "plan/correlation.h"

#include <arrow/array/util.h>

#include <algorithm>

#include "plan/build_expr.h"
#include "plan/factor_or.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/subquery.h"
#include "plan/visit_exprs.h"
#include "rows/row_key.h"

namespace tarn::plan {
namespace {

using Exprs = std::vector<ExprPtr>;

bool IsCorrelated(const Node& root) {
  bool found = false;
  VisitExprs(root, [&](const Expr& expr) { found = found || expr.kind == Expr::Kind::kOuter; });
  return found;
}

bool HasColumn(const Expr& expr) {
  std::vector<int> columns;
  CollectColumns(expr, &columns);
  return !columns.empty();
}

bool AnyHasOuter(const Exprs& exprs) {
  return std::any_of(exprs.begin(), exprs.end(),
                     [](const ExprPtr& expr) { return HasOuter(*expr); });
}

ExprPtr Substitute(const ExprPtr& expr, const Exprs& exprs) {
  return ReplaceColumns(expr, [&](const ExprPtr& column) { return exprs[column->column]; });
}

Exprs SubstituteAll(Exprs list, const Exprs& exprs) {
  for (ExprPtr& expr : list) expr = Substitute(expr, exprs);
  return list;
}

// \return whether the operator has values of outer rows then
template <typename Op>
bool SubstituteIn(Op* op, const Exprs& exprs) {
  bool has_outer = false;
  ForEachExpr(*op, [&](ExprPtr& expr) {
    expr = Substitute(expr, exprs);
    has_outer = has_outer || HasOuter(*expr);
  });
  return has_outer;
}

Exprs ShiftAll(Exprs exprs, int offset) {
  for (ExprPtr& expr : exprs) expr = ShiftColumns(expr, offset);
  return exprs;
}

void Append(const Exprs& more, Exprs* exprs) {
  exprs->insert(exprs->end(), more.begin(), more.end());
}

Exprs FirstColumns(const Node& node, size_t count) {
  Exprs columns;
  for (size_t i = 0; i < count; ++i)
    columns.push_back(MakeColumn(*node.schema, static_cast<int>(i)));
  return columns;
}

// A condition `inner = outer`, which says what the rows of one outer row have in common.
struct Equality {
  ExprPtr inner;  // has no kOuter
  ExprPtr outer;  // has no columns
  const Function* function;
};

std::optional<Equality> EqualityOf(const Expr& condition) {
  const bool is_equal = IsCall(condition, kEq) || IsCall(condition, kNullSafeEq);
  if (!is_equal) return std::nullopt;
  const ExprPtr &first = condition.args[0], &second = condition.args[1];
  if (!HasOuter(*first) && !HasColumn(*second)) return Equality{first, second, condition.function};
  if (!HasOuter(*second) && !HasColumn(*first)) return Equality{second, first, condition.function};
  return std::nullopt;
}

// Those that read columns of the query; none when one of them is no equality.
std::optional<std::vector<Equality>> EqualitiesOf(const Exprs& conditions) {
  std::vector<Equality> equalities;
  for (const ExprPtr& condition : conditions) {
    if (!HasColumn(*condition)) continue;
    std::optional<Equality> equality = EqualityOf(*condition);
    if (!equality) return std::nullopt;
    equalities.push_back(*std::move(equality));
  }
  return equalities;
}

Exprs InnerSides(const std::vector<Equality>& equalities) {
  Exprs sides;
  for (const Equality& equality : equalities) sides.push_back(equality.inner);
  return sides;
}

// The index of `key` among `keys`, where it is added if it is not there.
int AddKey(const ExprPtr& key, Exprs* keys) {
  size_t i = 0;
  while (i < keys->size() && !Equal(*(*keys)[i], *key)) ++i;
  if (i == keys->size()) keys->push_back(key);
  return static_cast<int>(i);
}

// A query whose rows have its outputs, and then the values of the outer row that they are for.
Correlated OfColumns(const NodePtr& node, size_t num_outputs, const OuterRows& outer) {
  Correlated result{node, FirstColumns(*node, num_outputs), {}};
  for (size_t i = 0; i < outer.args.size(); ++i) {
    auto value =
        std::make_shared<Expr>(*MakeColumn(static_cast<int>(i), outer.args[i]->type, true));
    value->kind = Expr::Kind::kOuter;
    const ExprPtr column = MakeColumn(*node->schema, static_cast<int>(num_outputs + i));
    result.conditions.push_back(MakePredicate(kNullSafeEq, {column, std::move(value)}));
  }
  return result;
}

// What an aggregate gives of no rows.
ExprPtr ValueOfNoRows(const AggregateCall& call) {
  if (call.type->id() == arrow::Type::LIST) {
    auto none = arrow::MakeEmptyArray(call.type->field(0)->type());
    if (none.ok()) return MakeLiteral(std::make_shared<arrow::ListScalar>(*none, call.type));
  }
  if (call.type->id() == arrow::Type::BINARY && !call.nullable) {
    // A bitmap; of `and` all bits are in it.
    constexpr size_t kBitmapBytes = 4096;
    const char byte = call.function->name == "bitmap_and_agg" ? '\xff' : '\0';
    return MakeLiteral(std::make_shared<arrow::BinaryScalar>(std::string(kBitmapBytes, byte)));
  }
  if (!call.nullable) {
    arrow::Result<std::shared_ptr<arrow::Scalar>> zero = arrow::MakeScalar(call.type, 0);
    if (zero.ok()) return MakeLiteral(*zero);
  }
  return MakeLiteral(arrow::MakeNullScalar(call.type));
}

class Separator {
 public:
  Separator(const OuterRows& outer, sql::Location at, Diagnostics* diagnostics)
      : outer_(outer), at_(std::move(at)), diagnostics_(diagnostics) {}

  std::optional<Correlated> Of(const NodePtr& node) {
    if (!IsCorrelated(*node)) return Correlated{node, ColumnsOf(*node->schema), {}};
    return std::visit([&](const auto& op) { return OfOp(op, *node); }, node->op);
  }

 private:
  using Result = std::optional<Correlated>;

  Result Refuse(const char* what, const char* hint) {
    diagnostics_->Add(at_, what, hint);
    return std::nullopt;
  }

  // As Of, with plain columns and nothing but equalities with outer values as conditions.
  Result OfEqualities(const NodePtr& node) {
    Result query = Of(node);
    if (!query) return query;
    const bool is_plain = !query->empty && !AnyHasOuter(query->outputs) &&
                          EqualitiesOf(query->conditions).has_value();
    return is_plain ? query : WithRows(*query, outer_);
  }

  // Nothing below these is correlated, so they are never asked.
  Result OfOp(const Scan&, const Node&) { return std::nullopt; }
  Result OfOp(const TableInput&, const Node&) { return std::nullopt; }
  Result OfOp(const OneRow&, const Node&) { return std::nullopt; }
  Result OfOp(const Range&, const Node&) { return std::nullopt; }
  Result OfOp(const TopRow&, const Node&) { return std::nullopt; }

  Result OfOp(const Filter& filter, const Node& node) {
    Result query = Of(node.inputs[0]);
    if (!query) return query;
    Exprs kept;
    for (const ExprPtr& written : SplitConjuncts(filter.predicate)) {
      for (const ExprPtr& part : FactorOr(written)) {
        const ExprPtr condition = Substitute(part, query->outputs);
        if (query->empty) {
          query->having.push_back(condition);
          query->empty_having.push_back(Substitute(part, *query->empty));
        } else {
          (HasOuter(*condition) ? query->conditions : kept).push_back(condition);
        }
      }
    }
    query->node = MakeFilter(query->node, kept);
    return query;
  }

  Result OfOp(const Project& project, const Node& node) {
    Result query = Of(node.inputs[0]);
    if (!query) return query;
    if (query->empty) query->empty = SubstituteAll(project.exprs, *query->empty);
    query->outputs = SubstituteAll(project.exprs, query->outputs);
    return query;
  }

  // Of a collection that depends on the outer row: for each of the distinct outer rows.
  Result OfOp(const Generate& generate, const Node& node) {
    Result query = Of(node.inputs[0]);
    if (!query) return query;
    Generate generated = generate;
    generated.collection = Substitute(generate.collection, query->outputs);
    if (query->empty || HasOuter(*generated.collection)) {
      for (const ExprPtr& arg : outer_.args) {
        if (IsOrderable(*arg->type)) continue;
        return Refuse("a subquery makes rows of a MAP of the query around it",
                      "use LATERAL VIEW explode(…), or map_entries of the MAP");
      }
      query = WithRows(*query, outer_);
      generated.collection =
          ReplaceOuter(Substitute(generate.collection, query->outputs), OuterColumns(*query));
    }
    SetNodeThatAdds(WithOp(node, query->node, std::move(generated)), &*query);
    return query;
  }

  Result OfOp(const Aggregate& aggregate, const Node& node) {
    Result query = OfEqualities(node.inputs[0]);
    if (!query) return query;
    const std::vector<Equality> equalities = *EqualitiesOf(query->conditions);
    Aggregate grouped = aggregate;
    if (SubstituteIn(&grouped, query->outputs)) {
      return Refuse("a subquery aggregates values of the query around it",
                    "use columns of the outer query in WHERE or HAVING of the subquery alone");
    }
    const auto num_keys = static_cast<int>(grouped.keys.size());
    std::vector<int> key_of;  // by equality
    for (const Equality& equality : equalities) {
      key_of.push_back(AddKey(equality.inner, &grouped.keys));
    }
    const int num_added = static_cast<int>(grouped.keys.size()) - num_keys;
    std::vector<std::string> names = node.schema->field_names();
    names.insert(names.begin() + num_keys, num_added, "");
    Correlated result;
    result.node = MakeAggregate(query->node, std::move(grouped), names);
    for (int i = 0; i < node.schema->num_fields(); ++i) {
      result.outputs.push_back(MakeColumn(*result.node->schema, i < num_keys ? i : i + num_added));
    }
    for (const ExprPtr& condition : query->conditions) {
      if (!HasColumn(*condition)) result.conditions.push_back(condition);
    }
    for (size_t i = 0; i < equalities.size(); ++i) {
      result.conditions.push_back(
          MakePredicate(*equalities[i].function,
                        {MakeColumn(*result.node->schema, key_of[i]), equalities[i].outer}));
    }
    if (num_keys > 0 || aggregate.calls.empty()) return result;
    result.empty.emplace();
    for (const AggregateCall& call : aggregate.calls) result.empty->push_back(ValueOfNoRows(call));
    return result;
  }

  Result OfOp(const RowNumber& numbered, const Node& node) { return OfPartitions(numbered, node); }
  Result OfOp(const Window& window, const Node& node) { return OfPartitions(window, node); }

  // The rows of each outer row are a partition, or several.
  template <typename Op>
  Result OfPartitions(Op partitioned, const Node& node) {
    Result query = OfEqualities(node.inputs[0]);
    if (!query) return query;
    if (SubstituteIn(&partitioned, query->outputs)) return RefuseOrder();
    Append(InnerSides(*EqualitiesOf(query->conditions)), &partitioned.partition_by);
    SetNodeThatAdds(WithOp(node, query->node, std::move(partitioned)), &*query);
    return query;
  }

  // The columns behind those of the node before are outputs.
  static void SetNodeThatAdds(NodePtr node, Correlated* query) {
    for (int i = query->node->schema->num_fields(); i < node->schema->num_fields(); ++i) {
      query->outputs.push_back(MakeColumn(*node->schema, i));
    }
    query->node = std::move(node);
  }

  Result RefuseOrder() {
    return Refuse("a subquery orders or partitions by values of the query around it",
                  "use columns of the outer query in WHERE or HAVING of the subquery alone");
  }

  // Without a LIMIT the order of a subquery's rows does not count.
  Result OfOp(const Sort&, const Node& node) { return Of(node.inputs[0]); }

  // The first rows of each outer row.
  Result OfOp(const Limit& limit, const Node& node) {
    const auto* sort = As<Sort>(*node.inputs[0]);
    Result query = OfEqualities(node.inputs[0]);
    if (!query) return query;
    RowNumber numbered;
    numbered.partition_by = InnerSides(*EqualitiesOf(query->conditions));
    if (sort != nullptr) numbered.order_by = sort->keys;
    for (SortKey& key : numbered.order_by) {
      key.expr = Substitute(key.expr, query->outputs);
      if (HasOuter(*key.expr)) return RefuseOrder();
    }
    if (numbered.partition_by.empty()) {
      if (sort != nullptr) query->node = MakeSort(query->node, {numbered.order_by});
      query->node = MakeLimit(query->node, limit);
      return query;
    }
    if (sort == nullptr) numbered.order_by.push_back({numbered.partition_by[0], false, true});
    query->node = MakeRowNumber(query->node, std::move(numbered), "row_number()");
    const ExprPtr number = MakeColumn(*query->node->schema, query->node->schema->num_fields() - 1);
    const auto at_most = [&](int64_t rows) {
      const int64_t most = std::min<int64_t>(rows, std::numeric_limits<int32_t>::max());
      return MakePredicate(
          kLe,
          {number, MakeLiteral(std::make_shared<arrow::Int32Scalar>(static_cast<int32_t>(most)))});
    };
    Exprs conditions = {at_most(limit.num_read())};
    if (limit.offset > 0) conditions.push_back(MakePredicate(kNot, {at_most(limit.offset)}));
    query->node = MakeFilter(query->node, conditions);
    return query;
  }

  // All arms with the values of the outer row that each of their rows is for.
  Result OfOp(const UnionAll&, const Node& node) {
    std::vector<NodePtr> arms;
    const auto num_columns = static_cast<size_t>(node.schema->num_fields());
    for (const NodePtr& input : node.inputs) {
      Result query = Of(input);
      if (!query) return query;
      const Correlated rows = WithRows(*query, outer_);
      Exprs exprs = rows.outputs;
      Append(InnerSides(*EqualitiesOf(rows.conditions)), &exprs);
      std::vector<std::string> names = node.schema->field_names();
      names.resize(exprs.size());
      arms.push_back(MakeProject(rows.node, std::move(exprs), names));
    }
    return OfColumns(MakeUnionAll(std::move(arms)), num_columns, outer_);
  }

  // Where the outer values are columns of the rows of `query`: these, by their number.
  Exprs OuterColumns(const Correlated& query) const {
    Exprs columns;
    for (const ExprPtr& condition : query.conditions) columns.push_back(condition->args[0]);
    return columns;
  }

  Result OfOp(const Join& join, const Node& node) {
    Result left = Of(node.inputs[0]);
    Result right = Of(node.inputs[1]);
    if (!left || !right) return std::nullopt;
    if (left->empty) left = WithRows(*left, outer_);
    if (right->empty) right = WithRows(*right, outer_);
    if (join.kind == Join::Kind::kInner) return OfInner(join, *left, *right);
    const bool left_only = !IsCorrelated(*node.inputs[1]) && !HasCorrelatedCondition(join, *left);
    if (join.keeps_right()) {
      return Refuse("a subquery has a RIGHT or FULL JOIN of rows that depend on the outer query",
                    "write it as LEFT JOIN with the sides swapped, or filter after the join");
    }
    if (!left_only) left = WithRows(*left, outer_);
    if (AnyHasOuter(right->outputs)) {
      return Refuse("a subquery has an outer join of values of the query around it",
                    "select these values after the join");
    }
    return OfLeft(join, *left, *right, left_only ? Exprs() : OuterColumns(*left));
  }

  static bool HasCorrelatedCondition(const Join& join, const Correlated& left) {
    return (join.residual != nullptr && HasOuter(*join.residual)) || AnyHasOuter(join.left_keys) ||
           AnyHasOuter(join.right_keys) || AnyHasOuter(left.outputs);
  }

  // The conditions of `join` over the nodes of both sides.
  static Exprs ConditionsOf(const Join& join, const Correlated& left, const Correlated& right) {
    const int left_width = left.node->schema->num_fields();
    const Exprs right_outputs = ShiftAll(right.outputs, left_width);
    Exprs both = left.outputs;
    Append(right_outputs, &both);
    Exprs conditions = ShiftAll(right.conditions, left_width);
    for (size_t i = 0; i < join.left_keys.size(); ++i) {
      conditions.push_back(MakePredicate(join.null_safe[i] ? kNullSafeEq : kEq,
                                         {Substitute(join.left_keys[i], left.outputs),
                                          Substitute(join.right_keys[i], right_outputs)}));
    }
    for (const ExprPtr& part : SplitConjuncts(join.residual)) {
      conditions.push_back(Substitute(part, both));
    }
    return conditions;
  }

  static Result OfInner(const Join& join, const Correlated& left, const Correlated& right) {
    Correlated result;
    result.conditions = left.conditions;
    Exprs on;
    for (const ExprPtr& condition : ConditionsOf(join, left, right)) {
      (HasOuter(*condition) ? result.conditions : on).push_back(condition);
    }
    Join joined;
    joined.residual = JoinConjuncts(on);
    result.node = MakeJoin(left.node, right.node, std::move(joined));
    result.outputs = left.outputs;
    Append(ShiftAll(right.outputs, left.node->schema->num_fields()), &result.outputs);
    return result;
  }

  // `outer`: columns of `left` in the place of outer values.
  static Result OfLeft(const Join& join, const Correlated& left, const Correlated& right,
                       const Exprs& outer) {
    Join joined;
    joined.kind = join.kind;
    if (join.null_aware) {
      // Its right side is not correlated.
      joined = join;
      joined.left_keys = {ReplaceOuter(Substitute(join.left_keys[0], left.outputs), outer)};
      joined.column_names.clear();
    } else {
      Exprs on = ConditionsOf(join, left, right);
      for (ExprPtr& condition : on) condition = ReplaceOuter(condition, outer);
      joined.residual = JoinConjuncts(on);
    }
    Correlated result;
    result.node = MakeJoin(left.node, right.node, std::move(joined));
    result.conditions = left.conditions;
    result.outputs = left.outputs;
    const int left_width = left.node->schema->num_fields();
    if (join.kind == Join::Kind::kLeftMark) {
      result.outputs.push_back(MakeColumn(*result.node->schema, left_width));
    } else if (!join.is_existence()) {
      for (const ExprPtr& output : ShiftAll(right.outputs, left_width)) {
        result.outputs.push_back(ReplaceColumns(output, [&](const ExprPtr& column) {
          return MakeColumn(*result.node->schema, column->column);
        }));
      }
    }
    return result;
  }

  const OuterRows& outer_;
  const sql::Location at_;
  Diagnostics* const diagnostics_;
};

// The rows of `query` for each of the distinct outer values, which come first.
NodePtr RowsByOuter(const Correlated& query, const NodePtr& distinct, const Exprs& columns) {
  const auto width = static_cast<int>(columns.size());
  Join join;
  Exprs on;
  for (const ExprPtr& condition : query.conditions) {
    on.push_back(OverBoth(condition, columns, width));
  }
  join.residual = JoinConjuncts(on);
  join.kind = query.empty ? Join::Kind::kLeft : Join::Kind::kInner;
  return MakeJoin(distinct, query.empty ? WithMarker(query.node) : query.node, std::move(join));
}

}  // namespace

bool HasOuter(const Expr& expr) {
  return expr.kind == Expr::Kind::kOuter ||
         std::any_of(expr.args.begin(), expr.args.end(),
                     [](const ExprPtr& arg) { return HasOuter(*arg); });
}

std::optional<Correlated> TakeApart(const NodePtr& root, const OuterRows& outer,
                                    const sql::Location& at, Diagnostics* diagnostics) {
  return Separator(outer, at, diagnostics).Of(root);
}

Correlated WithRows(const Correlated& query, const OuterRows& outer) {
  std::vector<std::string> names(outer.args.size());
  const NodePtr distinct = MakeAggregate(outer.node, {outer.args, {}}, names);
  const Exprs columns = ColumnsOf(*distinct->schema);
  const auto width = static_cast<int>(columns.size());
  NodePtr rows = RowsByOuter(query, distinct, columns);
  Exprs outputs;
  for (const ExprPtr& output : query.outputs) outputs.push_back(OverBoth(output, columns, width));
  if (query.empty) {
    const ExprPtr marker = MakeColumn(*rows->schema, rows->schema->num_fields() - 1);
    Exprs kept, kept_empty;
    for (const ExprPtr& expr : query.having) kept.push_back(OverBoth(expr, columns, width));
    for (const ExprPtr& expr : query.empty_having) {
      kept_empty.push_back(OverBoth(expr, columns, width));
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = MakeChoice(marker, outputs[i], OverBoth((*query.empty)[i], columns, width));
    }
    if (!kept.empty()) {
      rows = MakeFilter(rows, {MakeChoice(marker, JoinConjuncts(kept), JoinConjuncts(kept_empty))});
    }
  }
  const size_t num_outputs = outputs.size();
  Append(columns, &outputs);
  names.assign(outputs.size(), "");
  return OfColumns(MakeProject(rows, std::move(outputs), names), num_outputs, outer);
}

ExprPtr ReplaceOuter(const ExprPtr& expr, const std::vector<ExprPtr>& args) {
  if (expr->kind == Expr::Kind::kOuter) return args[expr->column];
  if (!HasOuter(*expr)) return expr;
  Exprs replaced;
  for (const ExprPtr& arg : expr->args) replaced.push_back(ReplaceOuter(arg, args));
  return WithArgs(expr, std::move(replaced));
}

ExprPtr OverBoth(const ExprPtr& expr, const std::vector<ExprPtr>& args, int left_width) {
  return ReplaceOuter(ShiftColumns(expr, left_width), args);
}

ExprPtr MakeChoice(const ExprPtr& condition, const ExprPtr& value, const ExprPtr& otherwise) {
  return MakeCase({condition}, {value, otherwise}, value->type, value->at);
}

NodePtr WithMarker(const NodePtr& node) {
  Exprs exprs = ColumnsOf(*node->schema);
  exprs.push_back(MakeLiteral(std::make_shared<arrow::BooleanScalar>(true)));
  std::vector<std::string> names = node->schema->field_names();
  names.push_back("is_match");
  return MakeProject(node, std::move(exprs), names);
}

}  // namespace tarn::plan
