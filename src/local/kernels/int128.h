#pragma once

#include <arrow/util/decimal.h>

#include <array>
#include <cstdint>

/// The compiler's 128-bit integers for DECIMAL values: inline where Arrow's operators are calls.
namespace tarn::local {

__extension__ typedef __int128 Int128;

/// \brief The unscaled value.
inline Int128 ToInt128(const arrow::Decimal128& value) {
  return (static_cast<Int128>(value.high_bits()) << 64) | value.low_bits();
}

inline arrow::Decimal128 ToDecimal128(Int128 value) {
  return {static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)};
}

inline bool FitsInt64(Int128 value) { return value == static_cast<int64_t>(value); }

/// The greatest exponent whose power of ten has 64 bits; 64 bits times it have 128.
inline constexpr int kInt64ExponentMax = 18;

/// \brief 10^exponent. \param[in] exponent 0 to 38
inline Int128 PowerOfTen(int exponent) {
  static constexpr auto kPowers = [] {
    std::array<Int128, 39> powers = {1};
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  return kPowers[exponent];
}

/// \brief The quotient, halves rounded away from zero.
/// \param[in] divisor not zero; Integer has room for its magnitude and for that of `dividend`
template <typename Integer>
Integer DivideHalfUp(Integer dividend, Integer divisor) {
  const Integer quotient = dividend / divisor, remainder = dividend % divisor;
  const Integer rest = remainder < 0 ? -remainder : remainder;
  const Integer magnitude = divisor < 0 ? -divisor : divisor;
  if (rest < magnitude - rest) return quotient;
  return (dividend < 0) == (divisor < 0) ? quotient + 1 : quotient - 1;
}

}  // namespace tarn::local
