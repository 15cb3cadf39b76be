#include "sql/syntax_hint.h"

#include <algorithm>

namespace tarn::sql {
namespace {

struct Idiom {
  std::string_view word;
  std::string_view hint;
};

constexpr Idiom kIdioms[] = {
    {"`", "put names in double quotes instead of backticks: \"name\""},
    {"view", "LATERAL VIEW is not supported: declare the exploded data as a source of its own"},
    {"qualify", "QUALIFY is not supported: compute the window in a subquery, and filter in WHERE"},
    {"semi", "SEMI JOIN is not supported: INNER JOIN with a SELECT DISTINCT of the keys"},
    {"anti", "ANTI JOIN is not supported: LEFT JOIN and keep rows WHERE the right key IS NULL"},
    {"rlike", "write rlike(x, 'pattern')"},
    {"regexp", "write rlike(x, 'pattern')"},
    {"div", "write div(a, b)"},
    {"pivot", "PIVOT is not supported: write one max(CASE WHEN … THEN … END) per column"},
    {"cluster", "CLUSTER BY is not supported: set partition_by and sort_within in tarn.toml"},
    {"distribute", "DISTRIBUTE BY is not supported: set partition_by in tarn.toml"},
    {"sort", "SORT BY is not supported: set sort_within in tarn.toml"},
};

}  // namespace

std::string SyntaxHint(const TokenList& tokens, int token, std::string_view message) {
  // The grammar may take the foreign word for an alias, and stumble only over what follows.
  constexpr int kLookBack = 2;
  constexpr int kLookAhead = 1;
  for (int i = std::max(token - kLookBack, 0); i <= token + kLookAhead; ++i) {
    for (const Idiom& idiom : kIdioms) {
      if (tokens.Is(i, idiom.word)) return std::string(idiom.hint);
    }
  }
  if (message.starts_with("unterminated quoted"))
    return "close the quote; inside it, write it twice";
  if (message.starts_with("trailing junk")) {
    return "write CAST(1 AS BIGINT) for 1L; put a name that begins with a digit in double quotes";
  }
  if (message.ends_with("must have an alias")) return "name it: FROM (SELECT …) AS t";
  if (tokens.Is(token, "from")) return "is there a comma too many before FROM?";
  return "";
}

}  // namespace tarn::sql
