#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The tokens of a SQL text. The grammar's tree has only where a construct begins, and folds names
/// to lower case; the tokens show where it ends and how its names were written.
namespace tarn::sql {

/// \brief One token of a text, by its place there.
struct Token {
  enum class Kind {
    kIdentifier,  ///< `name` or `"name"`
    kKeyword,     ///< a word that the grammar knows; most of them serve as names too
    kNumber,      ///< without its sign, which is a symbol
    kString,      ///< with its quotes, and a prefix such as E
    kSymbol,      ///< operators, punctuation, parameters
  };
  Kind kind = Kind::kSymbol;
  int begin = 0;      ///< byte offset in the text
  int end = 0;        ///< one past its last byte
  int depth = 0;      ///< brackets open around this token
  int matching = -1;  ///< of a bracket: index of its other half, -1 when there is none
};

/// The grammar's messages quote what they stopped at, which may be the rest of a long text.
inline constexpr size_t kSyntaxMessageWidthMax = 300;

/// \brief An error of the scanner or the grammar, at a byte offset.
struct SyntaxError {
  std::string message;  ///< the grammar's own words, without the place
  int offset = 0;       ///< in bytes of the text
};

class TokenList {
 public:
  /// \brief Split `sql`; comments are left out.
  /// \param[in] sql UTF-8 without NUL bytes; must outlive this list.
  /// \return the error when the text has a token without end, such as an open string.
  std::optional<SyntaxError> Scan(const std::string& sql);

  int size() const { return static_cast<int>(tokens_.size()); }
  const Token& operator[](int index) const { return tokens_[index]; }

  /// \brief Index of the first token that begins at `offset` or later; size() when there is none.
  int IndexAt(int offset) const;

  /// \brief The token as written; empty for an index out of range.
  std::string_view TextOf(int index) const;

  /// \brief Whether the token is this word or symbol, without case.
  bool Is(int index, std::string_view word) const;

  /// \brief The name that the token spells: as written, without the double quotes.
  std::string NameOf(int index) const;

 private:
  void MatchBrackets();

  std::string_view sql_;
  std::vector<Token> tokens_;
};

/// \brief Lower case for ASCII, as SQL folds names.
std::string Lower(std::string_view text);

/// \brief Byte offset of the 1-based character `position` of UTF-8 `text`.
int OffsetOfCharacter(std::string_view text, int position);

}  // namespace tarn::sql
