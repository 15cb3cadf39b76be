#include "sql/spark_calls.h"

#include <algorithm>
#include <string_view>

namespace tarn::sql {
namespace {

// In the place of a keyword's first letter.
constexpr char kMark = '_';

bool IsOneOf(const TokenList& tokens, int token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return tokens.Is(token, word); });
}

// POSITION(a IN b) is the grammar's own.
bool HasCommaWithin(const TokenList& tokens, int open) {
  for (int i = open + 1; i < tokens[open].matching; ++i) {
    if (tokens.Is(i, ",") && tokens[i].depth == tokens[open].depth + 1) return true;
  }
  return false;
}

bool IsKeywordCall(const TokenList& tokens, int token) {
  const int open = token + 1;
  if (!tokens.Is(open, "(") || tokens[open].matching < 0) return false;
  if (tokens.Is(token, "position")) return HasCommaWithin(tokens, open);
  // x = ANY (SELECT …) and x LIKE ANY (…) compare with what is in the brackets.
  const bool compares =
      IsOneOf(tokens, open + 1, {"select", "with", "values"}) ||
      IsOneOf(tokens, token - 1,
              {"=", "<=>", "<>", "!=", "<", "<=", ">", ">=", "like", "ilike", "rlike", "~"});
  return IsOneOf(tokens, token, {"any", "some"}) && !compares;
}

}  // namespace

std::string WithoutKeywordCalls(const std::string& sql, const TokenList& tokens) {
  std::string text = sql;
  for (int i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::kKeyword) continue;
    if (IsOneOf(tokens, i, {"current_date", "current_timestamp"})) {
      const int open = i + 1;
      if (!tokens.Is(open, "(") || tokens[open].matching != open + 1) continue;
      text[tokens[open].begin] = ' ';
      text[tokens[open + 1].begin] = ' ';
    } else if (IsKeywordCall(tokens, i)) {
      text[tokens[i].begin] = kMark;
    }
  }
  return text;
}

std::string CalledName(const std::string& name, const TokenList& tokens, int token) {
  const std::string written = Lower(tokens.TextOf(token));
  const bool is_marked = name.size() == written.size() && name.starts_with(kMark) &&
                         name.substr(1) == written.substr(1);
  return is_marked ? written : name;
}

}  // namespace tarn::sql
