#include "plan/bind_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/ddl.h"
#include "plan/bind_expr.h"
#include "plan/node.h"
#include "plan/table_of_changes.h"
#include "values/interval.h"

namespace tarn::plan {
namespace {

bool HoldsInterval(const arrow::DataType& type) {
  return IsInterval(type) || IsCalendarInterval(type) ||
         std::any_of(type.fields().begin(), type.fields().end(),
                     [](const auto& field) { return HoldsInterval(*field->type()); });
}

}  // namespace

TablePlan TableBinder::Bind(const pipeline::Table& table) {
  const size_t num_errors = diagnostics_->size();
  QueryBinder binder(*this, diagnostics_);
  BoundQuery query = binder.Bind(*table.query);
  query.node = JoinSubqueries(query.node, diagnostics_);
  if (!table.is_result) CheckOutput(query, diagnostics_);
  TablePlan plan;
  if (table.changes) {
    query.complete = query.complete && diagnostics_->size() == num_errors;
    query = BindChanges(table, query, zone(), &plan.sql_over_changes, diagnostics_);
  }
  CheckSettings(table, query, diagnostics_);
  plan.table = &table;
  plan.root = query.node;
  plan.all_but_file_columns = binder.all_but_file_columns();
  plan.checks = BindChecks(table, query, zone(), diagnostics_);
  tables_.emplace_back(table.name, std::move(query));
  return plan;
}

std::optional<BoundQuery> TableBinder::Find(const sql::NamedTable& named) const {
  const bool is_files = !named.format.empty();
  for (size_t i = 0; i < tables_.size(); ++i) {
    if (is_files || !SameName(tables_[i].first, named.name)) continue;
    BoundQuery query = tables_[i].second;
    query.node = MakeTableInput(static_cast<int>(i), query.node->schema);
    return query;
  }
  for (size_t i = 0; i < pipeline_.sources.size(); ++i) {
    const pipeline::Source& source = pipeline_.sources[i];
    if (source.files_format != named.format) continue;
    if (is_files ? source.name != named.name : !SameName(source.name, named.name)) continue;
    std::vector<int> columns;
    BoundQuery query;
    for (const auto& field : source.schema->fields()) {
      columns.push_back(static_cast<int>(columns.size()));
      query.columns.push_back({field->name(), true, true, {}});
    }
    query.node = MakeScan(static_cast<int>(i), std::move(columns), source.schema);
    return query;
  }
  return std::nullopt;
}

std::vector<std::string> TableBinder::Names() const {
  std::vector<std::string> names;
  for (const pipeline::Source& source : pipeline_.sources) names.push_back(source.name);
  for (const auto& table : tables_) names.push_back(table.first);
  return names;
}

void CheckOutput(const BoundQuery& query, Diagnostics* diagnostics) {
  for (size_t i = 0; i < query.columns.size(); ++i) {
    const OutputColumn& column = query.columns[i];
    if (!column.named) {
      // Of one that had an error nothing more is known.
      if (column.valid) {
        diagnostics->Add(column.at, "column has no name: " + column.name, "give it a name with AS");
      }
      continue;
    }
    for (size_t j = 0; j < i; ++j) {
      if (!query.columns[j].named || !SameName(query.columns[j].name, column.name)) continue;
      diagnostics->Add(column.at, "two columns of the table have the same name: " + column.name,
                       "give one of them another name with AS");
      break;
    }
    const arrow::DataType& type = *query.node->schema->field(static_cast<int>(i))->type();
    if (column.valid && HoldsInterval(type)) {
      diagnostics->Add(column.at,
                       fmt::format("a table can't have a column of type {}: {}",
                                   pipeline::DdlOf(type), column.name),
                       "write CAST(x AS STRING), or CAST(x AS BIGINT) to count its last field");
    }
    bool untyped = type.id() == arrow::Type::NA;
    if (column.valid && untyped) {
      diagnostics->Add(column.at, "column has no type: " + column.name,
                       "write CAST(NULL AS …) with the type that it should have");
    }
  }
}

}  // namespace tarn::plan
