#include "json/record/document.h"

#include <cstring>

#include "json/record/escape_internal.h"
#include "json/record/number.h"

namespace tarn::json {
namespace {

constexpr bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A byte that continues a word of Java; those of other alphabets do, and nobody writes them there.
constexpr bool ContinuesWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (c & 0x80) != 0;
}

constexpr bool IsLowHalf(uint32_t unit) { return (unit & 0xFC00) == 0xDC00; }

bool IsUnit(const char* p) {
  if (p[0] != '\\' || p[1] != 'u') return false;
  for (int i = 2; i < kPairLength / 2; ++i) {
    if (!IsHexDigit(p[i])) return false;
  }
  return true;
}

}  // namespace

// The text ends in zeros, which nothing but an end takes.
Document::Outcome Document::Parse(std::string_view text, Options options) {
  options_ = options;
  nodes_.clear();
  text_.assign(text);
  text_.append(kPaddingBytes, '\0');
  next_ = text_.data();
  SkipSpace();
  if (AtEnd()) return Outcome::kEmpty;
  const bool is_valid = ParseValue(0, {}) && EndsWell(nodes_[0].kind());
  return is_valid ? Outcome::kValue : Outcome::kInvalid;
}

// What follows the whole: a number must end there, and a word not go on.
bool Document::EndsWell(ValueKind kind) const {
  if (kind == ValueKind::kInteger || kind == ValueKind::kDecimal) {
    return AtEnd() || IsBlank(*next_);
  }
  const bool is_word =
      kind == ValueKind::kNull || kind == ValueKind::kTrue || kind == ValueKind::kFalse;
  return !is_word || AtEnd() || !ContinuesWord(*next_);
}

void Document::SkipSpace() {
  while (IsBlank(*next_)) ++next_;
}

bool Document::ParseValue(int depth, std::string_view key) {
  const size_t node = nodes_.size();
  nodes_.push_back({});
  nodes_[node].key = key;
  Value value;
  value.begin = next_;
  bool is_valid = false;
  switch (*next_) {
    case '{':
    case '[':
      if (depth == kDepthMax) return false;
      value.kind = *next_ == '{' ? ValueKind::kObject : ValueKind::kArray;
      nodes_[node].value = value;
      is_valid = *next_ == '{' ? ParseObject(depth, node) : ParseArray(depth, node);
      nodes_[node].end = nodes_.size();
      return is_valid;
    case '"':
    case '\'': {
      std::string_view text;
      is_valid = ParseString(&text);
      value.begin = text.data();
      value.length = static_cast<uint32_t>(text.size());
      value.kind = ValueKind::kString;
      break;
    }
    default:
      is_valid = ParseNumber(&value) || ParseWord(&value);
  }
  nodes_[node].value = value;
  nodes_[node].end = nodes_.size();
  return is_valid;
}

bool Document::ParseObject(int depth, size_t node) {
  ++next_;
  SkipSpace();
  if (*next_ == '}') return ++next_, true;
  while (true) {
    std::string_view key;
    if ((*next_ != '"' && *next_ != '\'') || !ParseString(&key)) return false;
    SkipSpace();
    if (*next_++ != ':') return false;
    SkipSpace();
    if (!ParseValue(depth + 1, key)) return false;
    SkipSpace();
    const char c = *next_++;
    if (c == '}') return true;
    if (c != ',') return false;
    SkipSpace();
  }
}

bool Document::ParseArray(int depth, size_t node) {
  ++next_;
  SkipSpace();
  if (*next_ == ']') return ++next_, true;
  while (true) {
    if (!ParseValue(depth + 1, {})) return false;
    SkipSpace();
    const char c = *next_++;
    if (c == ']') return true;
    if (c != ',') return false;
    SkipSpace();
  }
}

