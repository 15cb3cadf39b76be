#include "values/java_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "values/shortest_digits.h"

namespace tarn {
namespace {

// Java's length of what begins with this byte of UTF-8: two for characters of four bytes.
size_t UnitsOf(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value & 0xC0) == 0x80 ? 0 : value >= 0xF0 ? 2 : 1;
}

size_t CountUnits(std::string_view text) {
  size_t units = 0;
  for (const char byte : text) units += UnitsOf(byte);
  return units;
}

// The bytes of so many units at most. Java cuts characters of two in halves, which are no UTF-8.
size_t BytesOfUnits(std::string_view text, size_t units_max) {
  size_t units = 0;
  size_t end = 0;
  while (end < text.size() && (units += UnitsOf(text[end])) <= units_max) ++end;
  return end;
}

bool HasFlag(const std::string& flags, char flag) { return flags.find(flag) != flags.npos; }

void AddCommas(std::string* digits) {
  for (auto at = static_cast<int64_t>(std::min(digits->find('.'), digits->size())) - 3; at > 0;
       at -= 3) {
    digits->insert(static_cast<size_t>(at), 1, ',');
  }
}

// `digits`, of which the first `num_whole` stand before the point, with `precision` behind it; 5
// and more are rounded up. A carry adds a digit, and one to num_whole.
void RoundHalfUp(size_t precision, std::string* digits, size_t* num_whole) {
  const size_t size = *num_whole + precision;
  if (digits->size() <= size) {
    digits->append(size - digits->size(), '0');
    return;
  }
  const bool is_up = (*digits)[size] >= '5';
  digits->resize(size);
  if (!is_up) return;
  size_t at = size;
  while (at > 0 && (*digits)[at - 1] == '9') (*digits)[--at] = '0';
  if (at > 0) {
    ++(*digits)[at - 1];
  } else {
    digits->insert(0, 1, '1');
    ++*num_whole;
  }
}

std::string WithPoint(std::string digits, size_t num_whole) {
  if (digits.size() > num_whole) digits.insert(num_whole, 1, '.');
  return digits;
}

// A number in %f.
std::string Fixed(double number, int precision) {
  std::string whole, fraction;
  ShortestDigits(number, &whole, &fraction);
  size_t num_whole = whole.size();
  whole += fraction;
  RoundHalfUp(static_cast<size_t>(precision), &whole, &num_whole);
  return WithPoint(std::move(whole), num_whole);
}

// A number in %e; its exponent as well.
std::string Scientific(double number, int precision, int* exponent) {
  std::string digits, fraction;
  ShortestDigits(number, &digits, &fraction);
  *exponent = static_cast<int>(digits.size()) - 1;
  digits += fraction;
  const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  const bool is_zero = digits[zeros] == '0';
  digits.erase(0, zeros);
  *exponent = is_zero ? 0 : *exponent - static_cast<int>(zeros);
  size_t num_whole = 1;
  RoundHalfUp(static_cast<size_t>(precision), &digits, &num_whole);
  if (num_whole == 2) {
    digits.pop_back();
    ++*exponent;
  }
  return fmt::format("{}e{}{:02}", WithPoint(std::move(digits), 1), *exponent < 0 ? '-' : '+',
                     std::abs(*exponent));
}

// A number in %g.
std::string General(double number, int precision) {
  precision = std::max(precision, 1);
  int exponent = 0;
  std::string text = Scientific(number, precision - 1, &exponent);
  if (number == 0) return Fixed(number, precision - 1);
  return exponent >= -4 && exponent < precision ? Fixed(number, precision - 1 - exponent) : text;
}

void AppendCodePoint(uint32_t code_point, std::string* out) {
  const auto add = [&](uint32_t byte) { *out += static_cast<char>(byte); };
  if (code_point < 0x80) return add(code_point);
  if (code_point < 0x800) {
    add(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    add(0xE0 | code_point >> 12);
    add(0x80 | (code_point >> 6 & 0x3F));
  } else {
    add(0xF0 | code_point >> 18);
    add(0x80 | (code_point >> 12 & 0x3F));
    add(0x80 | (code_point >> 6 & 0x3F));
  }
  add(0x80 | (code_point & 0x3F));
}

int32_t HashOfLong(uint64_t bits) { return static_cast<int32_t>(bits ^ bits >> 32); }

// As floatToIntBits and doubleToLongBits, which know one NaN.
int32_t HashOfFloat(const FormatFloat& number) {
  if (number.num_bytes == 4) {
    const float value = std::isnan(number.value) ? std::numeric_limits<float>::quiet_NaN()
                                                 : static_cast<float>(number.value);
    return std::bit_cast<int32_t>(value);
  }
  const double value =
      std::isnan(number.value) ? std::numeric_limits<double>::quiet_NaN() : number.value;
  return HashOfLong(std::bit_cast<uint64_t>(value));
}

// Java's hashCode; none of what has no such here.
std::optional<int32_t> HashOf(const FormatValue& value, const FormatFunctions& functions) {
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? 1231 : 1237;
  if (const auto* integer = std::get_if<FormatInteger>(&value)) {
    return integer->num_bytes == 8 ? HashOfLong(static_cast<uint64_t>(integer->value))
                                   : static_cast<int32_t>(integer->value);
  }
  if (const auto* number = std::get_if<FormatFloat>(&value)) return HashOfFloat(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return functions.hash(*text);
  return std::nullopt;
}

// What %s shows.
std::string PlainText(const FormatValue& value) {
  if (std::holds_alternative<FormatNull>(value)) return "null";
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* integer = std::get_if<FormatInteger>(&value)) {
    return fmt::format("{}", integer->value);
  }
  if (const auto* number = std::get_if<FormatFloat>(&value)) return number->text;
  if (const auto* other = std::get_if<FormatOther>(&value)) return other->text;
  return std::get<std::string>(value);
}

}  // namespace

Result<JavaFormat> JavaFormat::Make(std::string_view format) {
  JavaFormat made;
  Part part;
  for (size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      part.text += format[at++];
      continue;
    }
    ++at;
    ARROW_RETURN_NOT_OK(ReadPart(format, &at, &part));
    made.parts_.push_back(std::move(part));
    part = {};
  }
  made.parts_.push_back(std::move(part));
  return made;
}

