#include <algorithm>

#include "base/lower_ascii.h"
#include "sql/parser_internal.h"
#include "sql/string_literal.h"

namespace tarn::sql {
namespace {

// By their plural also.
constexpr std::string_view kUnits[] = {"nanosecond", "microsecond", "millisecond", "second",
                                       "minute",     "hour",        "day",         "week",
                                       "month",      "year"};

// A unit's singular; empty: it is none.
std::string UnitOf(std::string_view word) {
  const std::string lower = LowerAscii(word);
  for (std::string_view unit : kUnits) {
    if (lower == unit || lower == std::string(unit) + "s") return std::string(unit);
  }
  return "";
}

std::optional<std::string> BytesOf(std::string_view digits) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string padded(digits.size() % 2, '0');
  padded += digits;
  std::string bytes;
  for (size_t i = 0; i < padded.size(); i += 2) {
    const int high = value(padded[i]), low = value(padded[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

struct Suffix {
  std::string_view letters;
  Literal::Kind kind;
};

constexpr Suffix kSuffixes[] = {
    {"bd", Literal::Kind::kBigDecimal}, {"l", Literal::Kind::kBigInt},
    {"s", Literal::Kind::kSmallInt},    {"y", Literal::Kind::kTinyInt},
    {"f", Literal::Kind::kFloat},       {"d", Literal::Kind::kDouble},
};

}  // namespace

bool Parser::IsInterval() const {
  if (!Is("interval")) return false;
  if (IsKind(Token::Kind::kString, 1)) return true;
  const int ahead = IsAny({"-", "+"}, 1) ? 2 : 1;
  if (IsKind(Token::Kind::kString, ahead)) return true;
  return IsKind(Token::Kind::kNumber, ahead) && IsKind(Token::Kind::kName, ahead + 1) &&
         !UnitOf(tokens_.TextOf(next_ + ahead + 1)).empty();
}

bool Parser::IsLiteral() const {
  if (IsKind(Token::Kind::kNumber) || IsKind(Token::Kind::kString) || IsInterval()) return true;
  if (IsAny({"null", "true", "false"})) return !IsAny({"(", "."}, 1);
  return IsKind(Token::Kind::kName) && !Is("case") && IsKind(Token::Kind::kString, 1);
}

Result<ExprPtr> Parser::ParseLiteral() {
  const int first = next_;
  if (IsKind(Token::Kind::kNumber)) return ParseNumber(/*negative=*/false, first);
  if (IsKind(Token::Kind::kString)) {
    std::string text = ParseStrings();
    return MakeString(std::move(text), From(first));
  }
  if (IsInterval()) return ParseInterval();
  if (!Is("null") && !IsAny({"true", "false"})) return ParseTypedLiteral();
  Literal literal;
  if (!Is("null")) literal = {Literal::Kind::kBoolean, LowerAscii(tokens_.TextOf(next_))};
  ++next_;
  return Make(std::move(literal), From(first));
}

Result<ExprPtr> Parser::ParseNumber(bool negative, int first) {
  std::string text = LowerAscii(tokens_.TextOf(next_++));
  Literal literal{Literal::Kind::kInteger, ""};
  for (const Suffix& suffix : kSuffixes) {
    if (!text.ends_with(suffix.letters)) continue;
    literal.kind = suffix.kind;
    text.resize(text.size() - suffix.letters.size());
    break;
  }
  const bool has_fraction = text.find_first_of(".e") != std::string::npos;
  if (literal.kind == Literal::Kind::kInteger && has_fraction) {
    literal.kind = Literal::Kind::kDecimal;
  }
  literal.text = (negative ? "-" : "") + text;
  return Make(std::move(literal), From(first));
}

// One after the other, they are one string.
std::string Parser::ParseStrings() {
  std::string text;
  for (; IsKind(Token::Kind::kString); ++next_) text += UnescapeString(tokens_.TextOf(next_));
  return text;
}

Result<ExprPtr> Parser::ParseTypedLiteral() {
  const int first = next_++;
  const std::string word = LowerAscii(tokens_.TextOf(first));
  const int string = next_;
  std::string text = ParseStrings();
  if (word == "x") {
    std::optional<std::string> bytes = BytesOf(text);
    if (!bytes) return Fail(From(first), "not hexadecimal digits: " + text, "write X'1F'");
    return Make(Literal{Literal::Kind::kBinary, *std::move(bytes)}, From(first));
  }
  static constexpr std::string_view kTypes[] = {"date", "timestamp", "timestamp_ltz",
                                                "timestamp_ntz", "time"};
  if (std::find(std::begin(kTypes), std::end(kTypes), word) == std::end(kTypes)) {
    return Fail(
        From(first), "a literal of this type is not supported: " + word,
        "types of literals are DATE, TIME, TIMESTAMP, TIMESTAMP_NTZ, INTERVAL and X; of another "
        "one write CAST('…' AS type)");
  }
  ARROW_ASSIGN_OR_RAISE(ExprPtr value, MakeString(std::move(text), From(string)));
  Cast cast{std::move(value), {}};
  cast.type.name = word == "timestamp_ltz" ? "timestamp" : word;
  cast.type.at = TokenAt(first);
  return Make(std::move(cast), From(first));
}

Result<Interval::Part> Parser::ParseIntervalPart() {
  Interval::Part part;
  const bool negative = Is("-");
  if (IsAny({"-", "+"})) ++next_;
  part.is_string = IsKind(Token::Kind::kString);
  if (part.is_string) {
    part.value = ParseStrings();
  } else {
    part.value = tokens_.TextOf(next_++);
  }
  if (negative) part.value = "-" + part.value;
  part.unit = UnitOf(tokens_.TextOf(next_));
  if (part.unit.empty()) return part;
  ++next_;
  if (Is("to") && !UnitOf(tokens_.TextOf(next_ + 1)).empty()) {
    part.to_unit = UnitOf(tokens_.TextOf(next_ + 1));
    next_ += 2;
  }
  return part;
}

Result<ExprPtr> Parser::ParseInterval() {
  const int first = next_++;
  Interval interval;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(interval.parts.emplace_back(), ParseIntervalPart());
    if (interval.parts.back().unit.empty()) break;
    const int ahead = IsAny({"-", "+"}) ? 1 : 0;
    const bool is_value =
        IsKind(Token::Kind::kString, ahead) || IsKind(Token::Kind::kNumber, ahead);
    const bool has_unit = !UnitOf(tokens_.TextOf(next_ + ahead + 1)).empty();
    if (!is_value || !has_unit) break;
  }
  if (interval.parts.size() > 1 && interval.parts.back().unit.empty()) {
    return Unexpected("a unit such as DAY");
  }
  return Make(std::move(interval), From(first));
}

}  // namespace tarn::sql
