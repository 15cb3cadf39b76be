#include "text/java_regex.h"

#include <fmt/format.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <optional>

#include "base/ascii.h"
#include "text/java_character_class.h"

namespace tarn::text {
namespace {

using icu::UnicodeSet;
using Re2Use = EnginePatterns::Re2Use;

constexpr int kDepthMax = 200;
constexpr char32_t kEnd = 0xFFFFFFFF;

// What stands for anchors that no engine but Java has.
constexpr std::string_view kLineEnds = "\\x{d}\\x{85}\\x{2028}\\x{2029}";
constexpr std::string_view kWord = "[\\p{L}\\p{Nd}_]";

struct Flags {
  bool no_case = false;          // i
  bool many_lines = false;       // m
  bool dot_is_all = false;       // s
  bool comments = false;         // x
  bool unicode_case = false;     // u
  bool unix_lines = false;       // d
  bool unicode_classes = false;  // U
};

class Translator {
 public:
  explicit Translator(std::string_view pattern) {
    const auto length = static_cast<int32_t>(pattern.size());
    for (int32_t at = 0; at < length;) {
      UChar32 character;
      U8_NEXT_OR_FFFD(pattern.data(), at, length, character);
      input_.push_back(static_cast<char32_t>(character));
    }
  }

  Result<EnginePatterns> Translate() {
    ARROW_RETURN_NOT_OK(Alternatives(0));
    if (!AtEnd()) return Wrong("unmatched closing ')'");
    if (saw_line_end_anchor_ && saw_carriage_return_) NotRe2();
    return std::move(out_);
  }

 private:
  Status Wrong(std::string_view what) const {
    return Status::Invalid(what, " near character ", at_ + 1);
  }
  bool AtEnd() const { return at_ >= input_.size(); }
  char32_t Peek(size_t ahead = 0) const {
    return at_ + ahead < input_.size() ? input_[at_ + ahead] : kEnd;
  }
  bool Take(char32_t wanted) {
    if (Peek() != wanted) return false;
    ++at_;
    return true;
  }
  void Both(std::string_view text) {
    out_.icu += text;
    out_.re2 += text;
  }
  void NotRe2() { out_.re2_use = Re2Use::kNever; }
  void OnlyFinds() {
    if (out_.re2_use == Re2Use::kMatches) out_.re2_use = Re2Use::kFinds;
  }
  void ForIcuAlone(std::string_view text) {
    out_.icu += text;
    NotRe2();
  }
  void Emit(const UnicodeSet& set) {
    out_.icu += ClassText(set, /*for_re2=*/false);
    out_.re2 += ClassText(set, /*for_re2=*/true);
  }

  Status Alternatives(int depth);
  Status Atom(int depth);
  Status Group(int depth);
  Status NamedGroup();
  Result<bool> InlineFlags();
  Status Escape();
  Status EscapedLetter(char32_t letter);
  Status BackReference();
  Status NamedBackReference();
  Status Quantifier(bool has_captures);
  Result<bool> Bounds(std::string* text);
  void Quotation();
  void Dot();
  void LineStart();
  void LineEnd();
  void TextEnd(bool is_last);
  Status WordBoundary(bool negated);
  void Literal(char32_t character);
  void SkipComments();

  Result<char32_t> EscapedCharacter(char32_t letter);
  Result<char32_t> Hexadecimal(int num_digits);
  Result<char32_t> HexadecimalInBraces();
  Result<char32_t> Octal();
  Result<UnicodeSet> Property(bool negated);
  Result<UnicodeSet> Class(bool consume, int depth);
  Status Intersection(UnicodeSet* set, bool* has_any, int depth);
  Result<UnicodeSet> Range();
  Result<std::optional<UnicodeSet>> PredefinedInClass();

