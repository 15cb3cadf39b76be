#pragma once

#include <optional>
#include <vector>

#include "plan/expr.h"

/// Conditions in the form that the scanner takes: any of several lists of comparisons, all of which
/// hold.
namespace tarn::plan {

/// `column op literal` of one type, is_null(column) or not(is_null(column)).
using Comparisons = std::vector<ExprPtr>;

/// A row passes when all comparisons of some list hold.
using AnyOf = std::vector<Comparisons>;

/// \brief `condition` in that form; none when the scanner can't do it, or it would be too long.
///
/// The form keeps the rows for which `condition` is true; false and NULL are not distinguished.
std::optional<AnyOf> ToAnyOf(const ExprPtr& condition);

/// \brief Both hold. None when it would be too long.
std::optional<AnyOf> AllOf(const AnyOf& left, const AnyOf& right);

/// \brief Either holds; lists that another one makes superfluous are left out.
AnyOf EitherOf(AnyOf left, const AnyOf& right);

/// \brief Whether a row that passes `filter` passes `condition` (may miss some that do).
bool Implies(const AnyOf& filter, const AnyOf& condition);

/// \brief As an expression: OR of ANDs.
ExprPtr ToExpr(const AnyOf& filter);

}  // namespace tarn::plan
