#include <cmath>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/interval_arithmetic_internal.h"
#include "local/kernels/visit_number_internal.h"

// Arithmetic operators. Integers and decimals notice overflow, as Spark's ANSI mode does.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Type;
using Args = std::vector<Datum>;

Status Overflow(const KernelContext& context) {
  // Spark's own two names for it.
  const bool is_short = context.call->args.size() > 1 &&
                        (context.type()->id() == Type::INT8 || context.type()->id() == Type::INT16);
  return context.Error(is_short ? "BINARY_ARITHMETIC_OVERFLOW" : "ARITHMETIC_OVERFLOW",
                       "the result does not fit the type: " + context.type()->ToString(),
                       "cast the operands to a wider type");
}

struct Add {
  template <typename T>
  static bool Compute(T a, T b, T* out) {
    if constexpr (std::is_floating_point_v<T>) {
      *out = a + b;
      return true;
    } else {
      return !__builtin_add_overflow(a, b, out);
    }
  }
};

struct Subtract {
  template <typename T>
  static bool Compute(T a, T b, T* out) {
    if constexpr (std::is_floating_point_v<T>) {
      *out = a - b;
      return true;
    } else {
      return !__builtin_sub_overflow(a, b, out);
    }
  }
};

struct Multiply {
  template <typename T>
  static bool Compute(T a, T b, T* out) {
    if constexpr (std::is_floating_point_v<T>) {
      *out = a * b;
      return true;
    } else {
      return !__builtin_mul_overflow(a, b, out);
    }
  }
};

template <typename Op, char kOperator>
Result<Datum> Arithmetic(const KernelContext& context, const Args& args) {
  if (IsTemporalArithmetic(args)) return TemporalArithmetic(kOperator, context, args);
  if (context.type()->id() == Type::DECIMAL128) return DecimalArithmetic(kOperator, context, args);
  return VisitNumber(context.type()->id(), [&](auto zero) {
    using T = decltype(zero);
    return MapChecked<T, T, T>(context, args, Op::template Compute<T>,
                               [&](T, T) { return Overflow(context); });
  });
}

Status DivisionByZero(const KernelContext& context, std::string_view error_class) {
  return context.Error(error_class, "division by zero",
                       "guard it: CASE WHEN divisor <> 0 THEN … END, or NULLIF(divisor, 0)");
}

Result<Datum> Divide(const KernelContext& context, const Args& args) {
  if (IsTemporalArithmetic(args)) return TemporalArithmetic('/', context, args);
  if (context.type()->id() == Type::DECIMAL128) return DecimalArithmetic('/', context, args);
  return MapChecked<double, double, double>(
      context, args,
      [](double a, double b, double* out) {
        *out = a / b;
        return b != 0;
      },
      [&](double, double) { return DivisionByZero(context, "DIVIDE_BY_ZERO"); });
}

template <typename T>
Result<Datum> DivideIntegers(const KernelContext& context, const Args& args) {
  return MapChecked<int64_t, T, T>(
      context, args,
      [](int64_t a, int64_t b, int64_t* out) {
        bool fits = b != 0 && !(a == INT64_MIN && b == -1);
        *out = fits ? a / b : 0;
        return fits;
      },
      [&](int64_t, int64_t b) {
        return b == 0 ? DivisionByZero(context, "DIVIDE_BY_ZERO") : Overflow(context);
      });
}

Result<Datum> IntegerDivide(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == Type::DECIMAL128) return DecimalQuotient(context, args);
  if (args[0].type()->id() == Type::INTERVAL_MONTHS) return DivideIntegers<int32_t>(context, args);
  return DivideIntegers<int64_t>(context, args);
}

template <typename T>
T Remainder(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fmod(a, b);
  } else {
    return b == -1 ? 0 : a % b;
  }
}

template <bool kPositive>
Result<Datum> Modulo(const KernelContext& context, const Args& args) {
  if (context.type()->id() == Type::DECIMAL128) {
    return DecimalArithmetic(kPositive ? 'p' : '%', context, args);
  }
  return VisitNumber(context.type()->id(), [&](auto zero) {
    using T = decltype(zero);
    return MapChecked<T, T, T>(
        context, args,
        [](T a, T b, T* out) {
          if (b == 0) return false;
          *out = Remainder(a, b);
          if (kPositive && *out < 0) *out = Remainder(static_cast<T>(*out + b), b);
          return true;
        },
        [&](T, T) { return DivisionByZero(context, "REMAINDER_BY_ZERO"); });
  });
}

// NULL where `kCall` is an error.
template <Kernel::Call kCall>
Result<Datum> Try(const KernelContext& context, const Args& args) {
  KernelContext trying = context;
  trying.null_on_error = true;
  return kCall(trying, args);
}

Result<Datum> Negate(const KernelContext& context, const Args& args) {
  if (IsTemporalArithmetic(args)) return NegateInterval(context, args[0]);
  if (context.type()->id() == Type::DECIMAL128) {
    return Map<arrow::Decimal128, arrow::Decimal128>(context, args,
                                                     [](arrow::Decimal128 a) { return -a; });
  }
  return VisitNumber(context.type()->id(), [&](auto zero) {
    using T = decltype(zero);
    return MapChecked<T, T>(
        context, args,
        [](T a, T* out) {
          if constexpr (std::is_floating_point_v<T>) {
            *out = -a;
            return true;
          } else {
            return !__builtin_sub_overflow(T{0}, a, out);
          }
        },
        [&](T) { return Overflow(context); });
  });
}

Result<Datum> Absolute(const KernelContext& context, const Args& args) {
  if (IsTemporalArithmetic(args)) return AbsoluteInterval(context, args[0]);
  if (context.type()->id() == Type::DECIMAL128) {
    return Map<arrow::Decimal128, arrow::Decimal128>(
        context, args, [](arrow::Decimal128 a) { return arrow::Decimal128(a.Abs()); });
  }
  return VisitNumber(context.type()->id(), [&](auto zero) {
    using T = decltype(zero);
    return MapChecked<T, T>(
        context, args,
        [](T a, T* out) {
          if constexpr (std::is_floating_point_v<T>) {
            *out = std::fabs(a);
            return true;
          } else {
            *out = a;
            return a >= 0 || !__builtin_sub_overflow(T{0}, a, out);
          }
        },
        [&](T) { return Overflow(context); });
  });
}

}  // namespace

std::span<const NamedKernel> ArithmeticKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"add", Arithmetic<Add, '+'>},
      {"subtract", Arithmetic<Subtract, '-'>},
      {"multiply", Arithmetic<Multiply, '*'>},
      {"divide", Divide},
      {"div", IntegerDivide},
      {"mod", Modulo<false>},
      {"pmod", Modulo<true>},
      {"negate", Negate},
      {"abs", Absolute},
      {"try_add", Try<Arithmetic<Add, '+'>>},
      {"try_subtract", Try<Arithmetic<Subtract, '-'>>},
      {"try_multiply", Try<Arithmetic<Multiply, '*'>>},
      {"try_divide", Try<Divide>},
      {"try_mod", Try<Modulo<false>>},
  };
  return kKernels;
}

}  // namespace tarn::local