// [index$][flags][width][.precision]conversion
Status JavaFormat::ReadPart(std::string_view format, size_t* at, Part* part) {
  const auto number = [&]() {
    int value = 0;
    while (*at < format.size() && IsDigit(format[*at]) && value < 1'000'000) {
      value = value * 10 + (format[(*at)++] - '0');
    }
    return value;
  };
  const size_t begin = *at;
  if (const int index = number(); *at > begin && format.substr(*at).starts_with('$')) {
    if (index == 0) return Status::Invalid("values are counted from 1: %0$");
    part->index = index;
    ++*at;
  } else {
    *at = begin;
  }
  while (*at < format.size() && std::string_view("-#+ 0,(<").find(format[*at]) != format.npos) {
    if (format[*at] == '<') {
      part->index = -1;
    } else {
      part->flags += format[*at];
    }
    ++*at;
  }
  part->width = number();
  if (format.substr(*at).starts_with('.')) {
    const size_t digits = ++*at;
    part->precision = number();
    if (*at == digits) return Status::Invalid("digits are missing behind a point: ", format);
  }
  if (*at == format.size()) return Status::Invalid("the format ends within a %: ", format);
  const char conversion = format[(*at)++];
  part->is_upper = conversion >= 'A' && conversion <= 'Z';
  part->conversion = ToLower(conversion);
  const bool is_known = std::string_view("sdxXocCbBfeEgGShHn%").find(conversion) != format.npos;
  if (!is_known) return Status::Invalid("%", std::string(1, conversion), " is not supported");
  if (HasFlag(part->flags, '-') && part->width == 0) {
    return Status::Invalid("%- needs a width: ", format);
  }
  return Status::OK();
}

std::string JavaFormat::WithSign(const Part& part, bool is_negative, std::string digits) {
  std::string sign;
  if (is_negative) {
    sign = HasFlag(part.flags, '(') ? "(" : "-";
  } else if (HasFlag(part.flags, '+')) {
    sign = "+";
  } else if (HasFlag(part.flags, ' ')) {
    sign = " ";
  }
  const std::string end = sign == "(" ? ")" : "";
  const size_t size = sign.size() + digits.size() + end.size();
  if (HasFlag(part.flags, '0') && std::cmp_less(size, part.width)) {
    digits.insert(0, static_cast<size_t>(part.width) - size, '0');
  }
  return sign + digits + end;
}

