#include "values/spark_text.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "values/calendar.h"
#include "values/shortest_digits.h"

namespace tarn {
namespace {

// Java writes 10^-3 <= |value| < 10^7 without an exponent, and always one decimal at least.
template <typename Float>
std::string JavaText(Float value) {
  if (std::isnan(value)) return "NaN";
  const std::string sign = std::signbit(value) ? "-" : "";
  const Float magnitude = std::fabs(value);
  if (std::isinf(value)) return sign + "Infinity";
  if (magnitude == 0) return sign + "0.0";

  int exponent = 0;
  std::string digits = JavaDigits(magnitude, &exponent);
  if (exponent < -3 || exponent >= 7) {
    const std::string fraction = digits.size() > 1 ? digits.substr(1) : "0";
    return fmt::format("{}{}.{}E{}", sign, digits[0], fraction, exponent);
  }
  if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + digits;
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace

std::string SparkDoubleText(double value) { return JavaText(value); }

std::string SparkFloatText(float value) { return JavaText(value); }

std::string SparkDateText(int32_t days_since_epoch) {
  const auto [year, month, day] = CivilFromDays(days_since_epoch);
  const char* sign = year < 0 ? "-" : year > 9999 ? "+" : "";
  return fmt::format("{}{:04}-{:02}-{:02}", sign, std::abs(year), month, day);
}

std::string SparkTimestampText(int64_t microseconds_since_epoch) {
  const int64_t days = FloorDivide(microseconds_since_epoch, kMicrosPerDay);
  const int64_t rest = FloorRemainder(microseconds_since_epoch, kMicrosPerDay);
  const int64_t seconds = rest / kMicrosPerSecond;
  std::string text = fmt::format("{} {:02}:{:02}:{:02}", SparkDateText(static_cast<int32_t>(days)),
                                 seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const int64_t fraction = rest % kMicrosPerSecond; fraction != 0) {
    text += fmt::format(".{:06}", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::string SparkDecimalText(const arrow::Decimal128& value, int32_t scale) {
  const bool negative = value < arrow::Decimal128(0);
  std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(value)).ToIntegerString();
  if (scale > 0) {
    const auto decimals = static_cast<size_t>(scale);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  } else if (digits != "0") {
    digits.append(static_cast<size_t>(-scale), '0');
  }
  return (negative ? "-" : "") + digits;
}

}  // namespace tarn
