#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The tokens of a SQL text, as Spark's lexer cuts it.
namespace tarn::sql {

/// \brief One token of a text, by its place there.
struct Token {
  enum class Kind {
    kName,        ///< `name`, a keyword or not: the parser knows by the place
    kQuotedName,  ///< in backticks, or in double quotes where those are names
    kNumber,      ///< with the letters that say its type, without its sign, which is a symbol
    kString,      ///< with its quotes, and the r of a raw string
    kSymbol,      ///< operators and punctuation; `>` always stands alone
  };
  Kind kind = Kind::kSymbol;
  int begin = 0;      ///< byte offset in the text
  int end = 0;        ///< one past its last byte
  int depth = 0;      ///< brackets open around this token
  int matching = -1;  ///< of a bracket: index of its other half, -1 when there is none
  /// Words ARRAY, MAP and STRUCT before this token that no `>` has closed: while there is one,
  /// Spark reads `>>` as the ends of two types.
  int open_types = 0;
};

/// \brief What text in double quotes is.
enum class DoubleQuotes { kNames, kStrings };

/// \brief Something that no token begins or ends with.
struct LexicalError {
  std::string message;
  std::string hint;
  int begin = 0;  ///< byte offset in the text
  int end = 0;    ///< one past the last byte
};

class TokenList {
 public:
  /// \brief Split `sql`; comments and hints are left out.
  /// \param[in] sql UTF-8; must outlive this list.
  /// \return the error when the text has a token without end, such as an open string.
  std::optional<LexicalError> Scan(std::string_view sql, DoubleQuotes double_quotes);

  int size() const { return static_cast<int>(tokens_.size()); }
  const Token& operator[](int index) const { return tokens_[index]; }

  /// \brief The token as written; empty for an index out of range.
  std::string_view TextOf(int index) const;

  /// \brief Whether the token is this symbol, or this word, unquoted and without case.
  bool Is(int index, std::string_view word) const;

  /// \brief The name that the token spells: as written, without its quotes.
  std::string NameOf(int index) const;

 private:
  void MatchBrackets();
  void CountOpenTypes();

  std::string_view sql_;
  std::vector<Token> tokens_;
};

}  // namespace tarn::sql
