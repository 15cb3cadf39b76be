#include "generate/json_style.h"

#include <charconv>

namespace tarn::generate {
namespace {

// Decodes the UTF-8 character at the head of `text` and drops it.
uint32_t TakeCharacter(std::string_view* text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>((*text)[i]); };
  size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  uint32_t code = length == 1 ? byte(0) : byte(0) & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3F);
  text->remove_prefix(length);
  return code;
}

void AppendUnicodeEscape(uint32_t unit, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) *out += kDigits[unit >> shift & 0xF];
}

void AppendEscapedCharacter(std::string_view* rest, std::string* out) {
  uint32_t code = TakeCharacter(rest);
  if (code < 0x10000) {
    AppendUnicodeEscape(code, out);
  } else {
    AppendUnicodeEscape(0xD800 + ((code - 0x10000) >> 10), out);
    AppendUnicodeEscape(0xDC00 + ((code - 0x10000) & 0x3FF), out);
  }
}

}  // namespace

void AppendJsonString(std::string_view value, const JsonStyle& style, std::string* out) {
  *out += '"';
  while (!value.empty()) {
    char c = value.front();
    bool is_non_ascii = static_cast<unsigned char>(c) >= 0x80;
    if (is_non_ascii && style.escapes_non_ascii) {
      AppendEscapedCharacter(&value, out);
      continue;
    }
    if (c == '"' || c == '\\' || (c == '/' && style.escapes_slash)) *out += '\\';
    *out += c;
    value.remove_prefix(1);
  }
  *out += '"';
}

void AppendDecimal(int64_t hundred_thousandths, std::string* out) {
  constexpr int64_t kScale = 100'000;
  char digits[24];
  char* end = std::to_chars(digits, digits + sizeof(digits), hundred_thousandths / kScale).ptr;
  if (hundred_thousandths < 0 && hundred_thousandths > -kScale) *out += '-';
  out->append(digits, end);
  int64_t fraction = hundred_thousandths % kScale;
  if (fraction < 0) fraction = -fraction;
  end = std::to_chars(digits, digits + sizeof(digits), kScale + fraction).ptr;
  while (end > digits + 2 && end[-1] == '0') --end;
  digits[0] = '.';
  out->append(digits, end);
}

}  // namespace tarn::generate
