#pragma once

#include <functional>
#include <vector>

#include "plan/expr.h"

/// What conditions say of columns that they do not name.
namespace tarn::plan {

/// \brief Conditions on other columns that hold where `equalities` and `conditions` do: `a = b` and
/// `a > 5` give `b > 5`.
///
/// \param[in] equalities those that are `column = column` count, the others are ignored
/// \param[in] conditions those that read one column count
/// \return none that is among `conditions`
std::vector<ExprPtr> ImpliedByEqualities(const std::vector<ExprPtr>& equalities,
                                         const std::vector<ExprPtr>& conditions);

/// \brief Whether `condition` is never true where every column of `side` is NULL (may miss some
/// conditions of which that holds).
bool RejectsNulls(const Expr& condition, const std::function<bool(int column)>& side);

}  // namespace tarn::plan
