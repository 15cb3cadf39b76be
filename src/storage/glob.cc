#include "storage/glob.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/utf8.h"
#include "storage/storage.h"

namespace tarn::storage {
namespace {

// Length of the UTF-8 character at the start of `text`; 1 for a byte that starts none.
size_t CharacterLength(std::string_view text) {
  return std::max<size_t>(Utf8CharacterLength(text), 1);
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
bool TakeOne(std::string_view* pattern, std::string_view* name, DateParts* date) {
  const size_t length = CharacterLength(*name);
  if (const DateTemplate* date_template = DateTemplateAt(*pattern)) {
    if (!TakeDate(*date_template, name, date)) return false;
    pattern->remove_prefix(date_template->text.size());
    return true;
  }
  if (const size_t set_length = GlobSetLength(*pattern)) {
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

// A `]` right after the opening belongs to the set.
size_t GlobSetLength(std::string_view pattern) {
  if (!pattern.starts_with('[')) return 0;
  size_t begin = 1;
  if (begin < pattern.size() && (pattern[begin] == '!' || pattern[begin] == '^')) ++begin;
  const size_t end = pattern.find(']', begin + 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

bool MatchesSegment(std::string_view pattern, std::string_view name, DateParts* date) {
  // Where to go on when a later part fails: after the last `*`, one character further into the
  // name.
  std::optional<std::string_view> star_pattern;
  std::string_view star_name;
  DateParts taken = *date;
  DateParts star_taken;
  while (true) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_name = name;
      star_taken = taken;
      continue;
    }
    if (pattern.empty() && name.empty()) {
      *date = taken;
      return true;
    }
    if (!pattern.empty() && !name.empty() && TakeOne(&pattern, &name, &taken)) continue;
    if (!star_pattern || star_name.empty()) return false;
    star_name.remove_prefix(CharacterLength(star_name));
    pattern = *star_pattern;
    name = star_name;
    taken = star_taken;
  }
}

bool MatchesSegment(std::string_view pattern, std::string_view name) {
  DateParts date;
  return MatchesSegment(pattern, name, &date);
}

std::string TakeLiteral(std::string_view* pattern) {
  std::string text;
  while (!pattern->empty()) {
    const char first = (*pattern)[0];
    if (first == '*' || first == '?' || DateTemplateAt(*pattern) != nullptr) break;
    const size_t set_length = GlobSetLength(*pattern);
    if (set_length == 0) {
      text += first;
      pattern->remove_prefix(1);
      continue;
    }
    const std::string_view inside = pattern->substr(1, set_length - 2);
    if (inside.size() != CharacterLength(inside)) break;
    text += inside;
    pattern->remove_prefix(set_length);
  }
  return text;
}

std::optional<std::string> LiteralName(std::string_view pattern) {
  std::string name = TakeLiteral(&pattern);
  return pattern.empty() ? std::optional(std::move(name)) : std::nullopt;
}

bool IsHiddenName(std::string_view name) {
  if (name.starts_with('_')) return name.find('=') == std::string_view::npos;
  // In a key of S3, `.` and `..` are names as others are.
  return name.starts_with('.') && name != "." && name != "..";
}

std::string EscapeGlob(std::string_view path) {
  std::string glob;
  for (char character : path) {
    if (std::string_view("*?[{\\").find(character) != std::string_view::npos) {
      glob.append({'[', character, ']'});
    } else {
      glob += character;
    }
  }
  return glob;
}

}  // namespace tarn::storage
