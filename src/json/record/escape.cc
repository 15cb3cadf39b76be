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

bool IsLowSurrogate(int unit) { return (unit & 0xFC00) == 0xDC00; }

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

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
  if (!IsHighSurrogate(static_cast<uint32_t>(unit))) return 6;
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

}  // namespace tarn::json
