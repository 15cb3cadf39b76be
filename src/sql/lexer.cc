#include <algorithm>

#include "base/ascii.h"
#include "sql/lexer_internal.h"

namespace tarn::sql {
namespace {

// Letters beyond ASCII are told apart by the parser, which knows what to say.
bool IsNameChar(char c) { return IsWordByte(c) || static_cast<unsigned char>(c) >= 0x80; }

// Longest first. `>>` and `>>>` are two and three tokens: they also end types, as in
// ARRAY<ARRAY<INT>>.
constexpr std::string_view kLongSymbols[] = {"<=>", "<>", "<=", ">=", "!=", "!<", "!>",
                                             "==",  "||", "::", "->", "=>", "<<", "|>"};

}  // namespace

void Lexer::Fail(size_t begin, size_t end, std::string message, std::string hint) {
  error_ = LexicalError{std::move(message), std::move(hint), static_cast<int>(begin),
                        static_cast<int>(std::min(end, sql_.size()))};
}

// Bytes of the white space at `offset`, 0 when there is none.
size_t Lexer::SpaceAt(size_t offset) const {
  static constexpr std::string_view kWide[] = {
      "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
      "\u2007", "\u2008", "\u2009", "\u200A", "\u2028", "\u202F", "\u205F", "\u3000"};
  const char c = At(offset);
  if (offset < sql_.size() && (c == ' ' || (c >= '\t' && c <= '\r'))) return 1;
  if (static_cast<unsigned char>(c) < 0xC2) return 0;
  for (std::string_view space : kWide) {
    if (sql_.substr(offset).starts_with(space)) return space.size();
  }
  return 0;
}

void Lexer::SkipLineComment() {
  while (offset_ < sql_.size() && sql_[offset_] != '\n' && sql_[offset_] != '\r') {
    // A backslash before the line's end goes on with the comment.
    offset_ += sql_.substr(offset_).starts_with("\\\n") ? 2 : 1;
  }
}

// Comments in brackets nest.
bool Lexer::SkipComment() {
  const size_t begin = offset_;
  int depth = 0;
  do {
    const std::string_view rest = sql_.substr(offset_);
    if (rest.empty()) {
      Fail(begin, begin + 2, "comment without an end", "close it with */");
      return false;
    }
    const bool opens = rest.starts_with("/*"), closes = rest.starts_with("*/");
    depth += opens ? 1 : closes ? -1 : 0;
    offset_ += opens || closes ? 2 : 1;
  } while (depth > 0);
  return true;
}

bool Lexer::SkipBlank() {
  while (offset_ < sql_.size()) {
    const std::string_view rest = sql_.substr(offset_);
    if (rest.starts_with("--")) {
      SkipLineComment();
    } else if (rest.starts_with("/*")) {
      if (!SkipComment()) return false;
    } else if (size_t space = SpaceAt(offset_)) {
      offset_ += space;
    } else {
      return true;
    }
  }
  return true;
}

bool Lexer::Next(std::vector<Token>* tokens) {
  if (error_ || !SkipBlank() || offset_ == sql_.size()) return false;
  const size_t begin = offset_;
  const std::optional<Token::Kind> kind = TakeToken();
  if (!kind) return false;
  tokens->push_back({*kind, static_cast<int>(begin), static_cast<int>(offset_)});
  return true;
}

std::optional<Token::Kind> Lexer::TakeToken() {
  const char c = At(offset_);
  if (c == '\'') return TakeQuoted('\'', Token::Kind::kString, true);
  if (c == '`') return TakeQuoted('`', Token::Kind::kQuotedName, false);
  if (c == '"') {
    return double_quotes_ == DoubleQuotes::kStrings
               ? TakeQuoted('"', Token::Kind::kString, true)
               : TakeQuoted('"', Token::Kind::kQuotedName, false);
  }
  const char next = At(offset_ + 1);
  const bool is_raw = (c == 'r' || c == 'R') &&
                      (next == '\'' || (next == '"' && double_quotes_ == DoubleQuotes::kStrings));
  if (is_raw) {
    ++offset_;
    return TakeQuoted(next, Token::Kind::kString, false);
  }
  if ((IsDigit(c) || (c == '.' && IsDigit(next))) && TakeNumber()) return Token::Kind::kNumber;
  if (IsNameChar(c)) return TakeName();
  return TakeSymbol();
}

// From quote to quote; one inside is written twice, or after a backslash where there are escapes.
std::optional<Token::Kind> Lexer::TakeQuoted(char quote, Token::Kind kind, bool has_escapes) {
  const size_t begin = offset_++;
  const bool is_raw = begin > 0 && kind == Token::Kind::kString && !has_escapes;
  while (offset_ < sql_.size()) {
    const char c = sql_[offset_++];
    if (c == '\\' && has_escapes) {
      ++offset_;
    } else if (c == quote) {
      if (is_raw || At(offset_) != quote) return kind;
      ++offset_;
    }
  }
  const std::string_view what = kind == Token::Kind::kString ? "string" : "quoted name";
  Fail(begin, begin + 1, std::string(what) + " without an end",
       kind == Token::Kind::kString && has_escapes
           ? "close the quote; inside it, write it twice; a backslash keeps what follows from "
             "closing it"
           : "close the quote; inside it, write it twice");
  return std::nullopt;
}

Token::Kind Lexer::TakeName() {
  while (IsNameChar(At(offset_)) && SpaceAt(offset_) == 0) ++offset_;
  return Token::Kind::kName;
}

// Digits with what may follow: fraction, exponent, and the letters of a type. False, with nothing
// taken, for what is the begin of a name (`1a`) or a dot alone.
bool Lexer::TakeNumber() {
  size_t end = offset_;
  while (IsDigit(At(end))) ++end;
  const bool has_fraction = At(end) == '.';
  if (has_fraction) {
    for (++end; IsDigit(At(end));) ++end;
  }
  if (ToLower(At(end)) == 'e') {
    size_t exponent = end + 1;
    if (At(exponent) == '+' || At(exponent) == '-') ++exponent;
    if (IsDigit(At(exponent))) {
      for (end = exponent; IsDigit(At(end));) ++end;
    }
  }
  size_t suffix = end;
  while (IsNameChar(At(suffix)) && SpaceAt(suffix) == 0) ++suffix;
  std::string letters(sql_.substr(end, suffix - end));
  std::transform(letters.begin(), letters.end(), letters.begin(), ToLower);
  const bool is_integer =
      end == offset_ || std::all_of(sql_.begin() + offset_, sql_.begin() + end, IsDigit);
  const bool is_type = letters.empty() || letters == "f" || letters == "d" || letters == "bd" ||
                       (is_integer && (letters == "l" || letters == "s" || letters == "y"));
  if (!is_type) return false;
  offset_ = suffix;
  return true;
}

Token::Kind Lexer::TakeSymbol() {
  const std::string_view rest = sql_.substr(offset_);
  for (std::string_view symbol : kLongSymbols) {
    if (!rest.starts_with(symbol)) continue;
    offset_ += symbol.size();
    return Token::Kind::kSymbol;
  }
  ++offset_;
  return Token::Kind::kSymbol;
}

}  // namespace tarn::sql
