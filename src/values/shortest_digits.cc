#include "values/shortest_digits.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tarn {

void ShortestDigits(double number, std::string* whole, std::string* fraction) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific);
  const std::string_view shortest(text, static_cast<size_t>(end.ptr - text));
  const size_t e = shortest.find('e');
  std::string digits(1, shortest[0]);
  if (e > 2) digits += shortest.substr(2, e - 2);
  int exponent = 0;
  const char* const sign = text + e + 1;
  std::from_chars(*sign == '+' ? sign + 1 : sign, end.ptr, exponent);
  const int num_whole = exponent + 1;
  if (num_whole <= 0) digits.insert(0, static_cast<size_t>(1 - num_whole), '0');
  const size_t point = static_cast<size_t>(std::max(num_whole, 1));
  if (digits.size() < point) digits.append(point - digits.size(), '0');
  *whole = digits.substr(0, point);
  *fraction = digits.substr(point);
}

}  // namespace tarn
