#pragma once

#include <string>

#include "sql/token_list.h"

namespace tarn::sql {

/// \brief What to write instead, when the grammar stumbles with `message` at `token` over something
/// that Spark or another dialect would take; empty when nothing is known.
std::string SyntaxHint(const TokenList& tokens, int token, std::string_view message);

}  // namespace tarn::sql
