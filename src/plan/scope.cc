#include "plan/scope.h"

#include <fmt/format.h>

#include <cctype>

namespace tarn::plan {
namespace {

std::string FullName(const std::string& qualifier, const std::string& name) {
  return qualifier.empty() ? name : qualifier + "." + name;
}

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

std::string DidYouMean(const std::string& word, const std::vector<std::string>& candidates) {
  std::string nearest = Nearest(word, candidates);
  return nearest.empty() ? "" : fmt::format("did you mean {}?", nearest);
}

void ReportUnknownTable(const Scope& scope, const std::string& qualifier, const sql::Location& at,
                        Diagnostics* diagnostics) {
  std::vector<std::string> qualifiers = QualifiersOf(scope);
  std::string hint = DidYouMean(qualifier, qualifiers);
  if (hint.empty() && !qualifiers.empty()) {
    hint = fmt::format("tables here: {}", fmt::join(qualifiers, ", "));
  }
  for (const ScopeColumn& column : scope.columns) {
    bool is_struct = column.expr != nullptr && column.expr->type->id() == arrow::Type::STRUCT;
    if (is_struct && SameName(column.name, qualifier)) {
      hint = "fields of STRUCT columns can't be read yet; declare the field as a column";
    }
  }
  diagnostics->Add(at, "unknown table or alias: " + qualifier, hint);
}

void ReportUnknownColumn(const Scope& scope, const sql::ColumnRef& ref, const sql::Location& at,
                         const std::string& fallback, Diagnostics* diagnostics) {
  std::vector<std::string> names;
  for (const ScopeColumn& column : scope.columns) {
    bool eligible = ref.qualifier.empty() || SameName(column.qualifier, ref.qualifier);
    if (eligible) names.push_back(column.name);
  }
  std::string hint = fallback.empty() ? DidYouMean(ref.name, names) : fallback;
  if (hint.empty() && !names.empty()) {
    hint = fmt::format("columns here: {}", fmt::join(names, ", "));
  }
  diagnostics->Add(at, "unknown column: " + FullName(ref.qualifier, ref.name), hint);
}

}  // namespace

bool SameName(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

std::vector<const ScopeColumn*> FindColumns(const Scope& scope, const sql::ColumnRef& ref) {
  std::vector<const ScopeColumn*> found;
  for (const ScopeColumn& column : scope.columns) {
    if (!SameName(column.name, ref.name)) continue;
    bool fits =
        ref.qualifier.empty() ? !column.merged_away : SameName(column.qualifier, ref.qualifier);
    if (fits) found.push_back(&column);
  }
  return found;
}

ExprPtr ResolveColumn(const Scope& scope, const sql::ColumnRef& ref, const sql::Location& at,
                      const std::string& hint, Diagnostics* diagnostics) {
  std::vector<const ScopeColumn*> found = FindColumns(scope, ref);
  if (found.size() == 1) {
    if (found[0]->expr == nullptr) return nullptr;
    auto column = std::make_shared<Expr>(*found[0]->expr);
    column->at = at;
    return column;
  }
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const ScopeColumn* column : found) {
      names.push_back(FullName(column->qualifier, column->name));
    }
    std::string advice = names[0] == names[1] ? "give the tables or columns different names with AS"
                                              : fmt::format("write {}", fmt::join(names, " or "));
    diagnostics->Add(at, "ambiguous column: " + FullName(ref.qualifier, ref.name), advice);
  } else if (scope.complete) {
    if (!ref.qualifier.empty() && !HasQualifier(scope, ref.qualifier)) {
      ReportUnknownTable(scope, ref.qualifier, at, diagnostics);
    } else {
      ReportUnknownColumn(scope, ref, at, hint, diagnostics);
    }
  }
  return nullptr;
}

std::vector<const ScopeColumn*> ExpandStar(const Scope& scope, const sql::Star& star,
                                           const sql::Location& at, Diagnostics* diagnostics) {
  std::vector<const ScopeColumn*> columns;
  for (const ScopeColumn& column : scope.columns) {
    bool fits =
        star.qualifier.empty() ? !column.merged_away : SameName(column.qualifier, star.qualifier);
    if (fits) columns.push_back(&column);
  }
  if (columns.empty() && scope.complete) {
    if (star.qualifier.empty()) {
      diagnostics->Add(at, "* stands for no columns here", "SELECT * needs a FROM");
    } else {
      ReportUnknownTable(scope, star.qualifier, at, diagnostics);
    }
  }
  return columns;
}

}  // namespace tarn::plan
