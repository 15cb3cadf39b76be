#pragma once

#include <optional>

#include "plan/expr.h"

/// What FULL JOIN … USING makes of a key: the value of the side that there is.
namespace tarn::plan {

/// \brief A condition on a merged key, as conditions on both keys that it is merged of.
struct UnmergedCondition {
  ExprPtr left;
  ExprPtr right;
};

/// \brief Take `condition` apart if it reads nothing but coalesce(left key, right key).
///
/// \param[in] equality a condition `left key = right key` of the join; others give none
/// \param[in] left_width columns from here on are of the right side
std::optional<UnmergedCondition> Unmerge(const ExprPtr& condition, const Expr& equality,
                                         int left_width);

}  // namespace tarn::plan
