#pragma once

#include <algorithm>
#include <string_view>

/// ASCII letters and signs, whatever the locale.
namespace tarn {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// \brief What a name that needs no quotes is made of.
constexpr bool IsWordByte(char c) { return IsDigit(c) || IsLetter(c) || c == '_'; }

/// \brief Space, tab, and the ends of lines: blanks of JSON, TOML and DDL.
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; }

constexpr bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

/// \brief Whether two SQL names are the same: without case, as in Spark.
constexpr bool SameName(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return ToLower(a) == ToLower(b); });
}

}  // namespace tarn
