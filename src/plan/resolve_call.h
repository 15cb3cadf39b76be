#pragma once

#include <string>
#include <vector>

#include "plan/build_expr.h"
#include "plan/function.h"

namespace tarn::plan {

/// \brief What resolution needs to know of `args`.
Arguments ArgumentsOf(const std::vector<ExprPtr>& args);

/// \brief A call of the scalar function `name` (lower case), or what is put in its place; its
/// arguments cast to what it takes.
/// \return kBadInput, as ResolveFunction
Result<ExprPtr> ResolveCall(const std::string& name, const std::vector<ExprPtr>& args,
                            const sql::Location& at);

}  // namespace tarn::plan
