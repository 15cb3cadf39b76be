#include "storage/glob.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "storage/storage.h"

namespace tarn::storage {
namespace {

// Length of the UTF-8 character at the start of `text`; 1 for a byte that starts none.
size_t CharacterLength(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, text.size());
}

// Length of the `[…]` at the start of `pattern`, 0 when it has no end. A `]` right after the
// opening belongs to the set.
size_t SetLength(std::string_view pattern) {
  size_t begin = 1;
  if (begin < pattern.size() && (pattern[begin] == '!' || pattern[begin] == '^')) ++begin;
  const size_t end = pattern.find(']', begin + 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

// UTF-8 sorts by bytes as it does by code points, so ranges compare as text.
bool SetHolds(std::string_view set, std::string_view character) {
  std::string_view rest = set.substr(1, set.size() - 2);
  const bool negated = rest[0] == '!' || rest[0] == '^';
  if (negated) rest.remove_prefix(1);
  bool found = false;
  while (!rest.empty()) {
    const std::string_view low = rest.substr(0, CharacterLength(rest));
    rest.remove_prefix(low.size());
    std::string_view high = low;
    if (rest.size() > 1 && rest[0] == '-') {
      rest.remove_prefix(1);
      high = rest.substr(0, CharacterLength(rest));
      rest.remove_prefix(high.size());
    }
    found = found || (low <= character && character <= high);
  }
  return found != negated;
}

// Match what stands at the start of `pattern`, no `*`, against the start of `name`, which is not
// empty; step over both when it matches.
bool TakeOne(std::string_view* pattern, std::string_view* name) {
  const size_t length = CharacterLength(*name);
  const size_t set_length = (*pattern)[0] == '[' ? SetLength(*pattern) : 0;
  if (set_length > 0) {
    if (!SetHolds(pattern->substr(0, set_length), name->substr(0, length))) return false;
    pattern->remove_prefix(set_length);
    name->remove_prefix(length);
    return true;
  }
  if ((*pattern)[0] == '?') {
    pattern->remove_prefix(1);
    name->remove_prefix(length);
    return true;
  }
  if ((*pattern)[0] != (*name)[0]) return false;
  pattern->remove_prefix(1);
  name->remove_prefix(1);
  return true;
}

}  // namespace

bool MatchesSegment(std::string_view pattern, std::string_view name) {
  // Where to go on when a later part fails: after the last `*`, one byte further into the name.
  std::optional<std::string_view> star_pattern;
  std::string_view star_name;
  while (true) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_name = name;
      continue;
    }
    if (pattern.empty() && name.empty()) return true;
    if (!pattern.empty() && !name.empty() && TakeOne(&pattern, &name)) continue;
    if (!star_pattern || star_name.empty()) return false;
    star_name.remove_prefix(CharacterLength(star_name));
    pattern = *star_pattern;
    name = star_name;
  }
}

std::optional<std::string> LiteralName(std::string_view segment) {
  std::string name;
  while (!segment.empty()) {
    if (segment[0] == '*' || segment[0] == '?') return std::nullopt;
    const size_t set_length = segment[0] == '[' ? SetLength(segment) : 0;
    if (set_length == 0) {
      name += segment[0];
      segment.remove_prefix(1);
      continue;
    }
    const std::string_view inside = segment.substr(1, set_length - 2);
    if (inside.size() != CharacterLength(inside)) return std::nullopt;
    name += inside;
    segment.remove_prefix(set_length);
  }
  return name;
}

bool IsHiddenName(std::string_view name) {
  if (name.starts_with('_')) return name.find('=') == std::string_view::npos;
  return name.starts_with('.');
}

std::string EscapeGlob(std::string_view path) {
  std::string glob;
  for (char character : path) {
    if (character == '*' || character == '?' || character == '[') {
      glob.append({'[', character, ']'});
    } else {
      glob += character;
    }
  }
  return glob;
}

Glob ParseGlob(std::string_view pattern) {
  Glob glob;
  while (!pattern.empty()) {
    const size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string_view segment = pattern.substr(0, slash);
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
    if (segment.empty() || segment == ".") continue;
    const auto name = glob.segments.empty() ? LiteralName(segment) : std::nullopt;
    if (name) {
      glob.literal_prefix.append("/").append(*name);
    } else {
      glob.segments.push_back({std::string(segment), segment == "**"});
    }
  }
  return glob;
}

}  // namespace tarn::storage
