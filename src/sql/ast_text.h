#pragma once

#include <string>

#include "sql/ast.h"

namespace tarn::sql {

/// \brief The tree as one line of text, for tests: calls in prefix form, `q.x` columns, 'text'
/// strings.
std::string ToText(const Expr& expr);
std::string ToText(const Query& query);

}  // namespace tarn::sql
