#include "values/number_format.h"

#include <algorithm>

#include "base/ascii.h"

namespace tarn {
namespace {

using arrow::Decimal128;

Status Wrong(std::string_view error_class, std::string_view what, std::string_view format) {
  return Status::Invalid("INVALID_FORMAT.", error_class, ": ", what, ": ", format);
}

// Behind the digits; a point that nothing follows gives way.
void AppendSign(char sign, std::string* text) {
  if (text->ends_with('.')) {
    text->back() = sign;
    *text += ' ';
  } else {
    *text += sign;
  }
}

// A sign or bracket stands right before the digits: a space that follows it goes in front.
void KeepSignAtDigits(std::string* text) {
  const size_t size = text->size();
  if (size < 2 || text->back() != ' ') return;
  const char before = (*text)[size - 2];
  if (before == '<' || before == '-' || before == '+') {
    std::swap((*text)[size - 1], (*text)[size - 2]);
  }
}

}  // namespace

Result<NumberFormat> NumberFormat::Make(std::string_view format) {
  NumberFormat made;
  ARROW_RETURN_NOT_OK(made.Read(format));
  ARROW_RETURN_NOT_OK(made.Check(format));
  return made;
}

Status NumberFormat::Read(std::string_view format) {
  using Kind = Token::Kind;
  bool after_point = false;
  for (size_t at = 0; at < format.size();) {
    const char c = ToUpper(format[at]);
    const std::string_view rest = format.substr(at);
    const auto is_word = [&](std::string_view word) { return SameName(rest.substr(0, 2), word); };
    size_t length = 1;
    if (c == '0' || c == '9') {
      length = std::min(rest.find_first_not_of("09"), rest.size());
      const int count = static_cast<int>(length);
      tokens_.push_back({c == '0' ? Kind::kAllDigits : Kind::kDigits, count});
      (after_point ? num_fraction_ : num_whole_) += count;
    } else if (c == ',' || c == 'G') {
      tokens_.push_back({Kind::kComma});
    } else if (c == '.' || c == 'D') {
      after_point = true;
      tokens_.push_back({Kind::kPoint});
    } else if (c == '$') {
      tokens_.push_back({Kind::kDollar});
    } else if (c == 'S') {
      tokens_.push_back({Kind::kSign});
    } else if (is_word("MI")) {
      tokens_.push_back({Kind::kMinus});
      length = 2;
    } else if (is_word("PR")) {
      tokens_.insert(tokens_.begin(), {Kind::kBracketOpen});
      tokens_.push_back({Kind::kBracketClose});
      length = 2;
    } else if (num_whole_ + num_fraction_ == 0 && rest.find_first_of("09") == rest.npos) {
      return Wrong("WRONG_NUM_DIGIT", "the format has no digit", format);
    } else {
      return Wrong("UNEXPECTED_TOKEN", std::string("unexpected ") + format[at], format);
    }
    at += length;
  }
  return Status::OK();
}

// [MI|S] [$] [0|9|,]* [.] [0|9]* [$] [PR|MI|S]
Status NumberFormat::Check(std::string_view format) const {
  using Kind = Token::Kind;
  if (format.empty()) return Wrong("EMPTY", "the format is empty", format);
  const auto count = [&](std::initializer_list<Kind> kinds) {
    return std::count_if(tokens_.begin(), tokens_.end(), [&](const Token& token) {
      return std::find(kinds.begin(), kinds.end(), token.kind) != kinds.end();
    });
  };
  if (num_whole_ + num_fraction_ == 0) {
    return Wrong("WRONG_NUM_DIGIT", "the format has no digit", format);
  }
  for (const auto& kinds : {std::initializer_list<Kind>{Kind::kPoint},
                            {Kind::kDollar},
                            {Kind::kSign},
                            {Kind::kMinus},
                            {Kind::kBracketClose}}) {
    if (count(kinds) > 1) {
      return Wrong("WRONG_NUM_TOKEN", "a sign stands in the format twice", format);
    }
  }
  bool saw_digits = false, saw_point = false, has_ended = false;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const auto is_digits = [&](size_t at) {
      return at < tokens_.size() &&
             (tokens_[at].kind == Kind::kDigits || tokens_[at].kind == Kind::kAllDigits);
    };
    const Kind kind = tokens_[i].kind;
    if (is_digits(i) && has_ended) {
      return Wrong("UNEXPECTED_TOKEN", "digits stand behind the end of the number", format);
    }
    saw_digits = saw_digits || is_digits(i);
    if (kind == Kind::kComma && saw_point) {
      return Wrong("THOUSANDS_SEPS_MUST_BEFORE_DEC", "a comma stands behind the point", format);
    }
    if (kind == Kind::kComma && (i == 0 || !is_digits(i - 1) || !is_digits(i + 1))) {
      return Wrong("CONT_THOUSANDS_SEPS", "a comma is not between digits", format);
    }
    if (kind == Kind::kDollar && saw_digits) {
      return Wrong("CUR_MUST_BEFORE_DIGIT", "the currency stands behind digits", format);
    }
    saw_point = saw_point || kind == Kind::kPoint;
    const bool is_sign = kind == Kind::kSign || kind == Kind::kMinus;
    const bool is_first = i == 0;
    if (is_sign && !is_first) has_ended = true;
    if (kind == Kind::kBracketClose) has_ended = true;
  }
  return Status::OK();
}

// The token behind a run of digits and commas.
size_t NumberFormat::EndOfDigits(size_t token) const {
  using Kind = Token::Kind;
  while (token < tokens_.size() &&
         (tokens_[token].kind == Kind::kDigits || tokens_[token].kind == Kind::kAllDigits ||
          tokens_[token].kind == Kind::kComma)) {
    ++token;
  }
  return token;
}

