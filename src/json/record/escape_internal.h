#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace tarn::json {

inline constexpr int kPairLength = 12;  ///< of the two escape sequences of a surrogate pair

/// \brief Length in bytes of the escape sequence that starts at the backslash `p`; both halves of a
/// surrogate pair count as one. 0 when it is not valid. Stops reading at the first byte that is
/// wrong.
int EscapeLength(const char* p);

/// \brief Length of the UTF-8 sequence of two to four bytes at `p`, 0 when it is not valid.
int Utf8Length(const char* p);

/// By the character after the backslash, what a sequence of two stands for.
inline constexpr std::array<uint8_t, 256> kSimpleEscapes = [] {
  std::array<uint8_t, 256> values{};
  for (const uint8_t c : {'"', '\\', '/'}) values[c] = c;
  values['b'] = '\b';
  values['f'] = '\f';
  values['n'] = '\n';
  values['r'] = '\r';
  values['t'] = '\t';
  return values;
}();

inline bool IsHighSurrogate(uint32_t unit) { return (unit & 0xFC00) == 0xD800; }

/// \brief The UTF-16 unit of four valid hexadecimal digits.
inline uint32_t UnitOfHex(const char* p) {
  uint32_t digits;
  std::memcpy(&digits, p, sizeof(digits));
  // Letters have bit 6; 'a' and 'A' end in 1. The first digit is the lowest byte.
  const uint32_t values = (digits & 0x0F0F0F0Fu) + 9 * (digits >> 6 & 0x01010101u);
  const uint32_t bytes = values << 4 | values >> 8;
  return (bytes & 0xFF) << 8 | (bytes >> 16 & 0xFF);
}

/// \brief Write a code point of up to 16 bits in UTF-8; four bytes at `out` are written whatever
/// it takes. \return the end of what counts.
inline char* WriteUtf8(uint32_t code_point, char* out) {
  // Two bytes are the last two of three, with another lead. No branch, since texts have them mixed.
  const auto is_one = static_cast<uint32_t>(code_point < 0x80);
  const auto is_two = static_cast<uint32_t>(code_point < 0x800);
  const uint32_t three =
      0x8080E0 | code_point >> 12 | (code_point >> 6 & 0x3F) << 8 | (code_point & 0x3F) << 16;
  const uint32_t several = three >> (8 * is_two) | is_two << 6;
  const uint32_t bytes = several ^ ((several ^ code_point) & (0 - is_one));
  std::memcpy(out, &bytes, sizeof(bytes));
  return out + 3 - is_two - is_one;
}

/// \brief WriteUtf8() of a surrogate pair.
inline char* WritePair(uint32_t high, uint32_t low, char* out) {
  const uint32_t code_point = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
  out[0] = static_cast<char>(0xF0 | code_point >> 18);
  out[1] = static_cast<char>(0x80 | (code_point >> 12 & 0x3F));
  out[2] = static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
  out[3] = static_cast<char>(0x80 | (code_point & 0x3F));
  return out + 4;
}

}  // namespace tarn::json
