#include "plan/scope.h"

#include <fmt/format.h>

#include "base/did_you_mean.h"
#include "pipeline/pipeline.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

std::string FullName(const ScopeColumn& column) {
  return column.qualifier.empty() ? column.name : column.qualifier + "." + column.name;
}

bool IsStruct(const Expr& expr) { return expr.type->id() == arrow::Type::STRUCT; }

bool HasQualifier(const Scope& scope, const std::string& qualifier) {
  return std::any_of(scope.columns.begin(), scope.columns.end(), [&](const ScopeColumn& column) {
    return SameName(column.qualifier, qualifier);
  });
}

std::vector<std::string> QualifiersOf(const Scope& scope) {
  std::vector<std::string> qualifiers;
  for (const ScopeColumn& column : scope.columns) {
    bool known =
        std::find(qualifiers.begin(), qualifiers.end(), column.qualifier) != qualifiers.end();
    if (!column.qualifier.empty() && !known) qualifiers.push_back(column.qualifier);
  }
  return qualifiers;
}

// `name` is neither a table nor a column of which a part could be read.
void ReportUnknownTable(const Scope& scope, const std::string& name, const sql::Location& at,
                        Diagnostics* diagnostics) {
  std::vector<std::string> qualifiers = QualifiersOf(scope);
  std::vector<std::string> candidates = qualifiers;
  for (const ScopeColumn& column : scope.columns) {
    if (column.expr != nullptr && IsStruct(*column.expr)) candidates.push_back(column.name);
  }
  std::string hint = DidYouMean(name, candidates);
  if (hint.empty() && !qualifiers.empty()) {
    hint = fmt::format("tables here: {}", fmt::join(qualifiers, ", "));
  }
  diagnostics->Add(at, "unknown table or alias: " + name, hint);
}

bool IsInDoubleQuotes(const sql::Location& at) {
  return at.text != nullptr && static_cast<size_t>(at.begin) < at.text->sql.size() &&
         at.text->sql[at.begin] == '"';
}

void ReportUnknownColumn(const Scope& scope, const std::vector<std::string>& parts,
                         const sql::Location& at, const std::string& fallback,
                         Diagnostics* diagnostics) {
  bool qualified = parts.size() > 1;
  if (qualified && !HasQualifier(scope, parts[0])) {
    ReportUnknownTable(scope, parts[0], at, diagnostics);
    return;
  }
  std::vector<std::string> names;
  for (const ScopeColumn& column : scope.columns) {
    const bool fits = !qualified || SameName(column.qualifier, parts[0]);
    if (fits && !column.is_hidden()) names.push_back(column.name);
  }
  std::string hint = fallback.empty() ? DidYouMean(parts[qualified ? 1 : 0], names) : fallback;
  if (hint.empty() && !qualified && IsInDoubleQuotes(at)) {
    hint = fmt::format("a text has single quotes: '{}'", parts[0]);
  }
  if (hint.empty() && !names.empty()) {
    hint = fmt::format("columns here: {}", fmt::join(names, ", "));
  }
  diagnostics->Add(at, fmt::format("unknown column: {}", fmt::join(parts, ".")), hint);
}

void ReportAmbiguous(const std::vector<const ScopeColumn*>& found,
                     const std::vector<std::string>& parts, const sql::Location& at,
                     Diagnostics* diagnostics) {
  std::vector<std::string> names;
  for (const ScopeColumn* column : found) names.push_back(FullName(*column));
  std::string advice = names[0] == names[1] ? "give the tables or columns different names with AS"
                                            : fmt::format("write {}", fmt::join(names, " or "));
  diagnostics->Add(at, fmt::format("ambiguous column: {}", fmt::join(parts, ".")), advice);
}

// The one column that `found` has, with its place; else null with an error.
ExprPtr TakeColumn(const Scope& scope, const FoundColumns& found,
                   const std::vector<std::string>& parts, const sql::Location& at,
                   const std::string& hint, Diagnostics* diagnostics) {
  if (found.columns.size() > 1) {
    ReportAmbiguous(found.columns, parts, at, diagnostics);
  } else if (found.columns.empty() && scope.complete) {
    ReportUnknownColumn(scope, parts, at, hint, diagnostics);
  }
  if (found.columns.size() != 1 || found.columns[0]->expr == nullptr) return nullptr;
  auto column = std::make_shared<Expr>(*found.columns[0]->expr);
  column->at = at;
  return column;
}

