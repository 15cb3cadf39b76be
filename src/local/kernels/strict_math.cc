#include "local/kernels/strict_math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

// Every operation below is rounded on its own, in this order: another order has other last bits.
// Source: the methods and coefficients of FDLIBM 5.3, by Sun Microsystems; see NOTICE.
namespace tarn::local {
namespace {

// ln 2 in two parts; products of the first one with exponents are exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

uint32_t HighWord(double x) { return static_cast<uint32_t>(std::bit_cast<uint64_t>(x) >> 32); }

double WithHighWord(double x, uint32_t word) {
  const uint64_t low = std::bit_cast<uint64_t>(x) & 0xFFFFFFFF;
  return std::bit_cast<double>(uint64_t{word} << 32 | low);
}

// The first half of a double's bits: products of two such are exact.
double HighPart(double x) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(x) & 0xFFFFFFFF00000000);
}

// x as 2^exponent * (1 + fraction), 1 + fraction between sqrt(2) / 2 and sqrt(2).
struct Reduced {
  int exponent = 0;
  double fraction = 0;
  int32_t mantissa = 0;  // the high 20 bits of x's
};

Reduced Reduce(double x) {
  Reduced reduced;
  if (x < std::numeric_limits<double>::min()) {
    x = std::ldexp(x, 54);
    reduced.exponent = -54;
  }
  const uint32_t word = HighWord(x);
  reduced.exponent += static_cast<int>(word >> 20) - 1023;
  const uint32_t mantissa = word & 0xFFFFF;
  reduced.mantissa = static_cast<int32_t>(mantissa);
  const uint32_t is_large = (mantissa + 0x95F64) & 0x100000;
  reduced.exponent += static_cast<int>(is_large >> 20);
  reduced.fraction = WithHighWord(x, mantissa | (is_large ^ 0x3FF00000)) - 1.0;
  return reduced;
}

// Of a fraction below 2^-20.
double LogNextTo1(double f, double k) {
  if (f == 0) return k == 0 ? 0 : k * kLn2High + k * kLn2Low;
  const double rest = f * f * (0.5 - 0.33333333333333333 * f);
  if (k == 0) return f - rest;
  return k * kLn2High - ((rest - k * kLn2Low) - f);
}

}  // namespace

double StrictLog(double x) {
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (x < 0 || std::isnan(x)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(x)) return x;
  constexpr double kL1 = 6.666666666666735130e-01, kL2 = 3.999999999940941908e-01,
                   kL3 = 2.857142874366239149e-01, kL4 = 2.222219843214978396e-01,
                   kL5 = 1.818357216161805012e-01, kL6 = 1.531383769920937332e-01,
                   kL7 = 1.479819860511658591e-01;
  const Reduced reduced = Reduce(x);
  const double k = reduced.exponent, f = reduced.fraction;
  if ((0xFFFFF & (2 + reduced.mantissa)) < 3) return LogNextTo1(f, k);
  const double s = f / (2.0 + f), z = s * s, w = z * z;
  const double even = w * (kL2 + w * (kL4 + w * kL6));
  const double odd = z * (kL1 + w * (kL3 + w * (kL5 + w * kL7)));
  const double r = odd + even;
  const int32_t from = reduced.mantissa - 0x6147A, to = 0x6B851 - reduced.mantissa;
  if ((from | to) > 0) {
    const double half_square = 0.5 * f * f;
    if (k == 0) return f - (half_square - s * (half_square + r));
    return k * kLn2High - ((half_square - (s * (half_square + r) + k * kLn2Low)) - f);
  }
  if (k == 0) return f - s * (f - r);
  return k * kLn2High - ((s * (f - r) - k * kLn2Low) - f);
}

double StrictLog10(double x) {
  if (!(x > 0) || std::isinf(x)) return StrictLog(x);
  constexpr double kInverseLn10 = 4.34294481903251816668e-01;
  constexpr double kLog2High = 3.01029995663611771306e-01;  // log10(2) in two parts
  constexpr double kLog2Low = 3.69423907715893078616e-13;
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x = std::ldexp(x, 54);
    exponent = -54;
  }
  const uint32_t word = HighWord(x);
  exponent += static_cast<int>(word >> 20) - 1023;
  const int is_below_1 = exponent < 0 ? 1 : 0;
  const double y = exponent + is_below_1;
  x = WithHighWord(x, (word & 0xFFFFF) | static_cast<uint32_t>(0x3FF - is_below_1) << 20);
  const double z = y * kLog2Low + kInverseLn10 * StrictLog(x);
  return z + y * kLog2High;
}

