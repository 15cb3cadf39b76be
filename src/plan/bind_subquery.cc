#include <fmt/format.h>

#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/functions.h"
#include "plan/node.h"
#include "plan/subquery.h"

// Queries in expressions.
namespace tarn::plan {
namespace {

ExprPtr MakeSubquery(BoundSubquery subquery, std::shared_ptr<arrow::DataType> type, bool nullable,
                     std::vector<ExprPtr> args) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kSubquery;
  expr->type = std::move(type);
  expr->nullable = nullable;
  expr->args = std::move(args);
  expr->at = subquery.at;
  expr->subquery = std::make_shared<const BoundSubquery>(std::move(subquery));
  return expr;
}

bool IsValid(const BoundQuery& query) {
  return query.complete && std::all_of(query.columns.begin(), query.columns.end(),
                                       [](const OutputColumn& column) { return column.valid; });
}

// `query` with its columns cast to `types`.
NodePtr CastAllColumns(const BoundQuery& query,
                       const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  const std::vector<ExprPtr> columns = ColumnsOf(*query.node->schema);
  return MakeProject(query.node, CastAll(columns, types), query.node->schema->field_names());
}

}  // namespace

bool ExprBinder::CheckSubqueryAllowed(const sql::Location& at) {
  if (rules_.queries != nullptr) return true;
  diagnostics_->Add(at, "a subquery in " + rules_.clause, "compute the value in the table's query");
  return false;
}

// \param[in] is_of_row whether it depends on the clause's row
bool ExprBinder::CheckSubqueryRule(bool is_scalar, bool is_of_row, const sql::Location& at) {
  const SubqueryRule rule = rules_.subqueries;
  const bool is_in_aggregate = !inside_.empty() && inside_ != "OVER";
  bool is_allowed = rule == SubqueryRule::kAny;
  if (is_in_aggregate) {
    is_allowed = is_allowed || rule == SubqueryRule::kOfGenerator || !is_of_row;
  } else {
    is_allowed = is_allowed || (is_scalar ? !is_of_row : rule == SubqueryRule::kNoValueOfRow);
  }
  if (is_allowed) return true;
  const bool is_of_no_kind = !is_scalar && !is_in_aggregate;
  diagnostics_->Add(
      at,
      is_of_no_kind ? fmt::format("EXISTS or IN (SELECT …) in {}", rules_.clause)
                    : fmt::format("a subquery in {} depends on the row around it", rules_.clause),
      "select its value under a name in a subquery of FROM, and use the name");
  return false;
}

ExprPtr ExprBinder::BindNode(const sql::ScalarSubquery& subquery, const sql::Location& at) {
  if (!CheckSubqueryAllowed(at)) return nullptr;
  if (rules_.is_bound) return rules_.queries->FindSubquery(*subquery.query);
  std::vector<ExprPtr> args;
  const BoundQuery query = rules_.queries->BindSubquery(*subquery.query, this, &args);
  if (!IsValid(query)) return nullptr;
  if (query.columns.size() != 1) {
    diagnostics_->Add(
        at, fmt::format("a subquery used as a value has {} columns", query.columns.size()),
        "select one column; for a test whether there are rows, write EXISTS");
    return nullptr;
  }
  if (!CheckSubqueryRule(true, !args.empty(), at)) return nullptr;
  const auto& type = query.node->schema->field(0)->type();
  return rules_.queries->KeepSubquery(
      *subquery.query,
      MakeSubquery({BoundSubquery::Kind::kScalar, query.node, 0, at}, type, true, std::move(args)));
}

ExprPtr ExprBinder::BindNode(const sql::Exists& exists, const sql::Location& at) {
  if (!CheckSubqueryAllowed(at)) return nullptr;
  if (rules_.is_bound) return rules_.queries->FindSubquery(*exists.query);
  std::vector<ExprPtr> args;
  const BoundQuery query = rules_.queries->BindSubquery(*exists.query, this, &args);
  if (!IsValid(query) || !CheckSubqueryRule(false, !args.empty(), at)) return nullptr;
  return rules_.queries->KeepSubquery(
      *exists.query, MakeSubquery({BoundSubquery::Kind::kExists, query.node, 0, at},
                                  arrow::boolean(), false, std::move(args)));
}

// The values before IN: one, or as many as `num_columns` written in brackets.
bool ExprBinder::BindInValues(const sql::InSubquery& in, std::vector<ExprPtr>* values,
                              size_t num_columns) {
  const auto* row = std::get_if<sql::Call>(&in.value->node);
  const bool is_row = row != nullptr && row->name == "struct" && row->args.size() > 1;
  if (is_row && num_columns != 1) {
    if (!BindAll(row->args, values)) return false;
  } else {
    values->push_back(Bind(*in.value));
    if (values->back() == nullptr) return false;
  }
  if (values->size() == num_columns) return true;
  diagnostics_->Add(
      in.value->at,
      fmt::format("IN compares {} values with {} columns", values->size(), num_columns),
      "write as many values, in brackets, as the subquery selects");
  return false;
}

ExprPtr ExprBinder::BindNode(const sql::InSubquery& in, const sql::Location& at) {
  if (!CheckSubqueryAllowed(at)) return nullptr;
  if (rules_.is_bound) return rules_.queries->FindSubquery(*in.query);
  std::vector<ExprPtr> args;
  const BoundQuery query = rules_.queries->BindSubquery(*in.query, this, &args);
  std::vector<ExprPtr> values;
  if (!CheckSubqueryRule(false, !args.empty(), at)) return nullptr;
  if (!IsValid(query) || !BindInValues(in, &values, query.columns.size())) return nullptr;
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto& column_type = query.node->schema->field(static_cast<int>(i))->type();
    types.push_back(CommonType(values[i]->type, column_type));
    if (types.back() == nullptr) {
      diagnostics_->Add(values[i]->at,
                        fmt::format("IN compares {} with {}", pipeline::DdlOf(*values[i]->type),
                                    pipeline::DdlOf(*column_type)),
                        "CAST one of them");
      return nullptr;
    }
    if (!CheckOrderable(*types.back(), "IN", values[i]->at, diagnostics_)) return nullptr;
  }
  for (ExprPtr& value : CastAll(values, types)) args.push_back(std::move(value));
  return rules_.queries->KeepSubquery(
      *in.query,
      MakeSubquery({BoundSubquery::Kind::kIn, CastAllColumns(query, types), values.size(), at},
                   arrow::boolean(), false, std::move(args)));
}

}  // namespace tarn::plan
