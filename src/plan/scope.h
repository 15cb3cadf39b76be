#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/diagnostics.h"
#include "plan/plan.h"
#include "sql/ast.h"

namespace tarn::plan {

/// \brief Whether two SQL names are the same: without case, as in Spark.
bool SameName(std::string_view left, std::string_view right);

/// \brief A column that SQL can name.
struct ScopeColumn {
  std::string qualifier;  ///< table or alias; empty for none
  std::string name;
  ExprPtr expr;  ///< over the relation; null when its definition had an error, already reported
  /// One side's column of a JOIN … USING: reached by its qualifier only, as the merged one has the
  /// name.
  bool merged_away = false;
};

/// \brief The columns that a clause sees.
struct Scope {
  std::vector<ScopeColumn> columns;
  /// False when a table could not be bound: a name that is missing may then be no error of its own.
  bool complete = true;
};

/// \brief Rows, and the names of their columns.
struct Relation {
  NodePtr node;
  Scope scope;
};

/// \brief The columns that `ref` may mean.
std::vector<const ScopeColumn*> FindColumns(const Scope& scope, const sql::ColumnRef& ref);

/// \brief The column that `ref` means.
/// \return null with an error reported for an unknown or ambiguous name; null without one when the
///   error was elsewhere.
/// \param[in] hint used for an unknown name that resembles no column.
ExprPtr ResolveColumn(const Scope& scope, const sql::ColumnRef& ref, const sql::Location& at,
                      const std::string& hint, Diagnostics* diagnostics);

/// \brief The columns that `*` or `t.*` stands for, in order.
std::vector<const ScopeColumn*> ExpandStar(const Scope& scope, const sql::Star& star,
                                           const sql::Location& at, Diagnostics* diagnostics);

}  // namespace tarn::plan
