#pragma once

#include <bit>
#include <cstdint>

namespace tarn::json {

__extension__ typedef unsigned __int128 UInt128;

inline constexpr int kFractionDigitsMax = 19;  ///< that NearestDouble() takes

/// \brief The double nearest to `magnitude` / 10^`num_fraction`, ties to even.
///
/// \param[in] num_fraction 0 to kFractionDigitsMax.
/// Source: Daniel Lemire, "Number Parsing at a Gigabyte per Second", 2021; its proof covers these
/// powers without a slower way for what is close to a tie.
inline double NearestDouble(uint64_t magnitude, int num_fraction) {
  // 5^-i in 128 bits, the highest of which is set, rounded up.
  static constexpr uint64_t kPowersOfFive[kFractionDigitsMax + 1][2] = {
      {0x8000000000000000u, 0x0000000000000000u}, {0xCCCCCCCCCCCCCCCCu, 0xCCCCCCCCCCCCCCCDu},
      {0xA3D70A3D70A3D70Au, 0x3D70A3D70A3D70A4u}, {0x83126E978D4FDF3Bu, 0x645A1CAC083126EAu},
      {0xD1B71758E219652Bu, 0xD3C36113404EA4A9u}, {0xA7C5AC471B478423u, 0x0FCF80DC33721D54u},
      {0x8637BD05AF6C69B5u, 0xA63F9A49C2C1B110u}, {0xD6BF94D5E57A42BCu, 0x3D32907604691B4Du},
      {0xABCC77118461CEFCu, 0xFDC20D2B36BA7C3Eu}, {0x89705F4136B4A597u, 0x31680A88F8953031u},
      {0xDBE6FECEBDEDD5BEu, 0xB573440E5A884D1Cu}, {0xAFEBFF0BCB24AAFEu, 0xF78F69A51539D749u},
      {0x8CBCCC096F5088CBu, 0xF93F87B7442E45D4u}, {0xE12E13424BB40E13u, 0x2865A5F206B06FBAu},
      {0xB424DC35095CD80Fu, 0x538484C19EF38C95u}, {0x901D7CF73AB0ACD9u, 0x0F9D37014BF60A11u},
      {0xE69594BEC44DE15Bu, 0x4C2EBE687989A9B4u}, {0xB877AA3236A4B449u, 0x09BEFEB9FAD487C3u},
      {0x9392EE8E921D5D07u, 0x3AFF322E62439FD0u}, {0xEC1E4A7DB69561A5u, 0x2B31E9E3D06C32E6u}};
  constexpr int kMantissaBits = 52;
  constexpr int kTieFractionMax = 4;  // a tie's 54 bits times a greater power of 5 pass 64 bits
  if (magnitude == 0) return 0;
  const int num_zeros = std::countl_zero(magnitude);
  magnitude <<= num_zeros;
  const uint64_t* const power = kPowersOfFive[num_fraction];
  auto product = static_cast<UInt128>(magnitude) * power[0];
  // The power's lower half can only matter when a carry could reach the mantissa.
  if ((static_cast<uint64_t>(product >> 64) & 0x1FF) == 0x1FF) {
    product += static_cast<UInt128>(magnitude) * power[1] >> 64;
  }
  const auto high = static_cast<uint64_t>(product >> 64);
  const auto low = static_cast<uint64_t>(product);
  const int upper = static_cast<int>(high >> 63);
  const int shift = upper + 64 - kMantissaBits - 3;
  uint64_t mantissa = high >> shift;  // and one bit to round by
  const bool is_tie = low <= 1 && num_fraction <= kTieFractionMax && (mantissa & 3) == 1 &&
                      mantissa << shift == high;
  mantissa = (mantissa + (is_tie ? 0 : mantissa & 1)) >> 1;
  // Of 10^-i, floor(log2) is that of 5^-i minus i. A mantissa that is rounded up to the next power
  // of two carries into the exponent.
  const int exponent = (-num_fraction * 217706 >> 16) + 63 + upper - num_zeros;
  return std::bit_cast<double>((static_cast<uint64_t>(exponent + 1023 - 1) << kMantissaBits) +
                               mantissa);
}

}  // namespace tarn::json
