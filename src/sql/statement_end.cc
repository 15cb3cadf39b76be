#include "sql/statement_end.h"

namespace tarn::sql {

StatementEnd FindStatementEnd(std::string_view sql, DoubleQuotes double_quotes) {
  TokenList tokens;
  // The lexer's only errors are of what has no end yet.
  const bool is_open = tokens.Scan(sql, double_quotes).has_value();
  for (int i = 0; i < tokens.size(); ++i) {
    if (tokens.Is(i, ";")) return {i > 0, static_cast<size_t>(tokens[i].end)};
  }
  return {tokens.size() > 0 || is_open, std::string_view::npos};
}

}  // namespace tarn::sql
