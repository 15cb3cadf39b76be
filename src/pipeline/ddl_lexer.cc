#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "pipeline/ddl_lexer_internal.h"

namespace tarn::pipeline {
namespace {

using Kind = DdlToken::Kind;

// The offset of the next token, or of a block comment that is not closed.
size_t SkipBlanksAndComments(std::string_view ddl, size_t offset) {
  while (offset < ddl.size()) {
    std::string_view rest = ddl.substr(offset);
    if (IsBlank(rest[0])) {
      ++offset;
    } else if (rest.starts_with("--")) {
      offset = std::min(ddl.find('\n', offset), ddl.size());
    } else if (rest.starts_with("/*")) {
      size_t close = ddl.find("*/", offset + 2);
      if (close == std::string_view::npos) break;
      offset = close + 2;
    } else {
      break;
    }
  }
  return offset;
}

// A quoted name or a string. The quote itself is written twice inside; strings know `\` as well.
DdlToken ReadQuoted(std::string_view ddl, size_t begin) {
  const char quote = ddl[begin];
  const bool is_string = quote == '\'';
  DdlToken token{is_string ? Kind::kString : Kind::kQuotedName, begin, ddl.size(), ""};
  for (size_t i = begin + 1; i < ddl.size(); ++i) {
    const bool has_next = i + 1 < ddl.size();
    if (ddl[i] == quote) {
      if (!has_next || ddl[i + 1] != quote) {
        token.end = i + 1;
        if (is_string || !token.value.empty()) return token;
        return {Kind::kBad, begin, i + 1, "the name is empty"};
      }
      ++i;
    } else if (is_string && ddl[i] == '\\' && has_next) {
      ++i;
    }
    token.value += ddl[i];
  }
  return {Kind::kBad, begin, begin + 1, fmt::format("the closing {} is missing", quote)};
}

// One whole character, so that an excerpt marks it as one.
DdlToken ReadBadCharacter(std::string_view ddl, size_t begin) {
  size_t end = begin + 1;
  while (end < ddl.size() && (static_cast<unsigned char>(ddl[end]) & 0xC0) == 0x80) ++end;
  std::string character(ddl.substr(begin, end - begin));
  if (static_cast<unsigned char>(character[0]) < ' ') character = "a control character";
  return {Kind::kBad, begin, end, "a name or type cannot contain " + character};
}

}  // namespace

DdlToken NextDdlToken(std::string_view ddl, size_t offset) {
  const size_t begin = SkipBlanksAndComments(ddl, offset);
  if (ddl.substr(begin).starts_with("/*")) {
    return {Kind::kBad, begin, begin + 2, "the closing */ is missing"};
  }
  if (begin == ddl.size()) return {Kind::kEnd, begin, begin, ""};
  const char first = ddl[begin];
  if (first == '`' || first == '"' || first == '\'') return ReadQuoted(ddl, begin);
  if (std::string_view("<>(),:").find(first) != std::string_view::npos) {
    return {Kind::kMark, begin, begin + 1, std::string(1, first)};
  }
  if (!IsWordByte(first)) return ReadBadCharacter(ddl, begin);
  size_t end = std::find_if_not(ddl.begin() + begin, ddl.end(), IsWordByte) - ddl.begin();
  std::string value(ddl.substr(begin, end - begin));
  bool is_number = std::all_of(value.begin(), value.end(), IsDigit);
  return {is_number ? Kind::kNumber : Kind::kWord, begin, end, std::move(value)};
}

}  // namespace tarn::pipeline
