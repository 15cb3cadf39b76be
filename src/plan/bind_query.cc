#include "plan/bind_query.h"

#include <fmt/format.h>

#include <utility>

#include "base/parse_number.h"
#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_select.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/node.h"
#include "sql/written_text.h"

namespace tarn::plan {
Relation MakeRelation(const BoundQuery& query, const std::string& qualifier) {
  Relation relation{query.node, {}};
  relation.scope.complete = query.complete;
  for (size_t i = 0; i < query.columns.size(); ++i) {
    const OutputColumn& column = query.columns[i];
    ExprPtr expr = column.valid ? MakeColumn(*query.node->schema, static_cast<int>(i)) : ExprPtr();
    relation.scope.columns.push_back({.qualifier = qualifier,
                                      .name = column.name,
                                      .expr = std::move(expr),
                                      .time_window = column.time_window});
  }
  return relation;
}

std::optional<int64_t> PositionOf(const sql::Expr& expr) {
  const auto* literal = std::get_if<sql::Literal>(&expr.node);
  if (literal == nullptr || literal->kind != sql::Literal::Kind::kInteger) return std::nullopt;
  // One that is too large for the number is 0, which is none either.
  return ParseNumber<int64_t>(literal->text).value_or(0);
}

std::optional<size_t> CheckPosition(int64_t position, size_t count, const std::string& clause,
                                    const sql::Location& at, Diagnostics* diagnostics) {
  if (position >= 1 && position <= static_cast<int64_t>(count)) return position - 1;
  diagnostics->Add(
      at, fmt::format("{} position is not in the select list: {}", clause, sql::WrittenText(at)),
      fmt::format("positions go from 1 to {}", count));
  return std::nullopt;
}

BoundQuery QueryBinder::BindSubquery(const sql::Query& query, ExprBinder* outer,
                                     std::vector<ExprPtr>* args) {
  const Outer around = std::exchange(outer_, {outer, args});
  BoundQuery bound = Bind(query);
  outer_ = around;
  num_subquery_operators_ += bound.node->num_operators;
  return bound;
}

ExprPtr QueryBinder::KeepSubquery(const sql::Query& query, ExprPtr bound) {
  subqueries_[&query] = bound;
  return bound;
}

ExprPtr QueryBinder::FindSubquery(const sql::Query& query) const {
  const auto found = subqueries_.find(&query);
  return found == subqueries_.end() ? nullptr : found->second;
}

ExprPtr QueryBinder::FindOuter(const sql::ColumnRef& ref, const sql::Location& at) {
  if (outer_.binder == nullptr) return nullptr;
  const ExprPtr value = outer_.binder->FindColumn(ref, at);
  if (value == nullptr) return nullptr;
  size_t i = 0;
  while (i < outer_.args->size() && !Equal(*(*outer_.args)[i], *value)) ++i;
  if (i == outer_.args->size()) outer_.args->push_back(value);
  auto column = std::make_shared<Expr>();
  column->kind = Expr::Kind::kOuter;
  column->column = static_cast<int>(i);
  column->type = value->type;
  column->nullable = value->nullable;
  column->at = at;
  return column;
}

BoundQuery QueryBinder::Bind(const sql::Query& query) {
  size_t num_outer = common_tables_.size();
  const int64_t num_before = std::exchange(num_subquery_operators_, 0);
  for (const sql::CommonTable& table : query.with) {
    bool repeated =
        std::any_of(common_tables_.begin() + num_outer, common_tables_.end(),
                    [&](const auto& other) { return SameName(other.first, table.name); });
    if (repeated) diagnostics_->Add(table.at, "WITH defines the name twice: " + table.name);
    BoundQuery bound = Bind(*table.query);
    num_subquery_operators_ = 0;
    common_tables_.emplace_back(table.name, std::move(bound));
  }
  BoundQuery bound =
      std::visit([&](const auto& body) { return BindBody(query, body); }, query.body);
  common_tables_.resize(num_outer);
  bound.num_subquery_operators = num_subquery_operators_;
  num_subquery_operators_ = num_before + bound.num_subquery_operators;
  if (IsTooLarge(*bound.node, query.at)) bound = {MakeOneRow(), {}, false};
  return bound;
}

BoundQuery QueryBinder::BindBody(const sql::Query& query, const sql::Select& select) {
  Relation from = select.from == nullptr ? Relation{MakeOneRow(), {}} : BindFrom(*select.from);
  return SelectBinder(query, select, std::move(from), this, diagnostics_).Bind();
}

}  // namespace tarn::plan
