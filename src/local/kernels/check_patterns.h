#pragma once

#include "base/error.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Whether this engine can use the plan's constant patterns: regular expressions, those of
/// LIKE, and those of dates.
/// \return kBadInput with each that it can't, at its place in the SQL
Status CheckPatterns(const plan::Plan& plan);

}  // namespace tarn::local
