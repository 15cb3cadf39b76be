#include "json/record/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace tarn::json {
namespace {

constexpr int64_t kExponentMax = 1'000'000'000;  // larger ones mean the same: zero or no fit

constexpr std::array<Int128, kDecimalDigitsMax + 1> kDecimalPowersOfTen = [] {
  std::array<Int128, kDecimalDigitsMax + 1> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// A number as digits without leading zeros, times a power of ten.
struct Digits {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
};

// The part after 'e'; false when it is none.
bool ParseExponent(std::string_view text, int64_t* exponent) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return false;
  int64_t magnitude = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
    magnitude = std::min(magnitude * 10 + (c - '0'), kExponentMax);
  }
  *exponent += negative ? -magnitude : magnitude;
  return true;
}

bool ParseNumber(std::string_view text, Digits* out) {
  size_t i = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) out->negative = text[i++] == '-';
  bool point_seen = false;
  bool digit_seen = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !point_seen) {
      point_seen = true;
    } else if (IsDigit(c)) {
      digit_seen = true;
      if (c != '0' || !out->digits.empty()) out->digits.push_back(c);
      out->exponent -= point_seen;
    } else {
      break;
    }
  }
  if (!digit_seen) return false;
  if (i == text.size()) return true;
  return (text[i] | 0x20) == 'e' && ParseExponent(text.substr(i + 1), &out->exponent);
}

template <class T>
T ParseFloating(std::string_view text) {
  T result = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc::result_out_of_range) return result;
  Digits number;
  ParseNumber(text, &number);
  const bool large =
      !number.digits.empty() && number.exponent + static_cast<int64_t>(number.digits.size()) > 0;
  const T magnitude = large ? std::numeric_limits<T>::infinity() : T{0};
  return number.negative ? -magnitude : magnitude;
}

}  // namespace

double ParseDoubleSlowly(const Value& number) { return ParseFloating<double>(number.text()); }

float ParseFloat(const Value& number) {
  const float result = ParseFloating<float>(number.text());
  return number.kind == ValueKind::kInteger && result == 0 ? 0 : result;
}

bool ParseDecimal(std::string_view text, int32_t precision, int32_t scale, Int128* out) {
  Digits number;
  if (!ParseNumber(text, &number)) return false;
  std::string& digits = number.digits;
  const int64_t shift = number.exponent + scale;
  bool round_up = false;
  if (shift < 0) {
    const int64_t num_kept = static_cast<int64_t>(digits.size()) + shift;
    round_up =
        num_kept >= 0 && num_kept < static_cast<int64_t>(digits.size()) && digits[num_kept] >= '5';
    digits.resize(std::max<int64_t>(num_kept, 0));
  } else if (!digits.empty()) {
    if (static_cast<int64_t>(digits.size()) + shift > kDecimalDigitsMax) return false;
    digits.append(shift, '0');
  }
  if (digits.size() > kDecimalDigitsMax) return false;
  Int128 result = 0;
  for (const char digit : digits) result = result * 10 + (digit - '0');
  if (round_up) result += 1;
  *out = number.negative ? -result : result;
  return result < kDecimalPowersOfTen[precision];
}

}  // namespace tarn::json
