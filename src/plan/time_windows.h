#pragma once

#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "sql/ast.h"

/// Windows of time, which window() and session_window() make.
namespace tarn::plan {

/// \brief Whether it is one of these functions' names, which is their column's name as well.
bool IsTimeWindowName(std::string_view name);

/// \brief The first call of one in the select list, GROUP BY or the windows of `select`, not in its
/// subqueries; null: there is none.
const sql::Expr* FindTimeWindow(const sql::Select& select);

/// \brief `node` with the windows of `call` as a further column, and a row for each window that the
/// row is in. Rows that are in none go.
/// \param[in] call of window() or session_window(), over `node`
NodePtr AddTimeWindow(NodePtr node, const ExprPtr& call);

/// \brief `node` with further columns, the last one being the session that the row's own one is
/// part of: those that overlap or touch are one, among the rows whose other keys are equal.
/// \param[in] session which of the keys is the row's own session
/// \param[in,out] keys over `node`; that one becomes the column of the merged ones
NodePtr MergeSessions(NodePtr node, size_t session, std::vector<ExprPtr>* keys);

}  // namespace tarn::plan
