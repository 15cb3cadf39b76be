#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sql/token_list.h"

namespace tarn::sql {

/// \brief Cuts a text into tokens, from left to right.
///
/// Source: Spark's SqlBaseLexer.g4.
class Lexer {
 public:
  Lexer(std::string_view sql, DoubleQuotes double_quotes)
      : sql_(sql), double_quotes_(double_quotes) {}

  /// \brief Append the next token, if there is one. \return false at the end, or after an error
  bool Next(std::vector<Token>* tokens);

  const std::optional<LexicalError>& error() const { return error_; }

 private:
  char At(size_t offset) const { return offset < sql_.size() ? sql_[offset] : '\0'; }

  bool SkipBlank();
  bool SkipComment();
  void SkipLineComment();
  std::optional<Token::Kind> TakeToken();
  std::optional<Token::Kind> TakeQuoted(char quote, Token::Kind kind, bool has_escapes);
  Token::Kind TakeSymbol();
  Token::Kind TakeName();
  bool TakeNumber();
  size_t SpaceAt(size_t offset) const;
  void Fail(size_t begin, size_t end, std::string message, std::string hint);

  const std::string_view sql_;
  const DoubleQuotes double_quotes_;
  size_t offset_ = 0;
  std::optional<LexicalError> error_;
};

}  // namespace tarn::sql
