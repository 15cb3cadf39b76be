#include "sql/syntax_hint.h"

#include <algorithm>
#include <vector>

#include "base/did_you_mean.h"

namespace tarn::sql {
namespace {

struct Idiom {
  std::string_view word;
  std::string_view hint;
};

// Words of other dialects, near the place of the error.
constexpr Idiom kIdioms[] = {
    {"similar", "write x RLIKE 'pattern'"},
    {"fetch", "write LIMIT n"},
    {"isnull", "write x IS NULL"},
    {"notnull", "write x IS NOT NULL"},
    {"symmetric", "write x BETWEEN least(a, b) AND greatest(a, b)"},
    {"materialized", "leave it out: each common table is computed where it is used"},
    {"zone", "timestamps are moments: take from_utc_timestamp(x, 'zone')"},
    {"$", "write the value; tarn.toml may take it from ${ENV}"},
};

// Words that queries are made of.
const std::vector<std::string>& Words() {
  static const std::vector<std::string> kWords = {
      "AND",   "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP",  "BY",   "HAVING",  "ORDER",
      "LIMIT", "OFFSET", "UNION",    "ALL",  "JOIN",  "INNER",  "LEFT", "RIGHT",   "FULL",
      "OUTER", "CROSS",  "ON",       "AND",  "OR",    "NOT",    "IN",   "BETWEEN", "LIKE",
      "IS",    "NULL",   "AS",       "CASE", "WHEN",  "THEN",   "ELSE", "END",     "CAST",
      "WITH",  "OVER",   "FILTER",   "DESC", "ASC",   "VALUES", "USING"};
  return kWords;
}

bool IsWord(const std::string& upper) {
  return std::find(Words().begin(), Words().end(), upper) != Words().end();
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return upper;
}

bool IsKind(const TokenList& tokens, int token, Token::Kind kind) {
  return token >= 0 && token < tokens.size() && tokens[token].kind == kind;
}

}  // namespace

std::string SyntaxHint(const TokenList& tokens, int token) {
  for (int i = std::max(token - 1, 0); i <= token + 1; ++i) {
    for (const Idiom& idiom : kIdioms) {
      if (tokens.Is(i, idiom.word)) return std::string(idiom.hint);
    }
  }
  if (tokens.Is(token, "~")) return "write x RLIKE 'pattern'";
  if (tokens.Is(token - 1, ",") && (tokens.Is(token, "from") || tokens.Is(token, ")"))) {
    return "is there a comma too many?";
  }
  if (IsKind(tokens, token, Token::Kind::kQuotedName) && tokens.TextOf(token).front() == '"') {
    return "text stands in single quotes; double quotes are for names";
  }
  if (IsKind(tokens, token, Token::Kind::kString) && tokens.TextOf(token).front() == '"') {
    return "names stand in backticks; double quotes are for text in this pipeline";
  }
  // What a misspelt word was taken for, such as a name, is just before the place of the error.
  for (int i : {token, token - 1}) {
    if (!IsKind(tokens, i, Token::Kind::kName)) continue;
    const std::string word = Upper(tokens.TextOf(i));
    constexpr size_t kLettersMin = 2;
    if (IsWord(word) || word.size() < kLettersMin) continue;
    if (std::string hint = DidYouMean(word, Words()); !hint.empty()) return hint;
  }
  if (IsKind(tokens, token, Token::Kind::kName) && IsWord(Upper(tokens.TextOf(token)))) {
    return "as a name it needs backticks: `" + std::string(tokens.TextOf(token)) + "`";
  }
  return "";
}

}  // namespace tarn::sql
