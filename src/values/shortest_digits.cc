#include "values/shortest_digits.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

namespace tarn {
namespace {

std::string WithoutTrailingZeros(std::string digits) {
  digits.resize(digits.find_last_not_of('0') + 1);
  return digits;
}

// Java rounds whole numbers of 63 bits at most to as many digits as their bits tell apart.
// Source: jdk.internal.math.FloatingDecimal.BinaryToASCIIBuffer.dtoa of Java 17.
template <typename Float>
std::string WholeDigits(Float number, int* exponent) {
  constexpr double kDigitsPerBit = 0.30102999566398120;
  const int num_vague_bits = std::ilogb(number) - std::numeric_limits<Float>::digits - 1;
  const int num_dropped = static_cast<int>(std::max(num_vague_bits, 0) * kDigitsPerBit);
  auto value = static_cast<uint64_t>(number);
  uint64_t power = 1;
  for (int i = 0; i < num_dropped; ++i) power *= 10;
  const uint64_t rest = value % power;
  value = value / power + (num_dropped > 0 && rest >= power / 2 ? 1 : 0);
  std::string digits = std::to_string(value);
  *exponent = static_cast<int>(digits.size()) - 1 + num_dropped;
  return WithoutTrailingZeros(std::move(digits));
}

// The digits with 1 added to the last one; a carry beyond the first one adds to the exponent.
std::string NextDigits(std::string digits, int* exponent) {
  const size_t end = digits.find_last_not_of('9') + 1;
  digits.replace(end, std::string::npos, digits.size() - end, '0');
  if (end > 0) {
    ++digits[end - 1];
    return digits;
  }
  ++*exponent;
  digits.pop_back();
  return "1" + digits;
}

long double ValueOf(const std::string& digits, int exponent) {
  const std::string text = digits.substr(0, 1) + "." + digits.substr(1);
  return std::strtold((text + "e" + std::to_string(exponent)).c_str(), nullptr);
}

template <typename Float>
bool IsPowerOfTwo(Float number) {
  int exponent = 0;
  return std::frexp(number, &exponent) == Float{0.5};
}

// Of a large number, or a power of two: the first digits that are closer than half of the distance
// to the next number. What is just as far does not count, as it does for the shortest text.
// Source: as above.
template <typename Float>
std::string CloseDigits(Float number, int* exponent) {
  constexpr int kPrecision = 24;
  char buffer[64];
  const auto end =
      std::to_chars(buffer, std::end(buffer), number, std::chars_format::scientific, kPrecision);
  const std::string text(buffer, end.ptr);
  *exponent = std::stoi(text.substr(text.find('e') + 1));
  const std::string all = text.substr(0, 1) + text.substr(2, kPrecision);
  const long double value = number;
  using Limits = std::numeric_limits<Float>;
  const int last_bit = std::max(std::ilogb(number), Limits::min_exponent - 1) - Limits::digits;
  const long double distance = std::ldexp(1.0L, last_bit - (IsPowerOfTwo(number) ? 1 : 0));
  for (size_t size = 2; size < all.size(); ++size) {
    const std::string low = all.substr(0, size);
    int high_exponent = *exponent;
    const std::string high = NextDigits(low, &high_exponent);
    const long double below = value - ValueOf(low, *exponent);
    const long double above = ValueOf(high, high_exponent) - value;
    if (below >= distance && above >= distance) continue;
    const bool is_high =
        below >= distance || above < below || (above == below && (low.back() - '0') % 2 != 0);
    if (!is_high || above >= distance) return WithoutTrailingZeros(low);
    *exponent = high_exponent;
    return WithoutTrailingZeros(high);
  }
  return WithoutTrailingZeros(all);
}

template <typename Float>
std::string DigitsOf(Float number, int* exponent) {
  constexpr auto kLargeMin = static_cast<Float>(0x1p63);
  if (number < kLargeMin && number == std::trunc(number)) return WholeDigits(number, exponent);
  if (number >= kLargeMin || IsPowerOfTwo(number)) return CloseDigits(number, exponent);
  char buffer[32];
  auto end = std::to_chars(buffer, std::end(buffer), number, std::chars_format::scientific).ptr;
  // Java writes two digits at least. Of the least numbers, which one digit tells apart, the second
  // one may be another than 0: 4.9E-324.
  if (buffer[1] == 'e') {
    end = std::to_chars(buffer, std::end(buffer), number, std::chars_format::scientific, 1).ptr;
  }
  const std::string_view text(buffer, static_cast<size_t>(end - buffer));
  const size_t e = text.find('e');
  std::from_chars(buffer + e + (text[e + 1] == '+' ? 2 : 1), end, *exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  return WithoutTrailingZeros(std::move(digits));
}

}  // namespace

std::string JavaDigits(double number, int* exponent) { return DigitsOf(number, exponent); }

std::string JavaDigits(float number, int* exponent) { return DigitsOf(number, exponent); }

void ShortestDigits(double number, std::string* whole, std::string* fraction) {
  int exponent = 0;
  std::string digits = number == 0 ? "0" : JavaDigits(number, &exponent);
  const int num_whole = exponent + 1;
  if (num_whole <= 0) digits.insert(0, static_cast<size_t>(1 - num_whole), '0');
  const size_t point = static_cast<size_t>(std::max(num_whole, 1));
  if (digits.size() < point) digits.append(point - digits.size(), '0');
  *whole = digits.substr(0, point);
  *fraction = digits.substr(point);
}

}  // namespace tarn
