#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "json/record/nearest_double.h"
#include "json/record/value.h"

namespace tarn::json {

__extension__ typedef __int128 Int128;

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

inline constexpr uint64_t kPowersOfTen[] = {1,
                                            10,
                                            100,
                                            1000,
                                            10000,
                                            100000,
                                            1000000,
                                            10000000,
                                            100000000,
                                            1000000000,
                                            10000000000,
                                            100000000000,
                                            1000000000000,
                                            10000000000000,
                                            100000000000000,
                                            1000000000000000,
                                            10000000000000000,
                                            100000000000000000,
                                            1000000000000000000,
                                            10000000000000000000u};
inline constexpr int kDigitsMax = 19;         ///< that always fit into 64 bits
inline constexpr int kDecimalDigitsMax = 38;  ///< that always fit into 128 bits

/// \brief The number that `count` digits write, 1 <= count <= 8. Reads 8 bytes.
inline uint64_t ParseDigitsOfWord(const char* p, int count) {
  uint64_t digits;
  std::memcpy(&digits, p, sizeof(digits));
  // The first digit is the lowest byte; zeros come in front of it. A borrow only spoils what is
  // shifted out.
  digits = (digits - 0x3030303030303030u) << (64 - 8 * count);
  digits = (digits * 2561) >> 8;
  digits = ((digits & 0x00FF00FF00FF00FFu) * 6553601) >> 16;
  return ((digits & 0x0000FFFF0000FFFFu) * 42949672960001) >> 32;
}

/// \brief The number that `count` digits write, 0 <= count <= 3. Reads 4 bytes.
inline uint64_t ParseFewDigits(const char* p, int count) {
  uint32_t word;
  std::memcpy(&word, p, sizeof(word));
  auto digits = static_cast<uint32_t>(uint64_t{word - 0x30303030u} << (32 - 8 * count));
  digits = (digits * 2561) >> 8;
  return ((digits & 0x00FF00FFu) * 6553601) >> 16;
}

/// \brief The number that `count` digits write, 1 <= count <= kDigitsMax. Reads up to 8 bytes past
/// a digit.
inline uint64_t ParseDigits(const char* p, int count) {
  if (count <= 8) return ParseDigitsOfWord(p, count);
  // Doubles as programs print them have 15 to 18 digits, by chance: a branch would be mispredicted.
  const int num_middle = count < 16 ? count - 8 : 8;
  const int num_first = count - 8 - num_middle;
  const uint64_t first =
      ParseFewDigits(p, num_first) * kPowersOfTen[8] + ParseDigitsOfWord(p + num_first, num_middle);
  return first * kPowersOfTen[8] + ParseDigitsOfWord(p + count - 8, 8);
}

/// \brief A kInteger as int64; false when out of range.
inline bool ParseInteger(const Value& value, int64_t* out) {
  const bool negative = *value.begin == '-';
  const auto count = static_cast<int64_t>(value.length) - negative;
  if (count > kDigitsMax) return false;  // there are no leading zeros
  const uint64_t magnitude = ParseDigits(value.begin + negative, static_cast<int>(count));
  if (magnitude > static_cast<uint64_t>(INT64_MAX) + negative) return false;
  *out = static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude);
  return true;
}

/// \brief The double nearest to any valid number, also when it needs more digits than a double has;
/// infinite past the range.
double ParseDoubleSlowly(const Value& number);

/// \brief The double nearest to a number. The integer -0 is 0, but -0.0 is -0.0.
inline double ParseDouble(const Value& number) {
  const bool negative = *number.begin == '-';
  const char* const digits = number.begin + negative;
  const auto length = static_cast<int64_t>(number.length) - negative;
  if (number.kind == ValueKind::kInteger && length <= kDigitsMax) {
    const uint64_t magnitude = ParseDigits(digits, static_cast<int>(length));
    const auto nearest = static_cast<double>(magnitude);
    return negative && magnitude != 0 ? -nearest : nearest;
  }
  if (number.kind == ValueKind::kDecimal && number.point != 0 && length <= kDigitsMax + 1) {
    const int num_whole = number.point - negative;
    const int num_fraction = static_cast<int>(length) - num_whole - 1;
    const uint64_t magnitude = ParseDigits(digits, num_whole) * kPowersOfTen[num_fraction] +
                               ParseDigits(digits + num_whole + 1, num_fraction);
    static_assert(kDigitsMax <= kFractionDigitsMax);
    const double nearest = NearestDouble(magnitude, num_fraction);
    return negative ? -nearest : nearest;
  }
  return ParseDoubleSlowly(number);
}

/// \brief The float nearest to a number (not the float nearest to its double).
float ParseFloat(const Value& number);

/// \brief The decimal that `text`, a JSON number or one with a leading '+', is when rounded half
/// up.
/// \param[in] precision digits in all, 1 to kDecimalDigitsMax.
/// \param[in] scale of them, those after the point.
/// \param[out] out the decimal times 10^scale.
/// \return false when it is no number or does not fit the precision.
bool ParseDecimal(std::string_view text, int32_t precision, int32_t scale, Int128* out);

}  // namespace tarn::json
