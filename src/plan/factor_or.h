#pragma once

#include <functional>
#include <vector>

#include "plan/expr.h"

/// What an OR says besides itself, so that joins and scans can use it. NULL counts as false
/// throughout: rows pass when a condition is true.
namespace tarn::plan {

/// \brief `condition` as conditions that hold together: `(c AND x) OR (c AND y)` gives `c` and
/// `x OR y`. A condition that may fail is not taken out, since an arm may keep rows from it.
std::vector<ExprPtr> FactorOr(const ExprPtr& condition);

/// \brief What an OR implies by the conditions that `usable` takes of each arm:
/// `(a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4)` gives `a.x = 1 OR a.x = 3`.
///
/// \return null when `condition` is no OR, or an arm has no such condition
ExprPtr WeakenOr(const ExprPtr& condition, const std::function<bool(const Expr&)>& usable);

}  // namespace tarn::plan
