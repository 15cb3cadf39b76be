#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "sql/ast.h"

namespace tarn::sql {

/// \brief Parse one SELECT statement (a trailing `;` is allowed).
///
/// \return the syntax tree, or kBadInput: a syntax error alone, or else every construct that is not
///   supported, each as a diagnostic of its own, in the order of the text.
/// Threads: any number at once.
/// Source: PostgreSQL 15's grammar through libpg_query.
Result<QueryPtr> Parse(std::shared_ptr<const Text> text);

/// \brief A lone scalar expression, such as a table check (`duration > 0`). Errors as for Parse.
Result<ExprPtr> ParseExpression(std::shared_ptr<const Text> text);

/// \brief Names of sources and models that `query` reads, each once, in order of appearance.
///
/// Names defined by WITH are left out, by SQL's scoping rules.
struct Reference {
  std::string name;  ///< as written
  Location at;       ///< of its first appearance
};
std::vector<Reference> References(const Query& query);

}  // namespace tarn::sql
