#include "text/java_regex_reader.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "base/ascii.h"
#include "text/java_character_class.h"

namespace tarn::text {

using icu::UnicodeSet;

JavaRegexReader::JavaRegexReader(std::string_view pattern, const JavaRegexFlags* flags)
    : flags_(flags) {
  const auto length = static_cast<int32_t>(pattern.size());
  for (int32_t at = 0; at < length;) {
    UChar32 character;
    U8_NEXT_OR_FFFD(pattern.data(), at, length, character);
    input_.push_back(static_cast<char32_t>(character));
  }
}

bool JavaRegexReader::Take(char32_t wanted) {
  if (Peek() != wanted) return false;
  ++at_;
  return true;
}

void JavaRegexReader::SkipComments() {
  if (!flags_->comments) return;
  while (!AtEnd()) {
    const char32_t character = Peek();
    if (character == '#') {
      while (!AtEnd() && Peek() != '\n' && Peek() != '\r') ++at_;
    } else if (character != ' ' && !(character >= '\t' && character <= '\r')) {
      return;
    } else {
      ++at_;
    }
  }
}

// `{2}`, `{2,}` or `{2,5}`; false when it is none of these.
Result<bool> JavaRegexReader::Bounds(std::string* text) {
  size_t ahead = 1;
  int64_t bounds[2] = {0, -1};
  int num_bounds = 0;
  *text = "{";
  while (true) {
    const char32_t character = Peek(ahead++);
    if (character >= '0' && character <= '9') {
      int64_t& bound = bounds[num_bounds];
      bound = std::max<int64_t>(bound, 0) * 10 + static_cast<int64_t>(character - '0');
      if (bound > INT32_MAX) return Wrong("illegal repetition range");
    } else if (character == ',' && num_bounds == 0 && text->size() > 1) {
      ++num_bounds;
    } else if (character == '}' && text->size() > 1) {
      *text += '}';
      break;
    } else {
      return false;
    }
    *text += static_cast<char>(character);
  }
  if (num_bounds == 1 && bounds[1] >= 0 && bounds[1] < bounds[0]) {
    return Wrong("illegal repetition range");
  }
  at_ += ahead;
  return true;
}

Result<char32_t> JavaRegexReader::Hexadecimal(int num_digits) {
  char32_t value = 0;
  for (int i = 0; i < num_digits; ++i) {
    const char32_t digit = Peek();
    const char32_t lower = digit | 0x20;
    if (digit >= '0' && digit <= '9') {
      value = value * 16 + (digit - '0');
    } else if (digit < 0x80 && lower >= 'a' && lower <= 'f') {
      value = value * 16 + (lower - 'a' + 10);
    } else {
      return Wrong("illegal hexadecimal escape");
    }
    ++at_;
  }
  return value;
}

Result<char32_t> JavaRegexReader::HexadecimalInBraces() {
  char32_t value = 0;
  int num_digits = 0;
  while (Peek() != '}') {
    ARROW_ASSIGN_OR_RAISE(const char32_t digit, Hexadecimal(1));
    value = value * 16 + digit;
    ++num_digits;
    if (value > 0x10FFFF) return Wrong("illegal hexadecimal escape");
  }
  ++at_;
  if (num_digits == 0) return Wrong("illegal hexadecimal escape");
  return value;
}

// \0n, \0nn or \0mnn with m up to 3.
Result<char32_t> JavaRegexReader::Octal() {
  char32_t value = 0;
  int num_digits = 0;
  while (num_digits < 3 && Peek() >= '0' && Peek() <= '7') {
    const char32_t longer = value * 8 + (Peek() - '0');
    if (longer > 0377) break;
    value = longer;
    ++num_digits;
    ++at_;
  }
  if (num_digits == 0) return Wrong("illegal octal escape");
  return value;
}

// The character that an escape of this letter, which is taken already, stands for.
Result<char32_t> JavaRegexReader::EscapedCharacter(char32_t letter) {
  switch (letter) {
    case 't':
      return U'\t';
    case 'n':
      return U'\n';
    case 'r':
      return U'\r';
    case 'f':
      return U'\f';
    case 'a':
      return U'\a';
    case 'e':
      return U'\x1B';
    case '0':
      return Octal();
    case 'c': {
      if (AtEnd()) return Wrong("illegal control escape");
      return input_[at_++] ^ 64;
    }
    case 'x':
      return Take('{') ? HexadecimalInBraces() : Hexadecimal(2);
    case 'u': {
      ARROW_ASSIGN_OR_RAISE(const char32_t high, Hexadecimal(4));
      const bool is_pair = high >= 0xD800 && high < 0xDC00 && Peek() == '\\' && Peek(1) == 'u';
      if (!is_pair) return high;
      const size_t before = at_;
      at_ += 2;
      ARROW_ASSIGN_OR_RAISE(const char32_t low, Hexadecimal(4));
      if (low >= 0xDC00 && low < 0xE000) return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
      at_ = before;
      return high;
    }
    default:
      return Wrong("illegal escape");
  }
}

// Behind \p or \P: a letter, or a name in braces.
Result<UnicodeSet> JavaRegexReader::Property(bool negated) {
  std::string name;
  if (Take('{')) {
    while (!AtEnd() && Peek() != '}') name += static_cast<char>(input_[at_++]);
    if (!Take('}')) return Wrong("the name of a character property is not closed");
  } else {
    if (AtEnd()) return Wrong("the name of a character property is missing");
    name = static_cast<char>(input_[at_++]);
  }
  ARROW_ASSIGN_OR_RAISE(UnicodeSet set, PropertyClass(name, flags_->unicode_classes));
  if (flags_->no_case &&
      (name == "Lower" || name == "Upper" || name == "Lu" || name == "Ll" || name == "Lt")) {
    AddOtherCases(/*unicode=*/name[1] != 'o' && name[1] != 'p', &set);
  }
  if (negated) set.complement();
  return set;
}

// The characters of `[…]` behind its bracket; to the next bracket without `consume`.
Result<UnicodeSet> JavaRegexReader::Class(bool consume, int depth) {
  if (depth > kDepthMax) return Wrong("classes are nested too deeply");
  UnicodeSet set;
  bool has_any = false;
  const bool negated = consume && Take('^');
  while (true) {
    SkipComments();
    if (AtEnd()) return Wrong("unclosed character class");
    if (Peek() == ']' && has_any) {
      if (consume) ++at_;
      if (negated) set.complement();
      return set;
    }
    if (Take('[')) {
      ARROW_ASSIGN_OR_RAISE(const UnicodeSet nested, Class(/*consume=*/true, depth + 1));
      set.addAll(nested);
      has_any = true;
    } else if (Peek() == '&' && Peek(1) == '&') {
      at_ += 2;
      ARROW_RETURN_NOT_OK(Intersection(&set, &has_any, depth));
    } else if (Peek() == '\\' && Peek(1) == 'Q') {
      at_ += 2;
      while (!AtEnd() && !(Peek() == '\\' && Peek(1) == 'E')) {
        UnicodeSet one(static_cast<UChar32>(Peek()), static_cast<UChar32>(Peek()));
        if (flags_->no_case) AddOtherCases(flags_->unicode_case, &one);
        set.addAll(one);
        has_any = true;
        ++at_;
      }
      at_ += 2;
    } else {
      ARROW_ASSIGN_OR_RAISE(const UnicodeSet range, Range());
      set.addAll(range);
      has_any = true;
    }
  }
}

// `set` with what stands behind `&&`.
Status JavaRegexReader::Intersection(UnicodeSet* set, bool* has_any, int depth) {
  UnicodeSet right;
  bool has_right = false;
  while (!AtEnd() && Peek() != ']' && Peek() != '&') {
    const bool is_nested = Take('[');
    ARROW_ASSIGN_OR_RAISE(const UnicodeSet part, Class(is_nested, depth + 1));
    right.addAll(part);
    has_right = true;
  }
  if (!has_right) {
    return *has_any ? Status::OK() : Wrong("bad class syntax");
  }
  if (*has_any) {
    set->retainAll(right);
  } else {
    *set = right;
  }
  *has_any = true;
  return Status::OK();
}

// `\d`, `\p{L}` and their kin in a class.
Result<std::optional<UnicodeSet>> JavaRegexReader::PredefinedInClass() {
  if (Peek() != '\\' || Peek(1) >= 0x80) return std::nullopt;
  const char letter = static_cast<char>(Peek(1));
  if (const auto set = PredefinedClass(letter, flags_->unicode_classes); set != nullptr) {
    at_ += 2;
    return *set;
  }
  if (letter != 'p' && letter != 'P') return std::nullopt;
  at_ += 2;
  ARROW_ASSIGN_OR_RAISE(const UnicodeSet set, Property(letter == 'P'));
  return set;
}

// A character, a range of them, or a predefined class.
Result<UnicodeSet> JavaRegexReader::Range() {
  ARROW_ASSIGN_OR_RAISE(const auto predefined, PredefinedInClass());
  if (predefined.has_value()) return *predefined;
  const auto character = [this]() -> Result<char32_t> {
    const char32_t next = input_[at_++];
    if (next != '\\') return next;
    if (AtEnd()) return Wrong("the pattern ends with a backslash");
    const char32_t escaped = input_[at_++];
    const bool is_plain = escaped >= 0x80 || (!IsLetter(static_cast<char>(escaped)) &&
                                              !IsDigit(static_cast<char>(escaped)));
    return is_plain ? Result<char32_t>(escaped) : EscapedCharacter(escaped);
  };
  ARROW_ASSIGN_OR_RAISE(const char32_t first, character());
  char32_t last = first;
  if (Peek() == '-' && Peek(1) != ']' && Peek(1) != '[' && Peek(1) != kEnd) {
    ++at_;
    ARROW_ASSIGN_OR_RAISE(last, character());
    if (last < first) return Wrong("illegal character range");
  }
  has_carriage_return_ = has_carriage_return_ || (first == '\r' && last == '\r');
  UnicodeSet set(static_cast<UChar32>(first), static_cast<UChar32>(last));
  if (flags_->no_case) AddOtherCases(flags_->unicode_case, &set);
  return set;
}

}  // namespace tarn::text
