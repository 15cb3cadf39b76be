#pragma once

#include <string>

#include "sql/token_list.h"

/// Calls of Spark's functions that PostgreSQL's grammar knows in other forms only.
namespace tarn::sql {

/// \brief `sql` as the grammar takes it, byte for byte in the same places: current_date() without
/// its brackets; any(x), some(x) and position(a, b) under names that are no keywords.
std::string WithoutKeywordCalls(const std::string& sql, const TokenList& tokens);

/// \brief The function that the text calls at `token`, which the grammar calls `name`.
std::string CalledName(const std::string& name, const TokenList& tokens, int token);

}  // namespace tarn::sql
