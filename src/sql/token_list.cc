#include "sql/token_list.h"

#include <algorithm>

#include "base/ascii.h"
#include "sql/lexer_internal.h"

namespace tarn::sql {

std::optional<LexicalError> TokenList::Scan(std::string_view sql, DoubleQuotes double_quotes) {
  sql_ = sql;
  tokens_.clear();
  Lexer lexer(sql, double_quotes);
  while (lexer.Next(&tokens_)) {
  }
  MatchBrackets();
  CountOpenTypes();
  return lexer.error();
}

void TokenList::MatchBrackets() {
  std::vector<int> open;
  for (int i = 0; i < size(); ++i) {
    Token& token = tokens_[i];
    const char first = token.kind == Token::Kind::kSymbol ? sql_[token.begin] : ' ';
    if ((first == ')' || first == ']') && !open.empty()) {
      token.matching = open.back();
      tokens_[open.back()].matching = i;
      open.pop_back();
    }
    token.depth = static_cast<int>(open.size());
    if (first == '(' || first == '[') open.push_back(i);
  }
}

void TokenList::CountOpenTypes() {
  int open = 0;
  for (int i = 0; i < size(); ++i) {
    tokens_[i].open_types = open;
    if (Is(i, "array") || Is(i, "map") || Is(i, "struct")) {
      ++open;
    } else if (Is(i, ">") && open > 0) {
      --open;
    }
  }
}

std::string_view TokenList::TextOf(int index) const {
  if (index < 0 || index >= size()) return {};
  return sql_.substr(tokens_[index].begin, tokens_[index].end - tokens_[index].begin);
}

bool TokenList::Is(int index, std::string_view word) const {
  const std::string_view text = TextOf(index);
  if (text.size() != word.size() || text.empty()) return false;
  const Token::Kind kind = tokens_[index].kind;
  if (kind != Token::Kind::kName && kind != Token::Kind::kSymbol) return false;
  return std::equal(text.begin(), text.end(), word.begin(),
                    [](char a, char b) { return ToLower(a) == ToLower(b); });
}

std::string TokenList::NameOf(int index) const {
  const std::string_view text = TextOf(index);
  if (index >= size() || tokens_[index].kind != Token::Kind::kQuotedName) return std::string(text);
  std::string name;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == text.front()) ++i;
  }
  return name;
}

}  // namespace tarn::sql
