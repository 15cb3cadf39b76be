#include <fmt/format.h>

#include "base/did_you_mean.h"
#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_table.h"
#include "plan/setting_checker.h"

namespace tarn::plan {
void SettingChecker::Report(std::string message, std::string hint) const {
  Diagnostic diagnostic;
  diagnostic.file = table_.toml_file;
  diagnostic.line = table_.toml_line;
  diagnostic.subject = fmt::format("table.{}.{}", table_.name, setting_);
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostics_->Add(std::move(diagnostic));
}

void SettingChecker::CheckColumns(const std::vector<std::string>& names) const {
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + i, names[i]) != names.begin() + i) {
      Report("column is named twice: " + names[i], "name it once");
    } else {
      CheckColumn(names[i]);
    }
  }
}

void SettingChecker::CheckColumn(const std::string& name) const {
  std::vector<std::string> known;
  for (size_t i = 0; i < query_.columns.size(); ++i) {
    const OutputColumn& column = query_.columns[i];
    known.push_back(column.name);
    if (column.name != name) continue;
    const arrow::DataType& type = *query_.node->schema->field(static_cast<int>(i))->type();
    if (arrow::is_nested(type.id())) {
      Report(
          fmt::format("column can't serve here, its type is {}: {}", pipeline::DdlOf(type), name),
          "name a column of a plain type");
    }
    return;
  }
  if (!query_.complete) return;
  Report("unknown column: " + name,
         DidYouMean(name, known, fmt::format("columns of the table: {}", fmt::join(known, ", "))));
}

namespace {

// "start_time DESC" names start_time. Null when the text is no column with an optional direction.
std::optional<std::string> SortColumn(const std::string& text) {
  size_t space = text.find(' ');
  std::string name = text.substr(0, space);
  if (space == std::string::npos) return name;
  size_t word = text.find_first_not_of(' ', space);
  std::string direction = word == std::string::npos ? "" : text.substr(word);
  bool known = direction.empty() || SameName(direction, "ASC") || SameName(direction, "DESC");
  return known ? std::optional(name) : std::nullopt;
}

}  // namespace

void CheckSettings(const pipeline::Table& table, const BoundQuery& query,
                   Diagnostics* diagnostics) {
  SettingChecker partition(table, "partition_by", query, diagnostics);
  partition.CheckColumns(table.partition_by);
  if (query.complete && !table.partition_by.empty() &&
      table.partition_by.size() >= query.columns.size()) {
    partition.Report("partition columns are all columns of the table",
                     "leave at least one column to be stored in the files");
  }
  SettingChecker(table, "key", query, diagnostics).CheckColumns(table.key);
  SettingChecker sort(table, "sort_within", query, diagnostics);
  std::vector<std::string> sort_columns;
  for (const std::string& text : table.sort_within) {
    if (std::optional<std::string> name = SortColumn(text)) {
      sort_columns.push_back(*name);
    } else {
      sort.Report("not a column with an optional direction: " + text,
                  "write \"column\" or \"column DESC\"");
    }
  }
  sort.CheckColumns(sort_columns);
}

std::vector<ExprPtr> BindChecks(const pipeline::Table& table, const BoundQuery& query,
                                const TimeZone* zone, Diagnostics* diagnostics) {
  Relation relation = MakeRelation(query, table.name);
  ClauseRules rules;
  rules.clause = "a check";
  rules.scope = &relation.scope;
  rules.zone = zone;
  std::vector<ExprPtr> checks;
  for (const pipeline::Check& check : table.checks) {
    Diagnostics errors;
    checks.push_back(ExprBinder(rules, &errors).BindCondition(*check.expression));
    Status status = errors.ToStatus();
    for (Diagnostic diagnostic : DiagnosticsOf(status)) {
      diagnostic.file = table.toml_file;
      diagnostic.line = table.toml_line;
      diagnostic.column = 0;
      diagnostic.subject = fmt::format("table.{}.checks", table.name);
      diagnostics->Add(std::move(diagnostic));
    }
  }
  return checks;
}

}  // namespace tarn::plan
