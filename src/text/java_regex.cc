#include "text/java_regex.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "text/engine_pattern_writer.h"
#include "text/java_character_class.h"
#include "text/java_regex_reader.h"

namespace tarn::text {
namespace {

using icu::UnicodeSet;

// Reads groups, atoms and repetitions, and has each written for the other engines.
class Translator {
 public:
  explicit Translator(std::string_view pattern) : in_(pattern, &flags_), out_(&flags_) {}

  Result<EnginePatterns> Translate() {
    ARROW_RETURN_NOT_OK(Alternatives(0));
    if (!in_.AtEnd()) return in_.Wrong("unmatched closing ')'");
    EnginePatterns patterns = out_.Finish(in_.has_carriage_return());
    patterns.num_groups = num_groups_;
    patterns.group_names = std::move(group_names_);
    return patterns;
  }

 private:
  Status Alternatives(int depth);
  Status Atom(int depth);
  Status Group(int depth);
  Status NamedGroup();
  Result<bool> InlineFlags();
  Status Escape();
  Status EscapedLetter(char32_t letter);
  Status WordBoundary(bool negated);
  void BackReference();
  Status NamedBackReference();
  Status Quantifier(bool has_captures);
  void Quotation();

  JavaRegexFlags flags_;
  JavaRegexReader in_;
  EnginePatternWriter out_;
  int num_groups_ = 0;
  std::vector<std::pair<std::string, int>> group_names_;
};

Status Translator::Alternatives(int depth) {
  if (depth > JavaRegexReader::kDepthMax) return in_.Wrong("groups are nested too deeply");
  while (true) {
    in_.SkipComments();
    if (in_.AtEnd() || in_.Peek() == ')') return Status::OK();
    if (in_.Take('|')) {
      out_.Both("|");
      continue;
    }
    const int num_groups = num_groups_;
    const size_t icu_size = out_.size();
    ARROW_RETURN_NOT_OK(Atom(depth));
    in_.SkipComments();
    // Flags alone make nothing that could be repeated.
    if (out_.size() == icu_size) continue;
    ARROW_RETURN_NOT_OK(Quantifier(num_groups_ > num_groups));
  }
}

Status Translator::Atom(int depth) {
  const char32_t character = in_.Peek();
  switch (character) {
    case '(':
      in_.Skip(1);
      return Group(depth);
    case '[': {
      in_.Skip(1);
      ARROW_ASSIGN_OR_RAISE(const UnicodeSet set, in_.Class());
      out_.Emit(set);
      return Status::OK();
    }
    case '\\':
      in_.Skip(1);
      return Escape();
    case '.':
      in_.Skip(1);
      out_.Dot();
      return Status::OK();
    case '^':
      in_.Skip(1);
      out_.LineStart();
      return Status::OK();
    case '$':
      in_.Skip(1);
      out_.LineEnd(in_.AtEnd());
      return Status::OK();
    case '*':
    case '+':
    case '?':
      return in_.Wrong("nothing stands before the repetition");
    case '{': {
      std::string bounds;
      ARROW_ASSIGN_OR_RAISE(const bool is_repetition, in_.Bounds(&bounds));
      return is_repetition ? Status::OK() : in_.Wrong("illegal repetition");
    }
    default:
      in_.Skip(1);
      out_.Literal(character);
      return Status::OK();
  }
}

// Between \Q and \E, or to the end, everything is plain. What follows repeats the last character
// alone, as each is an atom of its own.
void Translator::Quotation() {
  while (!in_.AtEnd()) {
    if (in_.Peek() == '\\' && in_.Peek(1) == 'E') {
      in_.Skip(2);
      return;
    }
    out_.Literal(in_.Peek());
    in_.Skip(1);
  }
}

Status Translator::Escape() {
  if (in_.AtEnd()) return in_.Wrong("the pattern ends with a backslash");
  const char32_t letter = in_.Peek();
  if (letter >= '1' && letter <= '9') {
    BackReference();
    return Status::OK();
  }
  const bool is_letter = letter < 0x80 && (IsLetter(static_cast<char>(letter)) || letter == '0');
  in_.Skip(1);
  if (is_letter) return EscapedLetter(letter);
  out_.Literal(letter);
  return Status::OK();
}

Status Translator::EscapedLetter(char32_t letter) {
  const char name = static_cast<char>(letter);
  if (const auto set = PredefinedClass(name, flags_.unicode_classes); set != nullptr) {
    out_.Emit(*set);
    return Status::OK();
  }
  switch (name) {
    case 'Q':
      Quotation();
      return Status::OK();
    case 'E':
      return in_.Wrong("illegal escape");
    case 'b':
    case 'B':
      return WordBoundary(name == 'B');
    case 'A':
      out_.Both("\\A");
      return Status::OK();
    case 'z':
      out_.Both("\\z");
      return Status::OK();
    case 'Z':
      out_.TextEnd(in_.AtEnd());
      return Status::OK();
    case 'G':
      out_.ForIcuAlone("\\G");
      return Status::OK();
    case 'R':
      out_.AnyLineEnd();
      return Status::OK();
    case 'X':
      out_.ForIcuAlone("\\X");
      return Status::OK();
    case 'k':
      return NamedBackReference();
    case 'p':
    case 'P': {
      ARROW_ASSIGN_OR_RAISE(const UnicodeSet set, in_.Property(name == 'P'));
      out_.Emit(set);
      return Status::OK();
    }
    default: {
      ARROW_ASSIGN_OR_RAISE(const char32_t character, in_.EscapedCharacter(letter));
      out_.Literal(character);
      return Status::OK();
    }
  }
}

Status Translator::WordBoundary(bool negated) {
  if (in_.Peek() != '{') {
    out_.WordBoundary(negated);
    return Status::OK();
  }
  const bool is_grapheme = !negated && in_.Peek(1) == 'g' && in_.Peek(2) == '}';
  return in_.Wrong(is_grapheme ? "boundaries of graphemes are not supported" : "illegal boundary");
}

// As many digits as there are groups for.
void Translator::BackReference() {
  int group = static_cast<int>(in_.Peek() - '0');
  in_.Skip(1);
  while (in_.Peek() >= '0' && in_.Peek() <= '9') {
    const int longer = group * 10 + static_cast<int>(in_.Peek() - '0');
    if (longer > num_groups_) break;
    group = longer;
    in_.Skip(1);
  }
  if (group <= num_groups_) {
    out_.BackReference(group);
    return;
  }
  // A group that is not there yet matches nothing.
  out_.Emit(UnicodeSet());
  out_.NotRe2();
}

Status Translator::NamedBackReference() {
  if (!in_.Take('<')) return in_.Wrong("\\k is not followed by <name>");
  std::string name;
  while (!in_.AtEnd() && in_.Peek() != '>') name += static_cast<char>(in_.Next());
  if (!in_.Take('>')) return in_.Wrong("the name of a group is not closed");
  for (const auto& [known, group] : group_names_) {
    if (known != name) continue;
    out_.BackReference(group);
    return Status::OK();
  }
  return in_.Wrong("there is no group of this name");
}

Status Translator::Group(int depth) {
  const JavaRegexFlags before = flags_;
  if (in_.Take('?')) {
    const char32_t kind = in_.Peek();
    const char32_t next = in_.Peek(1);
    if (kind == ':' || kind == '=' || kind == '!' || kind == '>') {
      in_.Skip(1);
      out_.Both(fmt::format("(?{}", static_cast<char>(kind)));
      if (kind != ':') out_.NotRe2();
    } else if (kind == '<' && (next == '=' || next == '!')) {
      in_.Skip(2);
      out_.ForIcuAlone(next == '=' ? "(?<=" : "(?<!");
    } else if (kind == '<') {
      in_.Skip(1);
      ARROW_RETURN_NOT_OK(NamedGroup());
    } else {
      ARROW_ASSIGN_OR_RAISE(const bool has_body, InlineFlags());
      if (!has_body) return Status::OK();  // to the end of the group that they stand in
      out_.Both("(?:");
    }
  } else {
    ++num_groups_;
    out_.Both("(");
  }
  ARROW_RETURN_NOT_OK(Alternatives(depth + 1));
  if (!in_.Take(')')) return in_.Wrong("unclosed group");
  out_.Both(")");
  flags_ = before;
  return Status::OK();
}

Status Translator::NamedGroup() {
  std::string name;
  while (in_.Peek() < 0x80 && (IsLetter(static_cast<char>(in_.Peek())) ||
                               (!name.empty() && IsDigit(static_cast<char>(in_.Peek()))))) {
    name += static_cast<char>(in_.Next());
  }
  if (name.empty() || !in_.Take('>'))
    return in_.Wrong("the name of a group is not letters and digits");
  for (const auto& [known, group] : group_names_) {
    if (known == name) return in_.Wrong("two groups have the same name");
  }
  ++num_groups_;
  group_names_.emplace_back(name, num_groups_);
  out_.Both("(");
  return Status::OK();
}

// `i-s)` or `i:`; whether a body follows.
Result<bool> Translator::InlineFlags() {
  bool value = true;
  while (!in_.AtEnd()) {
    const char32_t letter = in_.Next();
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
        if (!value) return in_.Wrong("unknown flag");
        value = false;
        break;
      case ')':
        return false;
      case ':':
        return true;
      default:
        return in_.Wrong("unknown flag or kind of group");
    }
  }
  return in_.Wrong("unclosed group");
}

Status Translator::Quantifier(bool has_captures) {
  std::string text;
  const char32_t sign = in_.Peek();
  if (sign == '*' || sign == '+' || sign == '?') {
    in_.Skip(1);
    text = static_cast<char>(sign);
  } else if (sign == '{') {
    ARROW_ASSIGN_OR_RAISE(const bool is_repetition, in_.Bounds(&text));
    if (!is_repetition) return in_.Wrong("illegal repetition");
  } else {
    return Status::OK();
  }
  if (in_.Take('?')) text += '?';
  const bool is_possessive = text.back() != '?' || text.size() == 1 ? in_.Take('+') : false;
  if (is_possessive) {
    text += '+';
    out_.NotRe2();
  }
  // What the groups of the last repetition hold differs between engines.
  if (has_captures) out_.OnlyFinds();
  out_.Both(text);
  return Status::OK();
}

}  // namespace

Result<EnginePatterns> TranslateJavaRegex(std::string_view pattern) {
  return Translator(pattern).Translate();
}

}  // namespace tarn::text
