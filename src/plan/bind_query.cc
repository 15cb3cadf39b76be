#include "plan/bind_query.h"

#include <fmt/format.h>

#include <charconv>

#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_select.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/node.h"

namespace tarn::plan {
namespace {

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
    same = same && column->type->Equals(*types[i]);
    exprs.push_back(CastTo(column, types[i], query.columns[i].at));
  }
  return same ? query.node : MakeProject(query.node, std::move(exprs), NamesOf(query.columns));
}

}  // namespace

Relation MakeRelation(const BoundQuery& query, const std::string& qualifier) {
  Relation relation{query.node, {}};
  relation.scope.complete = query.complete;
  for (size_t i = 0; i < query.columns.size(); ++i) {
    const OutputColumn& column = query.columns[i];
    ExprPtr expr = column.valid ? MakeColumn(*query.node->schema, static_cast<int>(i)) : ExprPtr();
    relation.scope.columns.push_back({qualifier, column.name, std::move(expr)});
  }
  return relation;
}

std::optional<int64_t> PositionOf(const sql::Expr& expr) {
  const auto* literal = std::get_if<sql::Literal>(&expr.node);
  if (literal == nullptr || literal->kind != sql::Literal::Kind::kInteger) return std::nullopt;
  int64_t position = 0;
  // One that is too large for the number stays 0, which is none either.
  std::from_chars(literal->text.data(), literal->text.data() + literal->text.size(), position);
  return position;
}

std::optional<size_t> CheckPosition(int64_t position, size_t count, const std::string& clause,
                                    const sql::Location& at, Diagnostics* diagnostics) {
  if (position >= 1 && position <= static_cast<int64_t>(count)) return position - 1;
  const std::string written = at.text->sql.substr(at.begin, at.end - at.begin);
  diagnostics->Add(at, fmt::format("{} position is not in the select list: {}", clause, written),
                   fmt::format("positions go from 1 to {}", count));
  return std::nullopt;
}

BoundQuery QueryBinder::Bind(const sql::Query& query) {
  size_t num_outer = common_tables_.size();
  for (const sql::CommonTable& table : query.with) {
    bool repeated =
        std::any_of(common_tables_.begin() + num_outer, common_tables_.end(),
                    [&](const auto& other) { return SameName(other.first, table.name); });
    if (repeated) diagnostics_->Add(table.at, "WITH defines the name twice: " + table.name);
    BoundQuery bound = Bind(*table.query);
    common_tables_.emplace_back(table.name, std::move(bound));
  }
  const auto* select = std::get_if<sql::Select>(&query.body);
  BoundQuery bound = select != nullptr ? BindSelect(query, *select)
                                       : BindUnion(query, std::get<sql::Union>(query.body));
  common_tables_.resize(num_outer);
  if (IsTooLarge(*bound.node, query.at)) bound = {MakeOneRow(), {}, false};
  return bound;
}

BoundQuery QueryBinder::BindSelect(const sql::Query& query, const sql::Select& select) {
  Relation from = select.from == nullptr ? Relation{MakeOneRow(), {}} : BindFrom(*select.from);
  return SelectBinder(query, select, std::move(from), diagnostics_).Bind();
}

BoundQuery QueryBinder::BindUnion(const sql::Query& query, const sql::Union& node) {
  BoundQuery left = Bind(*node.left);
  BoundQuery right = Bind(*node.right);
  BoundQuery bound = left;
  bound.complete = left.complete && right.complete;
  if (!bound.complete) return bound;
  if (left.columns.size() != right.columns.size()) {
    diagnostics_->Add(node.right->at,
                      fmt::format("UNION of different numbers of columns: {} and {}",
                                  left.columns.size(), right.columns.size()),
                      "select the same columns on both sides");
    bound.complete = false;
    return bound;
  }
  std::vector<std::shared_ptr<arrow::DataType>> types;
  bool valid = true;
  for (size_t i = 0; i < left.columns.size(); ++i) {
    const auto& left_type = left.node->schema->field(static_cast<int>(i))->type();
    const auto& right_type = right.node->schema->field(static_cast<int>(i))->type();
    types.push_back(CommonType(left_type, right_type));
    OutputColumn& column = bound.columns[i];
    column.valid = left.columns[i].valid && right.columns[i].valid;
    if (column.valid && types[i] == nullptr) {
      diagnostics_->Add(right.columns[i].at,
                        fmt::format("UNION of different types in column {}: {} and {}", column.name,
                                    pipeline::DdlOf(*left_type), pipeline::DdlOf(*right_type)),
                        "CAST them to one type");
      column.valid = false;
    }
    valid = valid && column.valid;
  }
  if (!valid) return bound;
  bound.node = MakeUnionAll({CastColumns(left, types), CastColumns(right, types)});
  if (!node.all) {
    for (size_t i = 0; i < types.size(); ++i) {
      CheckOrderable(*types[i], "UNION without ALL", left.columns[i].at, diagnostics_);
    }
    bound.node = MakeAggregate(bound.node, {ColumnsOf(*bound.node->schema), {}},
                               bound.node->schema->field_names());
  }
  BindUnionOrder(query, &bound);
  return bound;
}

void QueryBinder::BindUnionOrder(const sql::Query& query, BoundQuery* bound) {
  Relation relation = MakeRelation(*bound, "");
  ClauseRules rules;
  rules.clause = "ORDER BY";
  rules.scope = &relation.scope;
  ExprBinder binder(rules, diagnostics_);
  Sort sort;
  for (const sql::OrderKey& key : query.order_by) {
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
  if (query.limit.has_value()) bound->node = MakeLimit(bound->node, {*query.limit});
}

}  // namespace tarn::plan