double StrictExp(double x) {
  constexpr double kOverflow = 7.09782712893383973096e+02;
  constexpr double kUnderflow = -7.45133219101941108420e+02;
  if (std::isnan(x)) return x;
  if (x > kOverflow) return std::numeric_limits<double>::infinity();
  if (x < kUnderflow) return 0;
  constexpr double kP1 = 1.66666666666666019037e-01, kP2 = -2.77777777770155933842e-03,
                   kP3 = 6.61375632143793436117e-05, kP4 = -1.65339022054652515390e-06,
                   kP5 = 4.13813679705723846039e-08;
  constexpr double kInverseLn2 = 1.44269504088896338700e+00;
  const uint32_t magnitude = HighWord(x) & 0x7FFFFFFF;
  double high = 0, low = 0;
  int k = 0;
  if (magnitude > 0x3FD62E42) {    // above ln(2) / 2
    if (magnitude < 0x3FF0A2B2) {  // below 1.5 ln(2)
      k = x < 0 ? -1 : 1;
      high = x - k * kLn2High;
      low = k * kLn2Low;
    } else {
      k = static_cast<int>(kInverseLn2 * x + (x < 0 ? -0.5 : 0.5));
      high = x - k * kLn2High;
      low = k * kLn2Low;
    }
    x = high - low;
  } else if (magnitude < 0x3E300000) {  // below 2^-28
    return 1 + x;
  }
  const double t = x * x;
  const double c = x - t * (kP1 + t * (kP2 + t * (kP3 + t * (kP4 + t * kP5))));
  if (k == 0) return 1 - ((x * c) / (c - 2.0) - x);
  const double y = 1 - ((low - (x * c) / (2.0 - c)) - high);
  return std::ldexp(y, k);
}

namespace {

constexpr double kLn2 = 6.93147180559945286227e-01;

// Half of exp(x), for x above 22.
double HalfExp(double x) {
  constexpr double kExpMax = 709.78271289338397;
  if (x <= kExpMax) return 0.5 * StrictExp(x);
  const double root = StrictExp(0.5 * x);
  return 0.5 * root * root;
}

}  // namespace

double StrictSinh(double x) {
  const double magnitude = std::fabs(x);
  if (!(magnitude >= 0x1p-28) || std::isinf(x)) return x;
  const double half = x < 0 ? -0.5 : 0.5;
  if (magnitude >= 22) return x < 0 ? -HalfExp(magnitude) : HalfExp(magnitude);
  const double t = std::expm1(magnitude);
  if (magnitude < 1) return half * (2.0 * t - t * t / (t + 1));
  return half * (t + t / (t + 1));
}

double StrictCosh(double x) {
  x = std::fabs(x);
  if (std::isnan(x) || std::isinf(x)) return x;
  if (HighWord(x) < 0x3FD62E43) {  // ln(2) / 2
    const double t = std::expm1(x), w = 1 + t;
    return x < 0x1p-55 ? w : 1 + (t * t) / (w + w);
  }
  if (x >= 22) return HalfExp(x);
  const double t = StrictExp(x);
  return 0.5 * t + 0.5 / t;
}

double StrictAsinh(double x) {
  const double magnitude = std::fabs(x);
  if (!(magnitude >= 0x1p-28) || std::isinf(x)) return x;
  double result;
  if (magnitude > 0x1p28) {
    result = StrictLog(magnitude) + kLn2;
  } else if (magnitude > 2) {
    result = StrictLog(2.0 * magnitude + 1 / (std::sqrt(x * x + 1) + magnitude));
  } else {
    const double square = x * x;
    result = std::log1p(magnitude + square / (1 + std::sqrt(1 + square)));
  }
  return std::copysign(result, x);
}

