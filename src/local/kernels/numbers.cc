#include <charconv>
#include <cmath>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/strict_math.h"

// Functions of numbers: rounding, roots, logarithms.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;
using Args = std::vector<Datum>;

template <double (*kFunction)(double)>
Result<Datum> OfDouble(const KernelContext& context, const Args& args) {
  return Map<double, double>(context, args, [](double x) { return kFunction(x); });
}

// As Spark computes it, to the last bit.
double Log2(double x) { return StrictLog(x) / StrictLog(2.0); }

// NULL outside of the function's domain, as Spark has it.
template <double (*kFunction)(double)>
Result<Datum> Logarithm(const KernelContext& context, const Args& args) {
  ColumnView<double> view(args[0]);
  arrow::DoubleBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!view.IsValid(row) || view[row] <= 0) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(kFunction(view[row]));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

Result<Datum> Power(const KernelContext& context, const Args& args) {
  return Map<double, double, double>(context, args, StrictPower);
}

Result<Datum> Factorial(const KernelContext& context, const Args& args) {
  constexpr int32_t kMax = 20;  // its factorial is the last one of 64 bits
  return MapOrNull<int64_t, int32_t>(context, args, [](int32_t x, int64_t* out) {
    if (x < 0 || x > kMax) return false;
    *out = 1;
    for (int32_t factor = 2; factor <= x; ++factor) *out *= factor;
    return true;
  });
}

// As a Java cast: NaN is 0, and what is too large the last number.
int64_t SaturatedInteger(double x) {
  constexpr double kLimit = 9223372036854775808.0;
  if (std::isnan(x)) return 0;
  if (x >= kLimit) return INT64_MAX;
  return x <= -kLimit ? INT64_MIN : static_cast<int64_t>(x);
}

bool WidthBucket(double x, double from, double to, int64_t num_buckets, int64_t* out) {
  if (num_buckets <= 0 || num_buckets == INT64_MAX || std::isnan(x)) return false;
  if (!std::isfinite(from) || !std::isfinite(to) || from == to) return false;
  const bool rises = from < to;
  const double lower = std::min(from, to), upper = std::max(from, to);
  if (rises ? x < lower : x > upper) {
    *out = 0;
  } else if (rises ? x >= upper : x <= lower) {
    *out = num_buckets + 1;
  } else {
    const double distance = rises ? x - lower : upper - x;
    *out = SaturatedInteger(static_cast<double>(num_buckets) * distance / (upper - lower)) + 1;
  }
  return true;
}

// Of numbers, or of intervals: months or microseconds.
template <typename T>
Result<Datum> BucketsOf(const KernelContext& context, const Args& args) {
  return MapOrNull<int64_t, T, T, T, int64_t>(
      context, args, [](T x, T from, T to, int64_t num_buckets, int64_t* out) {
        return WidthBucket(static_cast<double>(x), static_cast<double>(from),
                           static_cast<double>(to), num_buckets, out);
      });
}

Result<Datum> BucketOf(const KernelContext& context, const Args& args) {
  switch (args[0].type()->id()) {
    case Type::INTERVAL_MONTHS:
      return BucketsOf<int32_t>(context, args);
    case Type::DURATION:
      return BucketsOf<int64_t>(context, args);
    default:
      return BucketsOf<double>(context, args);
  }
}

template <typename T>
Result<Datum> SignsOf(const KernelContext& context, const Args& args) {
  return Map<double, T>(context, args, [](T x) {
    return x > 0 ? 1.0 : x < 0 ? -1.0 : static_cast<double>(x);
  });
}

Result<Datum> Sign(const KernelContext& context, const Args& args) {
  switch (args[0].type()->id()) {
    case Type::INTERVAL_MONTHS:
      return SignsOf<int32_t>(context, args);
    case Type::DURATION:
      return SignsOf<int64_t>(context, args);
    default:
      return SignsOf<double>(context, args);
  }
}

