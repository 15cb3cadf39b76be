#include "base/printable_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/utf8.h"

namespace tarn {
namespace {

constexpr std::string_view kCut = "…";

struct CharacterRange {
  char32_t first;
  char32_t last;
};

// The blocks that matter of Unicode's EastAsianWidth.txt, W and F.
constexpr CharacterRange kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

// Combining marks, joiners and variation selectors.
constexpr CharacterRange kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

template <size_t N>
bool IsIn(const CharacterRange (&ranges)[N], char32_t character) {
  auto range =
      std::upper_bound(std::begin(ranges), std::end(ranges), character,
                       [](char32_t c, const CharacterRange& range) { return c < range.first; });
  return range != std::begin(ranges) && character <= std::prev(range)->last;
}

size_t WidthOf(char32_t character) {
  if (IsIn(kZeroWidth, character)) return 0;
  return IsIn(kWide, character) ? 2 : 1;
}

struct Character {
  char32_t code = 0;
  size_t num_bytes = 1;
  bool is_valid = false;
};

// The first character of `text`, which is not empty.
Character Decode(std::string_view text) {
  const size_t num_bytes = Utf8CharacterLength(text);
  if (num_bytes == 0) return {};
  char32_t code = static_cast<unsigned char>(text[0]);
  if (num_bytes > 1) code &= 0xFF >> (num_bytes + 1);
  for (size_t i = 1; i < num_bytes; ++i) code = code << 6 | (text[i] & 0x3F);
  return {code, num_bytes, true};
}

bool IsControl(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Bidirectional overrides reorder what a terminal shows around them.
bool IsObeyed(char32_t code) {
  return IsControl(code) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029;
}

std::string Escaped(char32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format("\\u{:04x}", static_cast<uint32_t>(code));
  }
}

// All that a terminal would obey but for the characters `kept`.
std::string Escape(std::string_view text, std::string_view kept) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const Character character = Decode(text);
    if (!character.is_valid) {
      printable += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[0]));
    } else if (IsObeyed(character.code) && kept.find(text[0]) == std::string_view::npos) {
      printable += Escaped(character.code);
    } else {
      printable += text.substr(0, character.num_bytes);
    }
    text.remove_prefix(character.num_bytes);
  }
  return printable;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    Character character = Decode(text);
    width += character.is_valid ? WidthOf(character.code) : 1;
    text.remove_prefix(character.num_bytes);
  }
  return width;
}

std::string Printable(std::string_view text) { return Escape(text, ""); }

std::string PrintableLines(std::string_view text) { return Escape(text, "\n\t"); }

size_t FindControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const Character character = Decode(text.substr(i));
    if (character.is_valid && IsControl(character.code)) return i;
    i += character.num_bytes;
  }
  return std::string_view::npos;
}

std::string CutToWidth(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t end = 0;
  for (size_t used = 0; end < text.size();) {
    Character character = Decode(text.substr(end));
    used += character.is_valid ? WidthOf(character.code) : 1;
    if (used > width - 1) break;
    end += character.num_bytes;
  }
  return std::string(text.substr(0, end)) + std::string(kCut);
}

std::string PrintableStart(std::string_view text) {
  constexpr size_t kWidthMax = 60;
  return CutToWidth(Printable(text.substr(0, 4 * kWidthMax)), kWidthMax + 1);
}

}  // namespace tarn
