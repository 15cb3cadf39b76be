#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "local/kernels/strict_math.h"

// Angles of sines, cosines and tangents. Every operation is rounded on its own, in this order.
// Source: the methods and coefficients of FDLIBM 5.3, by Sun Microsystems.
namespace tarn::local {
namespace {

// pi and its halves in two parts.
constexpr double kPi = 3.1415926535897931160e+00;
constexpr double kPiLow = 1.2246467991473531772e-16;
constexpr double kHalfPi = 1.57079632679489655800e+00;
constexpr double kHalfPiLow = 6.12323399573676603587e-17;
constexpr double kQuarterPi = 7.85398163397448278999e-01;

double HighPart(double x) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(x) & 0xFFFFFFFF00000000);
}

uint32_t MagnitudeWord(double x) {
  return static_cast<uint32_t>(std::bit_cast<uint64_t>(x) >> 32) & 0x7FFFFFFF;
}

// (asin(x) - x) / x of t = x * x up to 1 / 4.
double ArcSineRest(double t) {
  constexpr double kP0 = 1.66666666666666657415e-01, kP1 = -3.25565818622400915405e-01,
                   kP2 = 2.01212532134862925881e-01, kP3 = -4.00555345006794114027e-02,
                   kP4 = 7.91534994289814532176e-04, kP5 = 3.47933107596021167570e-05;
  constexpr double kQ1 = -2.40339491173441421878e+00, kQ2 = 2.02094576023350569471e+00,
                   kQ3 = -6.88283971605453293030e-01, kQ4 = 7.70381505559019352791e-02;
  const double p = t * (kP0 + t * (kP1 + t * (kP2 + t * (kP3 + t * (kP4 + t * kP5)))));
  const double q = 1 + t * (kQ1 + t * (kQ2 + t * (kQ3 + t * kQ4)));
  return p / q;
}

// atan(x) - x of a small x, divided by -x.
double ArcTangentRest(double x) {
  constexpr double kA[] = {
      3.33333333333329318027e-01,  -1.99999999998764832476e-01, 1.42857142725034663711e-01,
      -1.11111104054623557880e-01, 9.09088713343650656196e-02,  -7.69187620504482999495e-02,
      6.66107313738753120669e-02,  -5.83357013379057348645e-02, 4.97687799461593236017e-02,
      -3.65315727442169155270e-02, 1.62858201153657823623e-02};
  const double z = x * x, w = z * z;
  const double even =
      z * (kA[0] + w * (kA[2] + w * (kA[4] + w * (kA[6] + w * (kA[8] + w * kA[10])))));
  const double odd = w * (kA[1] + w * (kA[3] + w * (kA[5] + w * (kA[7] + w * kA[9]))));
  return even + odd;
}

// An angle whose tangent is known, in two parts, and the tangent of the rest.
struct Split {
  double angle;
  double angle_low;
  double tangent;
};

Split SplitTangent(double x) {
  const uint32_t word = MagnitudeWord(x);
  if (word < 0x3FE60000) {  // 11 / 16
    return {4.63647609000806093515e-01, 2.26987774529616870924e-17, (2.0 * x - 1) / (2.0 + x)};
  }
  if (word < 0x3FF30000) {  // 19 / 16
    return {kQuarterPi, 3.06161699786838301793e-17, (x - 1) / (x + 1)};
  }
  if (word < 0x40038000) {  // 39 / 16
    return {9.82793723247329054082e-01, 1.39033110312309984516e-17, (x - 1.5) / (1 + 1.5 * x)};
  }
  return {kHalfPi, kHalfPiLow, -1.0 / x};
}

}  // namespace

double StrictAsin(double x) {
  const double magnitude = std::fabs(x);
  if (magnitude == 1) return x * kHalfPi + x * kHalfPiLow;
  if (!(magnitude < 1)) return std::numeric_limits<double>::quiet_NaN();
  if (magnitude < 0.5) return magnitude < 0x1p-27 ? x : x + x * ArcSineRest(x * x);
  const double t = (1 - magnitude) * 0.5, root = std::sqrt(t), rest = ArcSineRest(t);
  double angle;
  if (MagnitudeWord(x) >= 0x3FEF3333) {  // 0.975
    angle = kHalfPi - (2.0 * (root + root * rest) - kHalfPiLow);
  } else {
    const double high = HighPart(root), low = (t - high * high) / (root + high);
    const double p = 2.0 * root * rest - (kHalfPiLow - 2.0 * low), q = kQuarterPi - 2.0 * high;
    angle = kQuarterPi - (p - q);
  }
  return std::copysign(angle, x);
}

double StrictAcos(double x) {
  const double magnitude = std::fabs(x);
  if (magnitude == 1) return x > 0 ? 0 : kPi + 2.0 * kHalfPiLow;
  if (!(magnitude < 1)) return std::numeric_limits<double>::quiet_NaN();
  if (magnitude < 0.5) {
    if (magnitude < 0x1p-57) return kHalfPi + kHalfPiLow;
    return kHalfPi - (x - (kHalfPiLow - x * ArcSineRest(x * x)));
  }
  const double z = (1 - magnitude) * 0.5, root = std::sqrt(z), rest = ArcSineRest(z);
  if (x < 0) return kPi - 2.0 * (root + (rest * root - kHalfPiLow));
  const double high = HighPart(root), low = (z - high * high) / (root + high);
  return 2.0 * (high + (rest * root + low));
}

double StrictAtan(double x) {
  const double magnitude = std::fabs(x);
  if (std::isnan(x)) return x;
  if (magnitude >= 0x1p66) return std::copysign(kHalfPi + kHalfPiLow, x);
  if (magnitude < 0.4375) return magnitude < 0x1p-29 ? x : x - x * ArcTangentRest(x);
  const Split split = SplitTangent(magnitude);
  const double rest = split.tangent * ArcTangentRest(split.tangent);
  return std::copysign(split.angle - ((rest - split.angle_low) - split.tangent), x);
}

double StrictAtan2(double y, double x) {
  const bool is_special = x == 0 || y == 0 || !std::isfinite(x) || !std::isfinite(y);
  if (is_special) return std::atan2(y, x);
  if (x == 1) return StrictAtan(y);
  const int distance =
      (static_cast<int>(MagnitudeWord(y)) - static_cast<int>(MagnitudeWord(x))) >> 20;
  double angle;
  if (distance > 60) {
    angle = kHalfPi + 0.5 * kPiLow;
  } else if (x < 0 && distance < -60) {
    angle = 0;
  } else {
    angle = StrictAtan(std::fabs(y / x));
  }
  if (x > 0) return y > 0 ? angle : -angle;
  return y > 0 ? kPi - (angle - kPiLow) : (angle - kPiLow) - kPi;
}

}  // namespace tarn::local
