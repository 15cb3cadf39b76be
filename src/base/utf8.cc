#include "base/utf8.h"

#include <fmt/format.h>

#include <cstdint>

namespace tarn {
namespace {

struct ByteRange {
  uint8_t first;
  uint8_t last;

  bool Holds(uint8_t byte) const { return first <= byte && byte <= last; }
};

// What may follow the first byte: no overlong forms, no surrogates, nothing above U+10FFFF.
ByteRange SecondBytes(uint8_t lead) {
  switch (lead) {
    case 0xE0:
      return {0xA0, 0xBF};
    case 0xED:
      return {0x80, 0x9F};
    case 0xF0:
      return {0x90, 0xBF};
    case 0xF4:
      return {0x80, 0x8F};
    default:
      return {0x80, 0xBF};
  }
}

// Bytes at the start of `text`, which begins with no character, that a character could begin with;
// at least 1.
size_t TruncatedCharacterLength(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0xC2 || lead > 0xF4) return 1;
  const size_t wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  size_t length = 1;
  ByteRange range = SecondBytes(lead);
  while (length < wanted && length < text.size() &&
         range.Holds(static_cast<uint8_t>(text[length]))) {
    range = {0x80, 0xBF};
    ++length;
  }
  return length;
}

}  // namespace

size_t Utf8CharacterLength(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  if (!SecondBytes(lead).Holds(static_cast<uint8_t>(text[1]))) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!ByteRange{0x80, 0xBF}.Holds(static_cast<uint8_t>(text[i]))) return 0;
  }
  return length;
}

std::string ReplaceNonUtf8(std::string_view text) {
  std::string replaced;
  while (!text.empty()) {
    size_t length = Utf8CharacterLength(text);
    if (length > 0) {
      replaced += text.substr(0, length);
    } else {
      replaced += "\uFFFD";
      length = TruncatedCharacterLength(text);
    }
    text.remove_prefix(length);
  }
  return replaced;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string EscapeNonUtf8(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const size_t length = Utf8CharacterLength(text);
    if (length == 0) {
      escaped += fmt::format("\\x{:02X}", static_cast<uint8_t>(text[0]));
      text.remove_prefix(1);
    } else {
      escaped += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return escaped;
}

}  // namespace tarn
