#pragma once

#include "base/error.h"
#include "sql/ast.h"

namespace tarn::plan {

/// \brief Whether some argument of `call` has a name that says which one it is: `f(x => 1)`.
bool HasNamedArguments(const sql::Call& call);

/// \brief `call` with its arguments in the function's order and without their names; for those
/// before the last one that are not written, what the function takes in their place.
/// \return kBadInput with a hint: the function takes no names, or not this one; a name is there
///   twice, or before an argument without one; an argument is missing
Result<sql::Call> InOrder(const sql::Call& call, const sql::Location& at);

}  // namespace tarn::plan
