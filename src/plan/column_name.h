#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plan/scope.h"
#include "sql/ast.h"

namespace tarn::plan {

/// \brief What the name of a selected column depends on beside its text.
struct ColumnNaming {
  const Scope* scope = nullptr;  ///< of the select list; says what of a dotted name is the column
  const std::vector<sql::NamedWindow>* windows = nullptr;  ///< of the WINDOW clause
  const TimeZone* zone = &TimeZone::Utc();  ///< the session's, which TIMESTAMP '…' is shown in
  /// The type of a part of the expression; null after an error. Asked where Spark's name depends
  /// on it: `d + 1` of a DATE is `date_add(d, 1)`.
  std::function<std::shared_ptr<arrow::DataType>(const sql::Expr&)> type_of;
  /// Whether a column that `scope` has not is one of the query around; null: it is a name of AS.
  std::function<bool(const sql::ColumnRef&)> is_outer;
  /// Whether a subquery depends on the row around it, whose columns its name has then; null: none.
  std::function<bool(const sql::Query&)> is_correlated;
};

/// \brief The name of a selected column that has none from AS: Spark's own, as `(a + 1)`,
/// `count(1)`, `upper(x)`. A column's is its own, also under a CAST; a field's is the field's.
/// \return none where Spark's name is not known
/// Source: Spark 4's ResolveAliases and toPrettySQL.
std::optional<std::string> ColumnNameOf(const sql::Expr& expr, const ColumnNaming& naming);

}  // namespace tarn::plan
