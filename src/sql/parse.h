#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "sql/ast.h"
#include "sql/token_list.h"

namespace tarn::sql {

/// \brief Parse one query of Spark SQL (a trailing `;` is allowed).
///
/// \return the syntax tree, or kBadInput: the syntax errors, or else every construct that tarn does
///   not support, each as a diagnostic of its own, in the order of the text.
/// Threads: any number at once.
Result<QueryPtr> Parse(std::shared_ptr<const Text> text,
                       DoubleQuotes double_quotes = DoubleQuotes::kNames);

/// \brief A lone scalar expression, such as a table check (`duration > 0`). Errors as for Parse.
Result<ExprPtr> ParseExpression(std::shared_ptr<const Text> text,
                                DoubleQuotes double_quotes = DoubleQuotes::kNames);

/// \brief Names of sources and models that `query` reads, each once, in order of appearance.
///
/// Names defined by WITH are left out, by SQL's scoping rules.
struct Reference {
  std::string name;      ///< as written
  Location at;           ///< of its first appearance
  std::string format{};  ///< as NamedTable::format: the name is a path then
};
std::vector<Reference> References(const Query& query);

}  // namespace tarn::sql