// Where the text goes on behind what tokens [token, end) take; npos: it does not fit them. Groups
// are compared from the right before the point, where leading ones may lack.
size_t NumberFormat::ParseDigits(size_t token, size_t end, std::string_view text, size_t at,
                                 bool is_fraction, std::string* digits) const {
  std::vector<int> sizes = {0};
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (IsDigit(c)) {
      *digits += c;
      ++sizes.back();
    } else if (c == ',' && !is_fraction) {
      sizes.push_back(0);
    } else if (!IsBlank(c)) {
      break;
    }
  }
  std::vector<Token> groups;
  for (size_t i = token; i < end; ++i) {
    if (tokens_[i].kind != Token::Kind::kComma) groups.push_back(tokens_[i]);
  }
  std::reverse(groups.begin(), groups.end());
  std::reverse(sizes.begin(), sizes.end());
  if (sizes.size() > groups.size()) return std::string_view::npos;
  for (size_t i = 0; i < groups.size(); ++i) {
    const int size = i < sizes.size() ? sizes[i] : 0;
    // Decimals may lack.
    const bool are_all = groups[i].kind == Token::Kind::kAllDigits && !is_fraction;
    const bool fits = are_all ? size == groups[i].count : size <= groups[i].count;
    if (!fits) return std::string_view::npos;
  }
  return at;
}

std::optional<Decimal128> NumberFormat::Parse(std::string_view text) const {
  using Kind = Token::Kind;
  std::string whole, fraction;
  bool saw_point = false, is_negative = false, is_open = false;
  size_t at = 0;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const auto take = [&](char c) {
      const bool found = at < text.size() && text[at] == c;
      at += found ? 1 : 0;
      return found;
    };
    switch (tokens_[i].kind) {
      case Kind::kDigits:
      case Kind::kAllDigits:
      case Kind::kComma: {
        const size_t end = EndOfDigits(i);
        at = ParseDigits(i, end, text, at, saw_point, saw_point ? &fraction : &whole);
        if (at == std::string_view::npos) return std::nullopt;
        i = end - 1;
        break;
      }
      case Kind::kPoint:
        saw_point = take('.') || saw_point;
        // Digits that follow are none then.
        if (!saw_point) i = EndOfDigits(i + 1) - 1;
        break;
      case Kind::kDollar:
        if (!take('$')) return std::nullopt;
        break;
      case Kind::kSign:
        if (!take('+')) is_negative = take('-') || is_negative;
        break;
      case Kind::kMinus:
        is_negative = take('-') || is_negative;
        break;
      case Kind::kBracketOpen:
        is_open = take('<');
        break;
      case Kind::kBracketClose:
        if (take('>') != is_open) return std::nullopt;
        is_negative = is_open;
        break;
    }
  }
  if (at < text.size() || whole.size() + fraction.size() == 0) return std::nullopt;
  fraction.resize(static_cast<size_t>(num_fraction_), '0');
  const auto number = Decimal128::FromString(whole + fraction);
  if (!number.ok()) return std::nullopt;
  return is_negative ? Decimal128(-*number) : *number;
}

void NumberFormat::Append(const Decimal128& number, int scale, std::string* out) const {
  using Kind = Token::Kind;
  const bool is_negative = number < Decimal128(0);
  std::string whole = number.ToIntegerString().substr(is_negative ? 1 : 0);
  const auto num_decimals = static_cast<size_t>(scale);
  if (whole.size() < num_decimals) whole.insert(0, num_decimals - whole.size(), '0');
  std::string fraction = whole.substr(whole.size() - num_decimals);
  whole.resize(whole.size() - num_decimals);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (std::ssize(whole) > num_whole_ || std::ssize(fraction) > num_fraction_) {
    whole.assign(static_cast<size_t>(num_whole_), '#');
    fraction.assign(static_cast<size_t>(num_fraction_), '#');
  }
  whole.insert(0, static_cast<size_t>(num_whole_) - whole.size(), ' ');
  fraction.append(static_cast<size_t>(num_fraction_) - fraction.size(), '0');
  std::string text;
  std::string_view left = whole;
  for (const Token& token : tokens_) {
    switch (token.kind) {
      case Kind::kDigits:
      case Kind::kAllDigits:
        for (char c : left.substr(0, static_cast<size_t>(token.count))) {
          text += c == ' ' && token.kind == Kind::kAllDigits ? '0' : c;
          KeepSignAtDigits(&text);
        }
        left.remove_prefix(static_cast<size_t>(token.count));
        break;
      case Kind::kComma:
        text += !text.empty() && IsDigit(text.back()) ? ',' : ' ';
        KeepSignAtDigits(&text);
        break;
      case Kind::kPoint:
        if (text.ends_with(' ')) text.back() = '0';
        text += '.';
        left = fraction;
        break;
      case Kind::kDollar:
        text += '$';
        break;
      case Kind::kSign:
        AppendSign(is_negative ? '-' : '+', &text);
        break;
      case Kind::kMinus:
        AppendSign(is_negative ? '-' : ' ', &text);
        break;
      case Kind::kBracketOpen:
        if (is_negative) text += '<';
        break;
      case Kind::kBracketClose:
        AppendSign(is_negative ? '>' : ' ', &text);
        if (!is_negative) text += ' ';
        break;
    }
  }
  if (text.ends_with('.')) text.back() = ' ';
  out->append(text);
}

}  // namespace tarn
