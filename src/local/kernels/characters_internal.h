#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Characters (code points) of valid UTF-8.
namespace tarn::local {

inline bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

inline int64_t CountCharacters(std::string_view text) {
  int64_t count = 0;
  for (char byte : text) count += IsContinuation(byte) ? 0 : 1;
  return count;
}

/// \brief Byte offset of the character `count` after the one at `offset`; text.size() past the end.
inline size_t SkipCharacters(std::string_view text, size_t offset, int64_t count) {
  while (count > 0 && offset < text.size()) {
    do ++offset;
    while (offset < text.size() && IsContinuation(text[offset]));
    --count;
  }
  return offset;
}

/// \brief The character at byte `offset`.
inline std::string_view CharacterAt(std::string_view text, size_t offset) {
  return text.substr(offset, SkipCharacters(text, offset, 1) - offset);
}

/// \brief The code point of a character, 0 of none.
inline int32_t CodePointOf(std::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.empty()) return 0;
  if (character.size() == 1) return byte(0);
  int32_t code_point = byte(0) & (0x7F >> character.size());
  for (size_t i = 1; i < character.size(); ++i) code_point = code_point << 6 | (byte(i) & 0x3F);
  return code_point;
}

}  // namespace tarn::local