// A string is never longer than what stands for it.
bool Document::ParseString(std::string_view* text) {
  const char quote = *next_++;
  const char* const begin = next_;
  char* out = next_;
  while (*next_ != quote) {
    const bool is_control = static_cast<unsigned char>(*next_) < ' ';
    if (is_control && (!options_.control_characters || AtEnd())) return false;
    if (*next_ != '\\') {
      *out++ = *next_++;
    } else if (!Unescape(&out)) {
      return false;
    }
  }
  ++next_;
  *text = {begin, static_cast<size_t>(out - begin)};
  return true;
}

bool Document::Unescape(char** out) {
  constexpr int kUnitLength = kPairLength / 2;
  const char c = next_[1];
  if (c != 'u') {
    const char simple = c == '\'' ? c : static_cast<char>(kSimpleEscapes[static_cast<uint8_t>(c)]);
    if (simple == 0) return false;
    *(*out)++ = simple;
    next_ += 2;
    return true;
  }
  if (!IsUnit(next_)) return false;
  const uint32_t unit = UnitOfHex(next_ + 2);
  const char* const second = next_ + kUnitLength;
  if (IsHighSurrogate(unit) && IsUnit(second) && IsLowHalf(UnitOfHex(second + 2))) {
    *out = WritePair(unit, UnitOfHex(second + 2), *out);
    next_ += kPairLength;
    return true;
  }
  next_ += kUnitLength;
  char bytes[4];
  const char* const end = WriteUtf8(unit, bytes);
  std::memcpy(*out, bytes, end - bytes);
  *out += end - bytes;
  return true;
}

// To the last zero before another digit, and the sign with it.
void Document::SkipLeadingZeros() {
  const bool is_negative = *next_ == '-';
  char* digits = next_ + is_negative;
  while (digits[0] == '0' && IsDigit(digits[1])) ++digits;
  next_ = digits - is_negative;
  if (is_negative) *next_ = '-';
}

// What follows it is for others to judge: `01` is a number and then no comma.
bool Document::ParseNumber(Value* value) {
  if (options_.leading_zeros) SkipLeadingZeros();
  const char* p = next_;
  value->begin = p;
  value->kind = ValueKind::kInteger;
  if (*p == '-') ++p;
  if (!IsDigit(*p)) return false;
  if (*p == '0') {
    ++p;
  } else {
    while (IsDigit(*p)) ++p;
  }
  if (*p == '.') {
    value->kind = ValueKind::kDecimal;
    if (!IsDigit(*++p)) return false;
    while (IsDigit(*p)) ++p;
  }
  if (*p == 'e' || *p == 'E') {
    value->kind = ValueKind::kDecimal;
    ++p;
    if (*p == '+' || *p == '-') ++p;
    if (!IsDigit(*p)) return false;
    while (IsDigit(*p)) ++p;
  }
  value->length = static_cast<uint32_t>(p - next_);
  next_ += value->length;
  return true;
}

bool Document::ParseWord(Value* value) {
  struct Word {
    std::string_view text;
    ValueKind kind;
  };
  static constexpr Word kWords[] = {
      {"null", ValueKind::kNull}, {"true", ValueKind::kTrue}, {"false", ValueKind::kFalse}};
  static constexpr std::string_view kNonFinite[] = {"NaN",       "Infinity", "-Infinity",
                                                    "+Infinity", "-INF",     "+INF"};
  const auto take = [&](std::string_view word, ValueKind kind) {
    if (std::strncmp(next_, word.data(), word.size()) != 0) return false;
    if (ContinuesWord(next_[word.size()])) return false;
    value->kind = kind;
    value->length = static_cast<uint32_t>(word.size());
    next_ += word.size();
    return true;
  };
  for (const auto& [word, kind] : kWords) {
    if (take(word, kind)) return true;
  }
  if (!options_.non_finite_numbers) return false;
  for (const std::string_view word : kNonFinite) {
    if (take(word, ValueKind::kDecimal)) return true;
  }
  return false;
}

}  // namespace tarn::json
