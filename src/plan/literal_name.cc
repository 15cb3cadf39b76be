#include "plan/literal_name.h"

#include <fmt/format.h>

#include <cstdlib>

#include "values/spark_text.h"

namespace tarn::plan {
namespace {

std::string WithoutLeadingZeros(std::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return std::string(first == std::string_view::npos ? "0" : digits.substr(first));
}

// As Java's BigDecimal.toString: an exponent where there would be more than five zeros behind the
// point, or some before it that are not written.
std::string JavaDecimalText(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  int64_t exponent = 0;
  if (const size_t e = text.find('e'); e != std::string_view::npos) {
    exponent = std::strtoll(std::string(text.substr(e + 1)).c_str(), nullptr, 10);
    text = text.substr(0, e);
  }
  const size_t point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  if (point < text.size()) digits += text.substr(point + 1);
  int64_t scale = (point < text.size() ? static_cast<int64_t>(text.size() - point) - 1 : 0);
  digits = WithoutLeadingZeros(digits);
  scale -= exponent;
  // Spark's Decimal has no negative scale.
  constexpr int64_t kDigitsMax = 38;
  if (scale < 0 && scale >= -kDigitsMax) {
    if (digits != "0") digits.append(static_cast<size_t>(-scale), '0');
    scale = 0;
  }
  const auto num_digits = static_cast<int64_t>(digits.size());
  const int64_t adjusted = num_digits - 1 - scale;
  std::string result = is_negative && digits != "0" ? "-" : "";
  constexpr int64_t kPlainMin = -6;
  if (scale < 0 || adjusted < kPlainMin) {
    result += digits[0];
    if (num_digits > 1) result += "." + digits.substr(1);
    return result + fmt::format("E{}{}", adjusted < 0 ? "" : "+", adjusted);
  }
  if (scale == 0) return result + digits;
  if (num_digits <= scale) digits.insert(0, static_cast<size_t>(scale - num_digits + 1), '0');
  return result + digits.insert(digits.size() - static_cast<size_t>(scale), ".");
}

std::string BytesName(std::string_view bytes) {
  std::string name = "X'";
  for (char byte : bytes) name += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return name + "'";
}

}  // namespace

std::string LiteralName(const sql::Literal& literal) {
  using Kind = sql::Literal::Kind;
  const std::string& text = literal.text;
  switch (literal.kind) {
    case Kind::kNull:
      return "NULL";
    case Kind::kBoolean:
    case Kind::kString:
      return text;
    case Kind::kBinary:
      return BytesName(text);
    case Kind::kInteger:
    case Kind::kTinyInt:
    case Kind::kSmallInt:
    case Kind::kBigInt:
    case Kind::kBigDecimal:
      return JavaDecimalText(text);
    case Kind::kDecimal:
      if (text.find('e') == std::string::npos) return JavaDecimalText(text);
      return SparkDoubleText(std::strtod(text.c_str(), nullptr));
    case Kind::kDouble:
      return SparkDoubleText(std::strtod(text.c_str(), nullptr));
    case Kind::kFloat:
      return SparkFloatText(std::strtof(text.c_str(), nullptr));
  }
  return text;
}

}  // namespace tarn::plan