std::string JavaFormat::IntegerText(const Part& part, const FormatInteger& integer) {
  if (part.conversion == 'd') {
    const bool is_negative = integer.value < 0;
    std::string digits = fmt::format("{}", integer.value).substr(is_negative ? 1 : 0);
    if (HasFlag(part.flags, ',')) AddCommas(&digits);
    return WithSign(part, is_negative, std::move(digits));
  }
  uint64_t bits = static_cast<uint64_t>(integer.value);
  if (integer.num_bytes < 8) bits &= (uint64_t{1} << 8 * integer.num_bytes) - 1;
  std::string digits =
      part.conversion == 'x' ? fmt::format("{:x}", bits) : fmt::format("{:o}", bits);
  if (HasFlag(part.flags, '#')) digits.insert(0, part.conversion == 'x' ? "0x" : "0");
  if (HasFlag(part.flags, '0') && std::cmp_less(digits.size(), part.width)) {
    digits.insert(HasFlag(part.flags, '#') && part.conversion == 'x' ? 2 : 0,
                  static_cast<size_t>(part.width) - digits.size(), '0');
  }
  return digits;
}

std::string JavaFormat::FloatText(const Part& part, double number) {
  if (std::isnan(number)) return "NaN";
  const bool is_negative = std::signbit(number);
  if (std::isinf(number)) {
    Part plain = part;
    plain.flags.erase(std::remove(plain.flags.begin(), plain.flags.end(), '0'), plain.flags.end());
    return WithSign(plain, is_negative, "Infinity");
  }
  const int precision = part.precision < 0 ? 6 : part.precision;
  int exponent = 0;
  std::string digits = part.conversion == 'f'   ? Fixed(std::abs(number), precision)
                       : part.conversion == 'e' ? Scientific(std::abs(number), precision, &exponent)
                                                : General(std::abs(number), precision);
  if (HasFlag(part.flags, ',')) AddCommas(&digits);
  return WithSign(part, is_negative, std::move(digits));
}

Result<std::string> JavaFormat::TextOf(const Part& part, const FormatValue& value,
                                       const FormatFunctions& functions) {
  const auto wrong = [&] {
    return Status::Invalid("the value does not fit %", std::string(1, part.conversion));
  };
  const bool is_null = std::holds_alternative<FormatNull>(value);
  const auto* integer = std::get_if<FormatInteger>(&value);
  const auto* number = std::get_if<FormatFloat>(&value);
  switch (part.conversion) {
    case 'b': {
      const bool* truth = std::get_if<bool>(&value);
      return std::string(is_null || (truth != nullptr && !*truth) ? "false" : "true");
    }
    case 's':
      return PlainText(value);
    case 'h': {
      if (is_null) return std::string("null");
      const std::optional<int32_t> hash = HashOf(value, functions);
      if (!hash.has_value()) return Status::Invalid("a value of this type has no %h here");
      return fmt::format("{:x}", static_cast<uint32_t>(*hash));
    }
    case 'c': {
      if (is_null) return std::string("null");
      if (integer == nullptr || integer->value < 0 || integer->value > 0x10FFFF) return wrong();
      std::string character;
      AppendCodePoint(static_cast<uint32_t>(integer->value), &character);
      return character;
    }
    case 'd':
    case 'x':
    case 'o':
      if (is_null) return std::string("null");
      return integer == nullptr ? Result<std::string>(wrong()) : IntegerText(part, *integer);
    default:
      if (is_null) return std::string("null");
      return number == nullptr ? Result<std::string>(wrong()) : FloatText(part, number->value);
  }
}

Status JavaFormat::Append(const std::vector<FormatValue>& values, const FormatFunctions& functions,
                          std::string* out) const {
  size_t next = 0, last = 0;
  for (const Part& part : parts_) {
    out->append(part.text);
    if (part.conversion == 0) continue;
    if (part.conversion == 'n') {
      *out += '\n';
      continue;
    }
    std::string text = "%";
    if (part.conversion != '%') {
      last = part.index > 0 ? static_cast<size_t>(part.index) : part.index < 0 ? last : ++next;
      if (last == 0 || last > values.size()) {
        return Status::Invalid("a value is missing for %", std::string(1, part.conversion));
      }
      ARROW_ASSIGN_OR_RAISE(text, TextOf(part, values[last - 1], functions));
    }
    const bool may_be_cut = std::string_view("sbh").find(part.conversion) != std::string_view::npos;
    if (part.precision >= 0 && may_be_cut) {
      text.resize(BytesOfUnits(text, static_cast<size_t>(part.precision)));
    }
    if (part.is_upper) {
      std::string upper;
      ARROW_RETURN_NOT_OK(functions.append_upper(text, &upper));
      text = std::move(upper);
    }
    const size_t size = CountUnits(text);
    const size_t fill = std::cmp_less(size, part.width) ? part.width - size : 0;
    if (HasFlag(part.flags, '-')) {
      out->append(text).append(fill, ' ');
    } else {
      out->append(fill, ' ').append(text);
    }
  }
  return Status::OK();
}

}  // namespace tarn
