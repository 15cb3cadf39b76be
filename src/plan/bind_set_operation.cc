#include <fmt/format.h>

#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "values/interval.h"

// UNION, INTERSECT and EXCEPT.
namespace tarn::plan {
namespace {

using Kind = sql::SetOperation::Kind;

std::string_view NameOf(const sql::SetOperation& both) {
  if (both.kind == Kind::kIntersect) return both.all ? "INTERSECT ALL" : "INTERSECT";
  if (both.kind == Kind::kExcept) return both.all ? "EXCEPT ALL" : "EXCEPT";
  return both.all ? "UNION ALL" : "UNION";
}

std::vector<std::string> NamesOf(const std::vector<OutputColumn>& columns) {
  std::vector<std::string> names;
  for (const OutputColumn& column : columns) names.push_back(column.name);
  return names;
}

// `query` with its columns brought to `types`.
NodePtr CastColumns(const BoundQuery& query,
                    const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  std::vector<ExprPtr> exprs;
  bool same = true;
  for (int i = 0; i < query.node->schema->num_fields(); ++i) {
    ExprPtr column = MakeColumn(*query.node->schema, i);
    same = same && SameType(*column->type, *types[i]);
    exprs.push_back(CastTo(column, types[i], query.columns[i].at));
  }
  return same ? query.node : MakeProject(query.node, std::move(exprs), NamesOf(query.columns));
}

NodePtr DistinctRows(const NodePtr& node) {
  return MakeAggregate(node, {ColumnsOf(*node->schema), {}}, node->schema->field_names());
}

// The columns of `node` with the number of each row among those that are equal to it: made
// distinct, as many rows are left as there were.
NodePtr NumberRepeats(const NodePtr& node) {
  RowNumber number;
  number.partition_by = ColumnsOf(*node->schema);
  number.order_by.push_back({number.partition_by[0], false, true});
  return MakeRowNumber(node, std::move(number), "repeat");
}

NodePtr WithSide(const NodePtr& node, bool is_left) {
  std::vector<ExprPtr> exprs = ColumnsOf(*node->schema);
  std::vector<std::string> names = node->schema->field_names();
  exprs.push_back(MakeLiteral(std::make_shared<arrow::BooleanScalar>(is_left)));
  names.push_back("is_left");
  return MakeProject(node, std::move(exprs), names);
}

AggregateCall CountWhere(ExprPtr condition) {
  AggregateCall count;
  count.function = &kCount;
  count.filter = std::move(condition);
  count.type = arrow::int64();
  count.nullable = false;
  return count;
}

// The distinct rows of the left side that the right one has, or has not: all rows are grouped, and
// those of each side counted. NULL equals NULL there, as it does here.
NodePtr KeepBySides(const NodePtr& left, const NodePtr& right, bool in_right) {
  const int width = left->schema->num_fields();
  const NodePtr rows = MakeUnionAll({WithSide(left, true), WithSide(right, false)});
  const ExprPtr is_left = MakeColumn(*rows->schema, width);
  Aggregate groups;
  groups.keys = ColumnsOf(*left->schema);
  for (size_t i = 0; i < groups.keys.size(); ++i) {
    groups.keys[i] = MakeColumn(*rows->schema, static_cast<int>(i));
  }
  groups.calls = {CountWhere(is_left), CountWhere(MakePredicate(kNot, {is_left}))};
  std::vector<std::string> names = left->schema->field_names();
  names.insert(names.end(), {"in left", "in right"});
  const NodePtr counted = MakeAggregate(rows, std::move(groups), names);
  const ExprPtr zero = MakeLiteral(std::make_shared<arrow::Int64Scalar>(0));
  const auto has = [&](int side) {
    return MakePredicate(kGt, {MakeColumn(*counted->schema, width + side), zero});
  };
  return MakeFilter(counted, {has(0), in_right ? has(1) : MakePredicate(kNot, {has(1)})});
}

// The rows of the operation, with the columns of `left`.
NodePtr Combine(const sql::SetOperation& both, NodePtr left, NodePtr right) {
  if (both.kind == Kind::kUnion) {
    NodePtr rows = MakeUnionAll({std::move(left), std::move(right)});
    return both.all ? rows : DistinctRows(rows);
  }
  std::vector<int> columns(left->schema->num_fields());
  for (size_t i = 0; i < columns.size(); ++i) columns[i] = static_cast<int>(i);
  if (both.all) {
    left = NumberRepeats(left);
    right = NumberRepeats(right);
  }
  return MakeProjectColumns(KeepBySides(left, right, both.kind == Kind::kIntersect), columns);
}

}  // namespace

// Brings both sides to the types that they have in common. \return false after an error
bool QueryBinder::BindCommonTypes(const sql::SetOperation& both, const BoundQuery& left,
                                  const BoundQuery& right, BoundQuery* bound,
                                  std::vector<NodePtr>* sides) {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  bool valid = true;
  for (size_t i = 0; i < left.columns.size(); ++i) {
    const auto& left_type = left.node->schema->field(static_cast<int>(i))->type();
    const auto& right_type = right.node->schema->field(static_cast<int>(i))->type();
    types.push_back(CommonType(left_type, right_type));
    OutputColumn& column = bound->columns[i];
    column.valid = left.columns[i].valid && right.columns[i].valid;
    if (column.valid && types[i] == nullptr) {
      diagnostics_->Add(
          right.columns[i].at,
          fmt::format("{} of different types in column {}: {} and {}", NameOf(both), column.name,
                      pipeline::DdlOf(*left_type), pipeline::DdlOf(*right_type)),
          "CAST them to one type");
      column.valid = false;
    }
    valid = valid && column.valid;
  }
  if (valid) *sides = {CastColumns(left, types), CastColumns(right, types)};
  return valid;
}

BoundQuery QueryBinder::BindBody(const sql::Query& query, const sql::SetOperation& both) {
  const BoundQuery left = Bind(*both.left);
  const BoundQuery right = Bind(*both.right);
  BoundQuery bound = left;
  bound.complete = left.complete && right.complete;
  if (!bound.complete) return bound;
  if (left.columns.size() != right.columns.size()) {
    diagnostics_->Add(both.right->at,
                      fmt::format("{} of different numbers of columns: {} and {}", NameOf(both),
                                  left.columns.size(), right.columns.size()),
                      "select the same columns on both sides");
    bound.complete = false;
    return bound;
  }
  std::vector<NodePtr> sides;
  if (!BindCommonTypes(both, left, right, &bound, &sides)) return bound;
  const bool compares = both.kind != Kind::kUnion || !both.all;
  for (size_t i = 0; compares && i < left.columns.size(); ++i) {
    const std::string clause =
        std::string(NameOf(both)) + (both.kind == Kind::kUnion ? " without ALL" : "");
    if (!CheckOrderable(*sides[0]->schema->field(static_cast<int>(i))->type(), clause,
                        left.columns[i].at, diagnostics_)) {
      return bound;
    }
    if (left.columns[i].time_window == TimeWindow::kSession) {
      diagnostics_->Add(left.columns[i].at, clause + " compares sessions, which Spark merges there",
                        "select their start and end, under names of their own");
      return bound;
    }
  }
  bound.node = Combine(both, sides[0], sides[1]);
  BindOrderOfAll(query, &bound);
  return bound;
}

// ORDER BY and LIMIT of a query that is no SELECT: over its result's columns.
void QueryBinder::BindOrderOfAll(const sql::Query& query, BoundQuery* bound) {
  Relation relation = MakeRelation(*bound, "");
  ClauseRules rules;
  rules.clause = "ORDER BY";
  rules.scope = &relation.scope;
  rules.queries = this;
  rules.subqueries = SubqueryRule::kOfOrder;
  ExprBinder binder(rules, diagnostics_);
  for (const sql::ExprPtr& expr : DistributionOf(query)) binder.Bind(*expr);
  Sort sort;
  for (const sql::OrderKey& key : OrderOf(query, diagnostics_)) {
    ExprPtr expr;
    if (std::optional<int64_t> position = PositionOf(*key.expr)) {
      std::optional<size_t> index =
          CheckPosition(*position, bound->columns.size(), "ORDER BY", key.expr->at, diagnostics_);
      if (index) expr = relation.scope.columns[*index].expr;
    } else {
      expr = binder.Bind(*key.expr);
    }
    if (expr == nullptr || !CheckOrderable(*expr->type, "ORDER BY", key.expr->at, diagnostics_)) {
      continue;
    }
    sort.keys.push_back({expr, key.descending, key.nulls_first});
  }
  if (!sort.keys.empty()) bound->node = MakeSort(bound->node, std::move(sort));
  if (const std::optional<Limit> limit = BindLimit(query, diagnostics_)) {
    bound->node = MakeLimit(bound->node, *limit);
  }
}

}  // namespace tarn::plan
