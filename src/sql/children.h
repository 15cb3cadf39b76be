#pragma once

#include <functional>

#include "sql/ast.h"

namespace tarn::sql {

/// \brief Takes an expression, which is not null.
using VisitExpr = std::function<void(const ExprPtr& child)>;

/// \brief Visit the expressions right below `expr`, in the order in which they are written but for
/// FILTER, WITHIN GROUP and OVER, which follow the arguments. The queries in it are not entered.
void ForEachChild(const Expr& expr, const VisitExpr& visit);

/// \brief The same of a window's keys and of the offsets of its frame.
void ForEachChild(const WindowSpec& window, const VisitExpr& visit);

/// \brief The query right below `expr`; null where it is no subquery.
QueryPtr QueryBelow(const Expr& expr);

}  // namespace tarn::sql