double StrictAcosh(double x) {
  if (!(x >= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (x >= 0x1p28) return StrictLog(x) + kLn2;
  if (x > 2) return StrictLog(2.0 * x - 1 / (x + std::sqrt(x * x - 1)));
  const double t = x - 1;
  return std::log1p(t + std::sqrt(2.0 * t + t * t));
}

double StrictAtanh(double x) { return 0.5 * (std::log1p(x) - std::log1p(-x)); }

double StrictCbrt(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  constexpr double kC = 5.42857142857142815906e-01, kD = -7.05306122448979611050e-01,
                   kE = 1.41428571428571436819e+00, kF = 1.60714285714285720630e+00,
                   kG = 3.57142857142857150787e-01;
  const double magnitude = std::fabs(x);
  double t;
  if (magnitude < std::numeric_limits<double>::min()) {
    t = magnitude * 0x1p54;
    t = WithHighWord(t, HighWord(t) / 3 + 696219795);
  } else {
    t = WithHighWord(0, HighWord(magnitude) / 3 + 715094163);
  }
  const double estimate = kC + t * t / magnitude * t;
  t *= kG + kF / (estimate + kE + kD / estimate);
  t = WithHighWord(0, HighWord(t) + 1);
  const double quotient = magnitude / (t * t);
  t = t + t * ((quotient - t) / (t + t + quotient));
  return std::copysign(t, x);
}

double StrictHypot(double x, double y) {
  if (std::isinf(x) || std::isinf(y)) return std::numeric_limits<double>::infinity();
  if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<double>::quiet_NaN();
  double a = std::fabs(x), b = std::fabs(y);
  if (a < b) std::swap(a, b);
  if (b == 0 || HighWord(a) - HighWord(b) > 0x3C00000) return a + b;  // more than 2^60 apart
  int exponent = 0;
  if (a > 0x1p500) exponent = 600;
  if (b < 0x1p-500) exponent = b < std::numeric_limits<double>::min() ? -1022 : -600;
  a = std::ldexp(a, -exponent);
  b = std::ldexp(b, -exponent);
  const double rest = a - b;
  double result;
  if (rest > b) {
    const double high = HighPart(a), low = a - high;
    result = std::sqrt(high * high - (b * -b - low * (a + high)));
  } else {
    const double twice = a + a;
    const double b_high = HighPart(b), b_low = b - b_high;
    const double high = WithHighWord(0, HighWord(a) + 0x100000), low = twice - high;
    result = std::sqrt(high * b_high - (rest * -rest - (high * b_low + low * b)));
  }
  return std::ldexp(result, exponent);
}

namespace {

// A number in two parts, the first of which has half the bits.
struct HighAndLow {
  double high;
  double low;
};

// log2(x) of a positive x next to 1, for powers above 2^31.
HighAndLow Log2NextTo1(double x) {
  constexpr double kInverseLn2 = 1.44269504088896338700e+00;
  constexpr double kHigh = 1.44269502162933349609e+00, kLow = 1.92596299112661746887e-08;
  const double t = x - 1;
  const double w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
  const double u = kHigh * t, v = t * kLow - w * kInverseLn2;
  const double high = HighPart(u + v);
  return {high, v - (high - u)};
}

// log2(x) of a positive finite x.
HighAndLow Log2InParts(double x) {
  constexpr double kL1 = 5.99999999999994648725e-01, kL2 = 4.28571428578550184252e-01,
                   kL3 = 3.33333329818377432918e-01, kL4 = 2.72728123808534006489e-01,
                   kL5 = 2.30660745775561754067e-01, kL6 = 2.06975017800338417784e-01;
  constexpr double kC = 9.61796693925975554329e-01;  // 2 / (3 ln 2)
  constexpr double kCHigh = 9.61796700954437255859e-01, kCLow = -7.02846165095275826516e-09;
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p53;
    exponent = -53;
  }
  const uint32_t word = HighWord(x), mantissa = word & 0xFFFFF;
  exponent += static_cast<int>(word >> 20) - 1023;
  uint32_t scaled = mantissa | 0x3FF00000;
  bool near_1_5 = false;
  if (mantissa > 0x3988E) {  // above sqrt(3/2)
    near_1_5 = mantissa < 0xBB67A;
    if (!near_1_5) {  // above sqrt(3)
      ++exponent;
      scaled -= 0x100000;
    }
  }
  x = WithHighWord(x, scaled);
  const double base = near_1_5 ? 1.5 : 1.0;
  const double base_high = near_1_5 ? 5.84962487220764160156e-01 : 0;
  const double base_low = near_1_5 ? 1.35003920212974897128e-08 : 0;
  const double u = x - base, v = 1 / (x + base), s = u * v, s_high = HighPart(s);
  const uint32_t sum_word = ((scaled >> 1) | 0x20000000) + 0x80000 + (near_1_5 ? 0x40000 : 0);
  const double sum_high = WithHighWord(0, sum_word), sum_low = x - (sum_high - base);
  const double s_low = v * ((u - s_high * sum_high) - s_high * sum_low);
  double square = s * s;
  double r =
      square * square *
      (kL1 + square * (kL2 + square * (kL3 + square * (kL4 + square * (kL5 + square * kL6)))));
  r += s_low * (s_high + s);
  square = s_high * s_high;
  const double t_high = HighPart(3.0 + square + r), t_low = r - ((t_high - 3.0) - square);
  const double p = s_high * t_high, q = s_low * t_high + t_low * s;
  const double p_high = HighPart(p + q), p_low = q - (p_high - p);
  const double z_high = kCHigh * p_high, z_low = kCLow * p_high + p_low * kC + base_low;
  const double n = exponent;
  const double high = HighPart(((z_high + z_low) + base_high) + n);
  return {high, z_low - (((high - n) - base_high) - z_high)};
}

// 2 to the power of a number in two parts.
double Exp2(HighAndLow power) {
  constexpr double kP1 = 1.66666666666666019037e-01, kP2 = -2.77777777770155933842e-03,
                   kP3 = 6.61375632143793436117e-05, kP4 = -1.65339022054652515390e-06,
                   kP5 = 4.13813679705723846039e-08;
  constexpr double kLn2High32 = 6.93147182464599609375e-01, kLn2Low32 = -1.90465429995776804525e-09;
  constexpr double kOvershoot = 8.0085662595372944372e-17;
  const double sum = power.low + power.high;
  if (sum > 1024 || (sum == 1024 && power.low + kOvershoot > sum - power.high)) {
    return std::numeric_limits<double>::infinity();
  }
  if (sum < -1075 || (sum == -1075 && power.low <= sum - power.high)) return 0;
  // The nearest whole number, halves away from zero.
  const double whole = std::fabs(sum) > 0.5 ? std::trunc(sum + std::copysign(0.5, sum)) : 0;
  power.high -= whole;
  double t = HighPart(power.low + power.high);
  const double u = t * kLn2High32;
  const double v = (power.low - (t - power.high)) * kLn2 + t * kLn2Low32;
  const double z = u + v, w = v - (z - u);
  t = z * z;
  const double c = z - t * (kP1 + t * (kP2 + t * (kP3 + t * (kP4 + t * kP5))));
  const double r = (z * c) / (c - 2.0) - (w + z * w);
  return std::ldexp(1.0 - (r - z), static_cast<int>(whole));
}

}  // namespace

double StrictPower(double x, double y) {
  if (std::isnan(y) || (std::isinf(y) && std::fabs(x) == 1)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const bool is_special = x == 0 || y == 0 || !std::isfinite(x) || !std::isfinite(y) ||
                          std::fabs(x) == 1 || (x < 0 && std::trunc(y) != y);
  if (is_special) return std::pow(x, y);
  if (y == 1) return x;
  if (y == -1) return 1 / x;
  if (y == 2) return x * x;
  if (y == 0.5) return std::sqrt(x);
  const double magnitude = std::fabs(x);
  const double sign = x < 0 && std::fmod(y, 2) != 0 ? -1 : 1;
  HighAndLow log;
  if (std::fabs(y) > 0x1p31) {
    if (std::fabs(magnitude - 1) > 0x1p-20) {
      const bool is_large = (magnitude > 1) == (y > 0);
      return sign * (is_large ? std::numeric_limits<double>::infinity() : 0);
    }
    log = Log2NextTo1(magnitude);
  } else {
    log = Log2InParts(magnitude);
  }
  const double y_high = HighPart(y);
  return sign * Exp2({y_high * log.high, (y - y_high) * log.high + y * log.low});
}

}  // namespace tarn::local
