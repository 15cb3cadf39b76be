#include <fmt/format.h>

#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/functions.h"
#include "plan/node.h"

// VALUES: rows that the text itself has.
namespace tarn::plan {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

// Spark's names.
std::vector<std::string> NamesOf(size_t num_columns) {
  std::vector<std::string> names;
  for (size_t i = 0; i < num_columns; ++i) names.push_back(fmt::format("col{}", i + 1));
  return names;
}

NodePtr MakeRow(const std::vector<ExprPtr>& row, const std::vector<TypePtr>& types,
                const std::vector<std::string>& names) {
  std::vector<ExprPtr> exprs;
  for (size_t i = 0; i < row.size(); ++i) exprs.push_back(CastTo(row[i], types[i]));
  return MakeProject(MakeOneRow(), std::move(exprs), names);
}

}  // namespace

BoundQuery QueryBinder::BindValues(const sql::Values& values, const sql::Location& at) {
  BoundQuery bound{MakeOneRow(), {}, false};
  const size_t width = values.rows[0].size();
  const Scope none;
  ClauseRules rules;
  rules.clause = "VALUES";
  rules.scope = &none;
  rules.zone = zone();
  ExprBinder binder(rules, diagnostics_);
  std::vector<std::vector<ExprPtr>> rows;
  std::vector<TypePtr> types(width, arrow::null());
  bool valid = true;
  for (const std::vector<sql::ExprPtr>& written : values.rows) {
    if (written.size() != width) {
      diagnostics_->Add(
          written[0]->at,
          fmt::format("VALUES has rows of different lengths: {} and {}", width, written.size()),
          "give every row the same columns");
      return bound;
    }
    std::vector<ExprPtr>& row = rows.emplace_back();
    for (size_t i = 0; i < width; ++i) {
      row.push_back(binder.Bind(*written[i]));
      valid = valid && row.back() != nullptr;
      if (row.back() == nullptr || types[i] == nullptr) continue;
      const TypePtr common = CommonType(types[i], row.back()->type);
      if (common == nullptr) {
        diagnostics_->Add(
            written[i]->at,
            fmt::format("VALUES of different types in column {}: {} and {}", i + 1,
                        pipeline::DdlOf(*types[i]), pipeline::DdlOf(*row.back()->type)),
            "CAST them to one type");
        valid = false;
      }
      types[i] = common;
    }
  }
  if (!valid) return bound;
  const std::vector<std::string> names = NamesOf(width);
  std::vector<NodePtr> inputs;
  for (const std::vector<ExprPtr>& row : rows) inputs.push_back(MakeRow(row, types, names));
  bound.node = inputs.size() == 1 ? inputs[0] : MakeUnionAll(std::move(inputs));
  bound.complete = true;
  for (const std::string& name : names) bound.columns.push_back({name, true, true, at});
  return bound;
}

BoundQuery QueryBinder::BindBody(const sql::Query& query, const sql::Values& values) {
  BoundQuery bound = BindValues(values, query.at);
  if (bound.complete) BindOrderOfAll(query, &bound);
  return bound;
}

Relation QueryBinder::BindTable(const sql::Values& values, const sql::TableRef& ref) {
  return MakeRelation(BindValues(values, ref.at), ref.alias);
}

}  // namespace tarn::plan