// The value of key `name` of a MAP.
ExprPtr ResolveKey(const ExprPtr& value, const std::string& path, const std::string& name,
                   const sql::Location& at, Diagnostics* diagnostics) {
  const auto& map = static_cast<const arrow::MapType&>(*value->type);
  if (map.key_type()->id() == arrow::Type::STRING) {
    const ExprPtr key = MakeLiteral(std::make_shared<arrow::StringScalar>(name), at);
    return MakeCall(kSubscript, map.item_type(), true, {value, key}, at);
  }
  diagnostics->Add(at,
                   fmt::format("{} is {}, whose keys are no names: {}", path,
                               pipeline::DdlOf(*value->type), name),
                   "write the key in brackets: m[1]");
  return nullptr;
}

ExprPtr ResolveField(const ExprPtr& value, const std::string& path, const std::string& name,
                     const sql::Location& at, Diagnostics* diagnostics) {
  if (value->type->id() == arrow::Type::MAP) {
    return ResolveKey(value, path, name, at, diagnostics);
  }
  if (!HasFields(*value->type)) {
    diagnostics->Add(at,
                     fmt::format("{} is {}, of which no field can be read: {}", path,
                                 pipeline::DdlOf(*value->type), name),
                     "only a STRUCT has fields");
    return nullptr;
  }
  const arrow::DataType& type = *value->type;
  const arrow::DataType& structs = IsStruct(*value) ? type : *type.field(0)->type();
  std::vector<std::string> names;
  for (const auto& field : structs.fields()) {
    // No two fields have the same name: DDL with such is refused.
    if (SameName(field->name(), name)) return MakeField(value, static_cast<int>(names.size()), at);
    names.push_back(field->name());
  }
  std::string hint = DidYouMean(name, names);
  if (hint.empty()) hint = fmt::format("its fields are {}", fmt::join(names, ", "));
  diagnostics->Add(at, fmt::format("unknown field of {}: {}", path, name), hint);
  return nullptr;
}

}  // namespace

bool HasFields(const arrow::DataType& type) {
  if (type.id() == arrow::Type::STRUCT) return true;
  return type.id() == arrow::Type::LIST && type.field(0)->type()->id() == arrow::Type::STRUCT;
}

FoundColumns FindColumns(const Scope& scope, const std::vector<std::string>& parts) {
  FoundColumns found;
  for (const ScopeColumn& column : scope.columns) {
    bool fits =
        parts.size() > 1 && SameName(column.qualifier, parts[0]) && SameName(column.name, parts[1]);
    if (fits) found.columns.push_back(&column);
  }
  if (!found.columns.empty()) {
    found.num_parts = 2;
    return found;
  }
  for (const ScopeColumn& column : scope.columns) {
    if (!column.merged_away && SameName(column.name, parts[0])) found.columns.push_back(&column);
  }
  return found;
}

ExprPtr ResolveColumn(const Scope& scope, const sql::ColumnRef& ref, const sql::Location& at,
                      const std::string& hint, Diagnostics* diagnostics) {
  FoundColumns found = FindColumns(scope, ref.parts);
  ExprPtr column = TakeColumn(scope, found, ref.parts, at, hint, diagnostics);
  if (column == nullptr) return nullptr;
  return ResolveFields(std::move(column), ref.parts, found.num_parts, at, diagnostics);
}

TimeWindow TimeWindowOf(const Scope& scope, const Expr& expr) {
  if (!IsColumn(expr)) return TimeWindow::kNone;
  for (const ScopeColumn& column : scope.columns) {
    if (column.expr != nullptr && Equal(*column.expr, expr)) return column.time_window;
  }
  return TimeWindow::kNone;
}

ExprPtr ResolveFields(ExprPtr value, const std::vector<std::string>& parts, size_t first,
                      const sql::Location& at, Diagnostics* diagnostics) {
  for (size_t i = first; i < parts.size() && value != nullptr; ++i) {
    std::string path = fmt::format("{}", fmt::join(parts.begin(), parts.begin() + i, "."));
    value = ResolveField(value, path.empty() ? "the value" : path, parts[i], at, diagnostics);
  }
  return value;
}

