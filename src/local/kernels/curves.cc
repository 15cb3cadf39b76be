#include <cmath>
#include <numbers>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/strict_math.h"

// Functions of real numbers: angles, hyperbolic functions, roots, constants.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

constexpr double kDegreesPerRadian = 180.0 / std::numbers::pi;
constexpr double kRadiansPerDegree = std::numbers::pi / 180.0;

double Cotangent(double x) { return 1 / std::tan(x); }
double Secant(double x) { return 1 / std::cos(x); }
double Cosecant(double x) { return 1 / std::sin(x); }
double Degrees(double x) { return x * kDegreesPerRadian; }
double Radians(double x) { return x * kRadiansPerDegree; }
// Of -0.0, Spark takes 0.0.
double Angle(double y, double x) { return StrictAtan2(y + 0.0, x + 0.0); }

template <double (*kFunction)(double)>
Result<Datum> OfDouble(const KernelContext& context, const Args& args) {
  return Map<double, double>(context, args, [](double x) { return kFunction(x); });
}

template <double (*kFunction)(double, double)>
Result<Datum> OfDoubles(const KernelContext& context, const Args& args) {
  return Map<double, double, double>(context, args,
                                     [](double x, double y) { return kFunction(x, y); });
}

Result<Datum> Constant(const KernelContext&, double value) {
  return Datum(std::make_shared<arrow::DoubleScalar>(value));
}

Result<Datum> E(const KernelContext& context, const Args&) {
  return Constant(context, std::numbers::e);
}

Result<Datum> Pi(const KernelContext& context, const Args&) {
  return Constant(context, std::numbers::pi);
}

Result<Datum> LogarithmToBase(const KernelContext& context, const Args& args) {
  if (args.size() == 1) {
    return MapOrNull<double, double>(context, args, [](double x, double* out) {
      *out = StrictLog(x);
      return !(x <= 0);
    });
  }
  return MapOrNull<double, double, double>(context, args, [](double base, double x, double* out) {
    *out = StrictLog(x) / StrictLog(base);
    return !(base <= 0) && !(x <= 0);
  });
}

Result<Datum> LogarithmOfNextTo1(const KernelContext& context, const Args& args) {
  return MapOrNull<double, double>(context, args, [](double x, double* out) {
    *out = std::log1p(x);
    return !(x <= -1);
  });
}

}  // namespace

std::span<const NamedKernel> CurveKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"e", E},
      {"pi", Pi},
      {"sin", OfDouble<std::sin>},
      {"cos", OfDouble<std::cos>},
      {"tan", OfDouble<std::tan>},
      {"cot", OfDouble<Cotangent>},
      {"sec", OfDouble<Secant>},
      {"csc", OfDouble<Cosecant>},
      {"asin", OfDouble<StrictAsin>},
      {"acos", OfDouble<StrictAcos>},
      {"atan", OfDouble<StrictAtan>},
      {"sinh", OfDouble<StrictSinh>},
      {"cosh", OfDouble<StrictCosh>},
      {"tanh", OfDouble<std::tanh>},
      {"asinh", OfDouble<StrictAsinh>},
      {"acosh", OfDouble<StrictAcosh>},
      {"atanh", OfDouble<StrictAtanh>},
      {"degrees", OfDouble<Degrees>},
      {"radians", OfDouble<Radians>},
      {"cbrt", OfDouble<StrictCbrt>},
      {"expm1", OfDouble<std::expm1>},
      {"rint", OfDouble<std::rint>},
      {"atan2", OfDoubles<Angle>},
      {"hypot", OfDoubles<StrictHypot>},
      {"log", LogarithmToBase},
      {"log1p", LogarithmOfNextTo1},
  };
  return kKernels;
}

}  // namespace tarn::local