Result<Datum> IsNaN(const KernelContext& context, const Args& args) {
  ColumnView<double> view(args[0]);
  arrow::BooleanBuilder builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    ARROW_RETURN_NOT_OK(builder.Append(view.IsValid(row) && std::isnan(view[row])));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

// `value` at `digits` decimals, halves away from zero or to even.
Decimal256 RoundAt(const Decimal256& value, int scale, int digits, bool half_even) {
  if (digits >= scale) return value;
  if (scale - digits > 70) return Decimal256(0);
  return half_even ? RescaleHalfEven(value, scale, digits) : RescaleHalfUp(value, scale, digits);
}

Result<Datum> RoundDecimal(const KernelContext& context, const Args& args, int digits,
                           bool half_even) {
  const int scale = static_cast<const arrow::DecimalType&>(*args[0].type()).scale();
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  // Half up to the type's own scale is what a cast does.
  const bool is_cast = !half_even && std::min(digits, scale) == type.scale();
  const DecimalFitter fitter(scale, type);
  return MapChecked<Decimal128, Decimal128>(
      context, {args[0]},
      [&](const Decimal128& x, Decimal128* out) {
        if (is_cast) return fitter.Fit(x, out);
        Decimal256 rounded = RoundAt(Decimal256(x), scale, digits, half_even);
        int rounded_scale = std::min(digits, scale);
        if (rounded_scale < type.scale()) {
          rounded = Decimal256(rounded.IncreaseScaleBy(type.scale() - rounded_scale));
        }
        *out = Narrow(rounded);
        return rounded.FitsInPrecision(type.precision());
      },
      [&](const Decimal128&) {
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             "the rounded value does not fit the type: " + type.ToString());
      });
}

// A double is rounded as the decimal number that it prints as: 2.675 gives 2.68, as in Spark.
double RoundDouble(double x, int digits, bool half_even) {
  if (!std::isfinite(x)) return x;
  if (x == 0) return 0;  // also -0.0
  // 1.25e-3: its digits without the point, and the scale of the last one.
  char buffer[32];
  const auto end = std::to_chars(buffer, std::end(buffer), x, std::chars_format::scientific).ptr;
  const std::string text(buffer, end);
  const size_t e = text.find('e');
  std::string significand = text.substr(0, e);
  const size_t point = significand.find('.');
  int scale = -std::stoi(text.substr(e + 1));
  if (point != std::string::npos) {
    scale += static_cast<int>(significand.size() - point) - 1;
    significand.erase(point, 1);
  }
  if (scale <= digits) return x;
  const Decimal256 rounded = RoundAt(Decimal256(std::stoll(significand)), scale, digits, half_even);
  return std::strtod((rounded.ToString(0) + "e" + std::to_string(-digits)).c_str(), nullptr);
}

template <typename T>
Result<Datum> RoundInteger(const KernelContext& context, const Args& args, int digits,
                           bool half_even) {
  return MapChecked<T, T>(
      context, {args[0]},
      [&](T x, T* out) {
        if (digits >= 0) {
          *out = x;
          return true;
        }
        Decimal256 rounded = RoundAt(Decimal256(int64_t{x}), 0, digits, half_even);
        rounded = Decimal256(rounded.IncreaseScaleBy(std::min(-digits, 70)));
        auto value = static_cast<int64_t>(rounded.little_endian_array()[0]);
        *out = static_cast<T>(value);
        return rounded == Decimal256(value) && static_cast<int64_t>(*out) == value;
      },
      [&](T) {
        return context.Error("ARITHMETIC_OVERFLOW", "the rounded value does not fit the type: " +
                                                        context.type()->ToString());
      });
}