  std::u32string input_;
  size_t at_ = 0;
  Flags flags_;
  EnginePatterns out_;
  bool saw_line_end_anchor_ = false;
  bool saw_carriage_return_ = false;
};

Status Translator::Alternatives(int depth) {
  if (depth > kDepthMax) return Wrong("groups are nested too deeply");
  while (true) {
    SkipComments();
    if (AtEnd() || Peek() == ')') return Status::OK();
    if (Take('|')) {
      Both("|");
      continue;
    }
    const int num_groups = out_.num_groups;
    const size_t icu_size = out_.icu.size();
    ARROW_RETURN_NOT_OK(Atom(depth));
    SkipComments();
    // Flags alone make nothing that could be repeated.
    if (out_.icu.size() == icu_size) continue;
    ARROW_RETURN_NOT_OK(Quantifier(out_.num_groups > num_groups));
  }
}

Status Translator::Atom(int depth) {
  const char32_t character = Peek();
  switch (character) {
    case '(':
      ++at_;
      return Group(depth);
    case '[': {
      ++at_;
      ARROW_ASSIGN_OR_RAISE(const UnicodeSet set, Class(/*consume=*/true, 0));
      Emit(set);
      return Status::OK();
    }
    case '\\':
      ++at_;
      return Escape();
    case '.':
      ++at_;
      Dot();
      return Status::OK();
    case '^':
      ++at_;
      LineStart();
      return Status::OK();
    case '$':
      ++at_;
      LineEnd();
      return Status::OK();
    case '*':
    case '+':
    case '?':
      return Wrong("nothing stands before the repetition");
    case '{': {
      std::string bounds;
      ARROW_ASSIGN_OR_RAISE(const bool is_repetition, Bounds(&bounds));
      return is_repetition ? Status::OK() : Wrong("illegal repetition");
    }
    default:
      ++at_;
      Literal(character);
      return Status::OK();
  }
}

void Translator::SkipComments() {
  if (!flags_.comments) return;
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

void Translator::Literal(char32_t character) {
  saw_carriage_return_ = saw_carriage_return_ || character == '\r';
  UnicodeSet set(static_cast<UChar32>(character), static_cast<UChar32>(character));
  if (flags_.no_case) AddOtherCases(flags_.unicode_case, &set);
  if (set.size() > 1) {
    Emit(set);
  } else if (character < 0x80 && IsWordByte(static_cast<char>(character))) {
    Both(std::string(1, static_cast<char>(character)));
  } else {
    Both(fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(character)));
  }
}

void Translator::Dot() {
  if (flags_.dot_is_all) {
    Both("(?s:.)");
  } else if (flags_.unix_lines) {
    Both("[^\\x{a}]");
  } else {
    Both(fmt::format("[^\\x{{a}}{}]", kLineEnds));
  }
}

void Translator::LineStart() {
  if (!flags_.many_lines) {
    Both("\\A");
  } else if (flags_.unix_lines) {
    ForIcuAlone("(?:(?:\\A|(?<=\\x{a}))(?!\\z))");
  } else {
    ForIcuAlone("(?:(?:\\A|(?<=[\\x{a}\\x{85}\\x{2028}\\x{2029}])|(?<=\\x{d})(?!\\x{a}))(?!\\z))");
  }
}

void Translator::LineEnd() {
  if (!flags_.many_lines) {
    TextEnd(AtEnd());
  } else if (flags_.unix_lines) {
    ForIcuAlone("(?=\\x{a}|\\z)");
  } else {
    ForIcuAlone(fmt::format("(?:(?=[{}]|\\z)|(?<!\\x{{d}})(?=\\x{{a}}))", kLineEnds));
  }
}

// The end of the text, or before the line's end that it ends with.
void Translator::TextEnd(bool is_last) {
  saw_line_end_anchor_ = true;
  if (flags_.unix_lines) {
    out_.icu += "(?=\\x{a}?\\z)";
    out_.re2 += "\\x{a}?\\z";
  } else {
    out_.icu += fmt::format(
        "(?:\\z|(?=\\x{{d}}\\x{{a}}\\z)|(?=[{}]\\z)|(?<!\\x{{d}})(?=\\x{{a}}\\z))", kLineEnds);
    out_.re2 += fmt::format("(?:\\x{{d}}\\x{{a}}|[\\x{{a}}{}])?\\z", kLineEnds);
  }
  // RE2 does not look ahead: it takes the line's end, so that nothing may follow.
  if (is_last) {
    OnlyFinds();
  } else {
    NotRe2();
  }
}

Status Translator::WordBoundary(bool negated) {
  if (Peek() == '{') {
    if (negated || Peek(1) != 'g' || Peek(2) != '}') return Wrong("illegal boundary");
    return Wrong("boundaries of graphemes are not supported");
  }
  out_.re2 += negated ? "\\B" : "\\b";
  out_.re2_needs_ascii = true;
  out_.icu += negated ? fmt::format("(?:(?<={0})(?={0})|(?<!{0})(?!{0}))", kWord)
                      : fmt::format("(?:(?<={0})(?!{0})|(?<!{0})(?={0}))", kWord);
  return Status::OK();
}

// Between \Q and \E, or to the end, everything is plain. What follows repeats the last character
// alone, as each is an atom of its own.
void Translator::Quotation() {
  while (!AtEnd()) {
    if (Peek() == '\\' && Peek(1) == 'E') {
      at_ += 2;
      return;
    }
    Literal(Peek());
    ++at_;
  }
}

Status Translator::Escape() {
  if (AtEnd()) return Wrong("the pattern ends with a backslash");
  const char32_t letter = Peek();
  if (letter >= '1' && letter <= '9') return BackReference();
  const bool is_letter = letter < 0x80 && (IsLetter(static_cast<char>(letter)) || letter == '0');
  ++at_;
  if (is_letter) return EscapedLetter(letter);
  Literal(letter);
  return Status::OK();
}

Status Translator::EscapedLetter(char32_t letter) {
  const char name = static_cast<char>(letter);
  if (const auto set = PredefinedClass(name, flags_.unicode_classes); set != nullptr) {
    Emit(*set);
    return Status::OK();
  }
  switch (name) {
    case 'Q':
      Quotation();
      return Status::OK();
    case 'E':
      return Wrong("illegal escape");
    case 'b':
    case 'B':
      return WordBoundary(name == 'B');
    case 'A':
      Both("\\A");
      return Status::OK();
    case 'z':
      Both("\\z");
      return Status::OK();
    case 'Z':
      TextEnd(AtEnd());
      return Status::OK();
    case 'G':
      ForIcuAlone("\\G");
      return Status::OK();
    case 'R':
      ForIcuAlone(fmt::format("(?:\\x{{d}}\\x{{a}}|[\\x{{a}}-\\x{{d}}{}])", kLineEnds));
      return Status::OK();
    case 'X':
      ForIcuAlone("\\X");
      return Status::OK();
    case 'k':
      return NamedBackReference();
    case 'p':
    case 'P': {
      ARROW_ASSIGN_OR_RAISE(const UnicodeSet set, Property(name == 'P'));
      Emit(set);
      return Status::OK();
    }
    default: {
      ARROW_ASSIGN_OR_RAISE(const char32_t character, EscapedCharacter(letter));
      Literal(character);
      return Status::OK();
    }
  }
}

// As many digits as there are groups for.
Status Translator::BackReference() {
  int group = static_cast<int>(Peek() - '0');
  ++at_;
  while (Peek() >= '0' && Peek() <= '9') {
    const int longer = group * 10 + static_cast<int>(Peek() - '0');
    if (longer > out_.num_groups) break;
    group = longer;
    ++at_;
  }
  if (group > out_.num_groups) {
    // A group that is not there yet matches nothing.
    Emit(UnicodeSet());
    NotRe2();
    return Status::OK();
  }
  ForIcuAlone(flags_.no_case ? fmt::format("(?i:\\{})", group) : fmt::format("(?:\\{})", group));
  return Status::OK();
}

Status Translator::NamedBackReference() {
  if (!Take('<')) return Wrong("\\k is not followed by <name>");
  std::string name;
  while (!AtEnd() && Peek() != '>') name += static_cast<char>(input_[at_++]);
  if (!Take('>')) return Wrong("the name of a group is not closed");
  for (const auto& [known, group] : out_.group_names) {
    if (known != name) continue;
    ForIcuAlone(flags_.no_case ? fmt::format("(?i:\\{})", group) : fmt::format("(?:\\{})", group));
    return Status::OK();
  }
  return Wrong("there is no group of this name");
}

Status Translator::Group(int depth) {
  const Flags before = flags_;
  if (Take('?')) {
    const char32_t kind = Peek();
    const char32_t next = Peek(1);
    if (kind == ':' || kind == '=' || kind == '!' || kind == '>') {
      ++at_;
      Both(fmt::format("(?{}", static_cast<char>(kind)));
      if (kind != ':') NotRe2();
    } else if (kind == '<' && (next == '=' || next == '!')) {
      at_ += 2;
      ForIcuAlone(next == '=' ? "(?<=" : "(?<!");
    } else if (kind == '<') {
      ++at_;
      ARROW_RETURN_NOT_OK(NamedGroup());
    } else {
      ARROW_ASSIGN_OR_RAISE(const bool has_body, InlineFlags());
      if (!has_body) return Status::OK();  // to the end of the group that they stand in
      Both("(?:");
    }
  } else {
    ++out_.num_groups;
    Both("(");
  }
  ARROW_RETURN_NOT_OK(Alternatives(depth + 1));
  if (!Take(')')) return Wrong("unclosed group");
  Both(")");
  flags_ = before;
  return Status::OK();
}

Status Translator::NamedGroup() {
  std::string name;
  while (Peek() < 0x80 && (IsLetter(static_cast<char>(Peek())) ||
                           (!name.empty() && IsDigit(static_cast<char>(Peek()))))) {
    name += static_cast<char>(input_[at_++]);
  }
  if (name.empty() || !Take('>')) return Wrong("the name of a group is not letters and digits");
  for (const auto& [known, group] : out_.group_names) {
    if (known == name) return Wrong("two groups have the same name");
  }
  ++out_.num_groups;
  out_.group_names.emplace_back(name, out_.num_groups);
  Both("(");
  return Status::OK();
}

// `i-s)` or `i:`; whether a body follows.
Result<bool> Translator::InlineFlags() {
  bool value = true;
  while (!AtEnd()) {
    const char32_t letter = input_[at_++];
    switch (letter) {
      case 'i':
        flags_.no_case = value;
        break;
      case 'm':
        flags_.many_lines = value;
        break;
      case 's':
        flags_.dot_is_all = value;
        break;
      case 'x':
        flags_.comments = value;
        break;
      case 'u':
        flags_.unicode_case = value;
        break;
      case 'd':
        flags_.unix_lines = value;
        break;
      case 'U':
        flags_.unicode_classes = value;
        flags_.unicode_case = flags_.unicode_case || value;
        break;
      case 'c':
        break;
      case '-':
        if (!value) return Wrong("unknown flag");
        value = false;
        break;
      case ')':
        return false;
      case ':':
        return true;
      default:
        return Wrong("unknown flag or kind of group");
    }
  }
  return Wrong("unclosed group");
}

Status Translator::Quantifier(bool has_captures) {
  std::string text;
  const char32_t sign = Peek();
  if (sign == '*' || sign == '+' || sign == '?') {
    ++at_;
    text = static_cast<char>(sign);
  } else if (sign == '{') {
    ARROW_ASSIGN_OR_RAISE(const bool is_repetition, Bounds(&text));
    if (!is_repetition) return Wrong("illegal repetition");
  } else {
    return Status::OK();
  }
  if (Take('?')) text += '?';
  const bool is_possessive = text.back() != '?' || text.size() == 1 ? Take('+') : false;
  if (is_possessive) {
    text += '+';
    NotRe2();
  }
  // What the groups of the last repetition hold differs between engines.
  if (has_captures) OnlyFinds();
  Both(text);
  return Status::OK();
}

// `{2}`, `{2,}` or `{2,5}`; false when it is none of these.
Result<bool> Translator::Bounds(std::string* text) {
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

Result<char32_t> Translator::Hexadecimal(int num_digits) {
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

Result<char32_t> Translator::HexadecimalInBraces() {
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
Result<char32_t> Translator::Octal() {
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
Result<char32_t> Translator::EscapedCharacter(char32_t letter) {
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
Result<UnicodeSet> Translator::Property(bool negated) {
  std::string name;
  if (Take('{')) {
    while (!AtEnd() && Peek() != '}') name += static_cast<char>(input_[at_++]);
    if (!Take('}')) return Wrong("the name of a character property is not closed");
  } else {
    if (AtEnd()) return Wrong("the name of a character property is missing");
    name = static_cast<char>(input_[at_++]);
  }
  ARROW_ASSIGN_OR_RAISE(UnicodeSet set, PropertyClass(name, flags_.unicode_classes));
  if (flags_.no_case &&
      (name == "Lower" || name == "Upper" || name == "Lu" || name == "Ll" || name == "Lt")) {
    AddOtherCases(/*unicode=*/name[1] != 'o' && name[1] != 'p', &set);
  }
  if (negated) set.complement();
  return set;
}

// The characters of `[…]` behind its bracket; to the next bracket without `consume`.
Result<UnicodeSet> Translator::Class(bool consume, int depth) {
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
        if (flags_.no_case) AddOtherCases(flags_.unicode_case, &one);
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
Status Translator::Intersection(UnicodeSet* set, bool* has_any, int depth) {
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
Result<std::optional<UnicodeSet>> Translator::PredefinedInClass() {
  if (Peek() != '\\' || Peek(1) >= 0x80) return std::nullopt;
  const char letter = static_cast<char>(Peek(1));
  if (const auto set = PredefinedClass(letter, flags_.unicode_classes); set != nullptr) {
    at_ += 2;
    return *set;
  }
  if (letter != 'p' && letter != 'P') return std::nullopt;
  at_ += 2;
  ARROW_ASSIGN_OR_RAISE(const UnicodeSet set, Property(letter == 'P'));
  return set;
}

// A character, a range of them, or a predefined class.
Result<UnicodeSet> Translator::Range() {
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
  saw_carriage_return_ = saw_carriage_return_ || (first == '\r' && last == '\r');
  UnicodeSet set(static_cast<UChar32>(first), static_cast<UChar32>(last));
  if (flags_.no_case) AddOtherCases(flags_.unicode_case, &set);
  return set;
}

}  // namespace

Result<EnginePatterns> TranslateJavaRegex(std::string_view pattern) {
  return Translator(pattern).Translate();
}

}  // namespace tarn::text
