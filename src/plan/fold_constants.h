#pragma once

#include "plan/expr.h"

namespace tarn::plan {

/// \brief `expr` with literals in place of what can be computed of literals alone: sums,
/// differences and products of whole numbers, dates some days or months later, and casts of these.
///
/// What would fail is left to run time, and so is all else.
/// \return `expr` itself where there is nothing to compute
ExprPtr FoldConstants(const ExprPtr& expr);

}  // namespace tarn::plan
