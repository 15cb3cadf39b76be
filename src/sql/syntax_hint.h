#pragma once

#include <string>

#include "sql/token_list.h"

namespace tarn::sql {

/// \brief What to do about a syntax error at `token`, where people write something else than Spark
/// has; empty when nothing is known.
std::string SyntaxHint(const TokenList& tokens, int token);

}  // namespace tarn::sql
