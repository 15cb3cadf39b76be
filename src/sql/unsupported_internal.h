#pragma once

#include <vector>

#include "sql/ast.h"

namespace tarn::sql {

/// \brief What of Spark SQL is in the tree and tarn can't do yet, each place with its reason, in
/// the order of the text.
std::vector<Diagnostic> FindUnsupported(const Query& query);
std::vector<Diagnostic> FindUnsupported(const Expr& expr);

}  // namespace tarn::sql
