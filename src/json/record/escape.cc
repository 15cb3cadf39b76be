#include <cstdint>

#include "json/record/escape_internal.h"

namespace tarn::json {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The UTF-16 unit of four hexadecimal digits, -1 when one is none.
int HexUnit(const char* p) {
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = HexDigit(p[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool IsHighSurrogate(int unit) { return (unit & 0xFC00) == 0xD800; }
bool IsLowSurrogate(int unit) { return (unit & 0xFC00) == 0xDC00; }

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

char* AppendUtf8(uint32_t code_point, char* out) {
  if (code_point < 0x80) {
    *out++ = static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    *out++ = static_cast<char>(0xC0 | code_point >> 6);
    *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    *out++ = static_cast<char>(0xE0 | code_point >> 12);
    *out++ = static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | code_point >> 18);
    *out++ = static_cast<char>(0x80 | (code_point >> 12 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
  }
  return out;
}

char SimpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

int EscapeLength(const char* p) {
  switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return 2;
    case 'u':
      break;
    default:
      return 0;
  }
  const int unit = HexUnit(p + 2);
  if (unit < 0 || IsLowSurrogate(unit)) return 0;
  if (!IsHighSurrogate(unit)) return 6;
  return p[6] == '\\' && p[7] == 'u' && IsLowSurrogate(HexUnit(p + 8)) ? 12 : 0;
}

int Utf8Length(const char* p) {
  const auto lead = static_cast<uint8_t>(p[0]);
  if (lead < 0xC2) return 0;  // a continuation byte, or overlong
  if (!IsContinuation(p[1])) return 0;
  if (lead < 0xE0) return 2;
  const auto second = static_cast<uint8_t>(p[1]);
  if (lead < 0xF0) {
    if (lead == 0xE0 && second < 0xA0) return 0;   // overlong
    if (lead == 0xED && second >= 0xA0) return 0;  // surrogates
    return IsContinuation(p[2]) ? 3 : 0;
  }
  if (lead > 0xF4) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;   // overlong
  if (lead == 0xF4 && second >= 0x90) return 0;  // past U+10FFFF
  return IsContinuation(p[2]) && IsContinuation(p[3]) ? 4 : 0;
}

int WriteEscape(const char* p, char** out) {
  if (p[1] != 'u') {
    *(*out)++ = SimpleEscape(p[1]);
    return 2;
  }
  const int unit = HexUnit(p + 2);
  if (!IsHighSurrogate(unit)) {
    *out = AppendUtf8(static_cast<uint32_t>(unit), *out);
    return 6;
  }
  const int low = HexUnit(p + 8);
  *out = AppendUtf8(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF), *out);
  return 12;
}

}  // namespace tarn::json
