#pragma once

#include <functional>

#include "plan/plan.h"

namespace tarn::plan {

/// \brief Visit `expr` and every expression inside it.
void VisitExpr(const Expr& expr, const std::function<void(const Expr&)>& visit);

/// \brief Visit every expression of the tree below `node`, and those inside them.
void VisitExprs(const Node& node, const std::function<void(const Expr&)>& visit);

}  // namespace tarn::plan
