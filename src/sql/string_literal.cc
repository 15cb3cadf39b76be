#include "sql/string_literal.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tarn::sql {
namespace {

std::optional<uint32_t> ParseDigits(std::string_view text, size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  uint32_t value = 0;
  for (char c : text.substr(0, count)) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : base;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

bool IsHighSurrogate(uint32_t code) { return code >= 0xD800 && code <= 0xDBFF; }
bool IsLowSurrogate(uint32_t code) { return code >= 0xDC00 && code <= 0xDFFF; }

void AppendUtf8(uint32_t code, std::string* out) {
  // A lone surrogate and a code beyond Unicode have no UTF-8; Java writes them as '?'.
  if (code > 0x10FFFF || IsHighSurrogate(code) || IsLowSurrogate(code)) code = '?';
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xC0 | code >> 6);
    *out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xE0 | code >> 12);
    *out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *out += static_cast<char>(0xF0 | code >> 18);
    *out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    *out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// `\uXXXX`, two of them for a surrogate pair. Returns the bytes taken, 0 when it is no such escape.
size_t AppendUnicodeEscape(std::string_view rest, std::string* out) {
  if (rest.substr(0, 2) != "\\u") return 0;
  std::optional<uint32_t> code = ParseDigits(rest.substr(2), 4, 16);
  if (!code) return 0;
  if (IsHighSurrogate(*code) && rest.substr(6, 2) == "\\u") {
    std::optional<uint32_t> low = ParseDigits(rest.substr(8), 4, 16);
    if (low && IsLowSurrogate(*low)) {
      AppendUtf8(0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00), out);
      return 12;
    }
  }
  AppendUtf8(*code, out);
  return 6;
}

void AppendEscapedChar(char c, std::string* out) {
  switch (c) {
    case '0':
      *out += '\0';
      break;
    case 'b':
      *out += '\b';
      break;
    case 'n':
      *out += '\n';
      break;
    case 'r':
      *out += '\r';
      break;
    case 't':
      *out += '\t';
      break;
    case 'Z':
      *out += '\x1A';
      break;
    case '%':
    case '_':
      *out += '\\';
      *out += c;
      break;
    default:
      *out += c;
  }
}

// Appends what the escape at the head of `rest` stands for; returns the bytes that it takes.
size_t AppendEscape(std::string_view rest, std::string* out) {
  if (size_t taken = AppendUnicodeEscape(rest, out)) return taken;
  if (rest[1] == 'U') {
    if (std::optional<uint32_t> code = ParseDigits(rest.substr(2), 8, 16)) {
      AppendUtf8(*code, out);
      return 10;
    }
  }
  if (rest[1] == '0' || rest[1] == '1') {
    if (std::optional<uint32_t> code = ParseDigits(rest.substr(1), 3, 8)) {
      *out += static_cast<char>(*code);
      return 4;
    }
  }
  AppendEscapedChar(rest[1], out);
  return 2;
}

}  // namespace

std::string UnescapeString(std::string_view literal) {
  if (literal.front() == 'r' || literal.front() == 'R') {
    return std::string(literal.substr(2, literal.size() - 3));
  }
  const char quote = literal.front();
  std::string_view rest = literal.substr(1, literal.size() - 2);
  std::string value;
  while (!rest.empty()) {
    if (rest[0] == '\\' && rest.size() > 1) {
      rest.remove_prefix(AppendEscape(rest, &value));
    } else {
      value += rest[0];
      // A quote inside is written twice.
      rest.remove_prefix(rest[0] == quote && rest.size() > 1 ? 2 : 1);
    }
  }
  return value;
}

}  // namespace tarn::sql