template <bool kHalfEven>
Result<Datum> Round(const KernelContext& context, const Args& args) {
  // Beyond a thousand, no number has digits.
  const int digits =
      args.size() == 2 ? std::clamp(args[1].scalar_as<arrow::Int32Scalar>().value, -1000, 1000) : 0;
  switch (context.type()->id()) {
    case Type::DECIMAL128:
      return RoundDecimal(context, args, digits, kHalfEven);
    case Type::DOUBLE:
      return Map<double, double>(context, {args[0]},
                                 [&](double x) { return RoundDouble(x, digits, kHalfEven); });
    case Type::FLOAT:
      return Map<float, float>(context, {args[0]}, [&](float x) {
        return static_cast<float>(RoundDouble(x, digits, kHalfEven));
      });
    case Type::INT8:
      return RoundInteger<int8_t>(context, args, digits, kHalfEven);
    case Type::INT16:
      return RoundInteger<int16_t>(context, args, digits, kHalfEven);
    case Type::INT32:
      return RoundInteger<int32_t>(context, args, digits, kHalfEven);
    default:
      return RoundInteger<int64_t>(context, args, digits, kHalfEven);
  }
}

// ceil (kUp) and floor to so many digits after the point.
template <bool kUp>
Result<Datum> DirectedDecimal(const KernelContext& context, const Args& args) {
  const int scale = static_cast<const arrow::DecimalType&>(*args[0].type()).scale();
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  const int digits = std::max(args[1].scalar_as<arrow::Int32Scalar>().value, -38);
  return MapChecked<Decimal128, Decimal128>(
      context, {args[0]},
      [&](const Decimal128& x, Decimal128* out) {
        const Decimal256 exact(x);
        const int kept = std::min(digits, scale);
        Decimal256 rounded = RescaleHalfUp(exact, scale, kept);
        const Decimal256 back(rounded.IncreaseScaleBy(scale - kept));
        if (kUp && back < exact) rounded += Decimal256(1);
        if (!kUp && back > exact) rounded -= Decimal256(1);
        rounded = Decimal256(rounded.IncreaseScaleBy(type.scale() - kept));
        *out = Narrow(rounded);
        return rounded.FitsInPrecision(type.precision());
      },
      [&](const Decimal128&) {
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             "the rounded value does not fit the type: " + type.ToString());
      });
}

// ceil (kUp) and floor. NaN gives 0, as a Java cast does.
template <bool kUp>
Result<Datum> WholeNumber(const KernelContext& context, const Args& args) {
  if (args.size() == 2) return DirectedDecimal<kUp>(context, args);
  if (args[0].type()->id() == Type::DECIMAL128) {
    const Int128 unit = PowerOfTen(static_cast<const arrow::DecimalType&>(*args[0].type()).scale());
    return Map<Decimal128, Decimal128>(context, args, [unit](const Decimal128& x) {
      const Int128 value = ToInt128(x);
      const Int128 rest = value % unit;
      return ToDecimal128(value / unit + (kUp ? rest > 0 : -(rest < 0)));
    });
  }
  if (args[0].type()->id() == Type::INT64) return args[0];
  return MapChecked<int64_t, double>(
      context, args,
      [](double x, int64_t* out) {
        double whole = std::isnan(x) ? 0 : kUp ? std::ceil(x) : std::floor(x);
        constexpr double kLimit = 9223372036854775808.0;
        if (whole < -kLimit || whole >= kLimit) return false;
        *out = static_cast<int64_t>(whole);
        return true;
      },
      [&](double) {
        return context.Error("ARITHMETIC_OVERFLOW", "the whole number does not fit BIGINT");
      });
}

}  // namespace

std::span<const NamedKernel> NumberKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"sqrt", OfDouble<std::sqrt>},
      {"exp", OfDouble<StrictExp>},
      {"ln", Logarithm<StrictLog>},
      {"log10", Logarithm<StrictLog10>},
      {"log2", Logarithm<Log2>},
      {"power", Power},
      {"sign", Sign},
      {"isnan", IsNaN},
      {"factorial", Factorial},
      {"width_bucket", BucketOf},
      {"round", Round<false>},
      {"bround", Round<true>},
      {"ceil", WholeNumber<true>},
      {"floor", WholeNumber<false>},
  };
  return kKernels;
}

}  // namespace tarn::local