namespace {

std::vector<ScopeColumn> ExpandStruct(const Scope& scope, const std::vector<std::string>& parts,
                                      const sql::Location& at, Diagnostics* diagnostics) {
  std::vector<ScopeColumn> columns;
  const FoundColumns found = FindColumns(scope, parts);
  if (found.columns.empty()) {
    ReportUnknownTable(scope, parts[0], at, diagnostics);
    return columns;
  }
  if (found.columns[0]->is_of_query) {
    diagnostics->Add(at, "* after the query's own window of time",
                     "name its start and end, or select it in a subquery of FROM");
    return columns;
  }
  ExprPtr value = ResolveColumn(scope, {parts}, at, "", diagnostics);
  if (value == nullptr) return columns;
  if (!IsStruct(*value)) {
    diagnostics->Add(at,
                     fmt::format("{} is {}, which has no fields for *", fmt::join(parts, "."),
                                 pipeline::DdlOf(*value->type)),
                     "write .* after a table or a STRUCT");
    return columns;
  }
  for (int i = 0; i < value->type->num_fields(); ++i) {
    columns.push_back({"", value->type->field(i)->name(), MakeField(value, i, at)});
  }
  return columns;
}

bool IsExcept(const ScopeColumn& column, const std::vector<std::string>& parts) {
  if (parts.size() == 1) return SameName(column.name, parts[0]);
  return parts.size() == 2 && SameName(column.qualifier, parts[0]) &&
         SameName(column.name, parts[1]);
}

// Leaves out what EXCEPT (…) names.
void RemoveExcept(const sql::Star& star, const sql::Location& at, std::vector<ScopeColumn>* columns,
                  Diagnostics* diagnostics) {
  std::vector<bool> removed(columns->size());
  for (const std::vector<std::string>& parts : star.except) {
    bool found = false;
    for (size_t i = 0; i < columns->size(); ++i) {
      if (!IsExcept((*columns)[i], parts)) continue;
      found = true;
      removed[i] = true;
    }
    if (found) continue;
    std::vector<std::string> names;
    for (const ScopeColumn& column : *columns) names.push_back(column.name);
    diagnostics->Add(
        at, fmt::format("unknown column in EXCEPT: {}", fmt::join(parts, ".")),
        DidYouMean(parts.back(), names, fmt::format("columns here: {}", fmt::join(names, ", "))));
  }
  size_t i = 0;
  std::erase_if(*columns, [&](const ScopeColumn&) { return removed[i++]; });
}

}  // namespace

std::vector<ScopeColumn> ExpandStar(const Scope& scope, const sql::Star& star,
                                    const sql::Location& at, Diagnostics* diagnostics) {
  std::vector<ScopeColumn> columns;
  std::vector<std::string> of_files;
  for (const ScopeColumn& column : scope.columns) {
    bool fits = star.parts.empty()
                    ? !column.merged_away
                    : star.parts.size() == 1 && SameName(column.qualifier, star.parts[0]);
    if (fits && column.is_hidden()) {
      const bool is_known =
          std::find(of_files.begin(), of_files.end(), column.qualifier) != of_files.end();
      if (!is_known) of_files.push_back(column.qualifier);
    }
    if (!fits || column.is_hidden() || column.is_of_query) continue;
    columns.push_back(column);
    if (column.expr == nullptr) continue;
    auto expr = std::make_shared<Expr>(*column.expr);
    expr->at = at;
    columns.back().expr = expr;
  }
  if (!of_files.empty() && scope.all_but_file_columns != nullptr) {
    scope.all_but_file_columns->push_back({at, true, !star.except.empty(), std::move(of_files)});
  }
  if (!columns.empty() || !scope.complete) {
    if (scope.complete) RemoveExcept(star, at, &columns, diagnostics);
    return columns;
  }
  if (!star.parts.empty()) return ExpandStruct(scope, star.parts, at, diagnostics);
  diagnostics->Add(at, "* matches no columns here", "SELECT * needs a FROM");
  return columns;
}

}  // namespace tarn::plan
