#pragma once

#include <span>
#include <string>

#include "plan/coercion.h"
#include "plan/functions.h"
#include "values/time_of_day.h"

/// How the families of functions are written down: each is an array of Function in a file of this
/// folder. An engine computes them in a file of the same name: local/kernels/<family>.cc.
namespace tarn::plan {

std::span<const Function> LazyFunctions();
std::span<const Function> ComparisonFunctions();
std::span<const Function> ArithmeticFunctions();
std::span<const Function> RewrittenFunctions();
std::span<const Function> BitFunctions();
std::span<const Function> NumberFunctions();
std::span<const Function> CurveFunctions();
std::span<const Function> DigitFunctions();
std::span<const Function> HashFunctions();
std::span<const Function> CipherFunctions();
std::span<const Function> UrlFunctions();
std::span<const Function> AssertionFunctions();
std::span<const Function> StringFunctions();
std::span<const Function> PatternFunctions();
std::span<const Function> RegexFunctions();
std::span<const Function> EncodingFunctions();
std::span<const Function> WordFunctions();
std::span<const Function> NumberFormatFunctions();
std::span<const Function> DateFunctions();
std::span<const Function> DateFormatFunctions();
std::span<const Function> IntervalFunctions();
std::span<const Function> TimestampFunctions();
std::span<const Function> TimeFunctions();
std::span<const Function> TimeWindowFunctions();
std::span<const Function> ArrayFunctions();
std::span<const Function> MapFunctions();
std::span<const Function> LambdaFunctions();
std::span<const Function> JsonFunctions();
std::span<const Function> CsvFunctions();
std::span<const Function> AggregateFunctions();
std::span<const Function> StatisticFunctions();
std::span<const Function> OrderedAggregateFunctions();
std::span<const Function> WindowFunctions();
std::span<const Function> GeneratorFunctions();

/// \brief The one of `functions` that has this name; for constants of known_functions.h.
constexpr const Function& FunctionNamed(std::span<const Function> functions,
                                        std::string_view name) {
  size_t i = 0;
  while (functions[i].name != name) ++i;  // past the end is no constant expression
  return functions[i];
}

/// \brief FunctionTraits::reads_clock of what gives the time of the run.
inline bool AlwaysReadsClock(const Expr&) { return true; }

inline const TypePtr& TimestampType() {
  static const TypePtr kType = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return kType;
}

inline const TypePtr& TimestampNtzType() {
  static const TypePtr kType = arrow::timestamp(arrow::TimeUnit::MICRO);
  return kType;
}

/// Types as they stand in Takes<Boolean(String, String)>.
struct Boolean {
  static TypePtr Get() { return arrow::boolean(); }
};
struct Int {
  static TypePtr Get() { return arrow::int32(); }
};
struct BigInt {
  static TypePtr Get() { return arrow::int64(); }
};
struct Double {
  static TypePtr Get() { return arrow::float64(); }
};
struct String {
  static TypePtr Get() { return arrow::utf8(); }
};
struct Bytes {
  static TypePtr Get() { return arrow::binary(); }
};
struct Date {
  static TypePtr Get() { return arrow::date32(); }
};
struct TimeOfDay {
  static TypePtr Get() { return TimeType(); }
};
struct Timestamp {
  static TypePtr Get() { return TimestampType(); }
};
struct TimestampNtz {
  static TypePtr Get() { return TimestampNtzType(); }
};

/// \brief Traits of functions that have a value for all arguments.
inline constexpr FunctionTraits kTotal = {.may_fail = false};

/// \brief Traits of functions that are NULL for some arguments, and never fail.
inline constexpr FunctionTraits kMayBeNull = {.may_fail = false,
                                              .nullability = Nullability::kAlways};

/// \brief Traits of functions that have a value for all arguments, NULLs among them, and never
/// NULL.
inline constexpr FunctionTraits kNeverNull = {
    .may_fail = false, .nullability = Nullability::kNever, .null_in_null_out = false};

/// \brief Notation of an operator between its arguments.
constexpr Notation Infix(std::string_view symbol, Precedence precedence) {
  return {.form = Notation::Form::kInfix, .symbol = symbol, .precedence = precedence};
}

/// \brief Takes exactly `types` (a prefix of them when trailing ones are optional), gives `result`.
Result<ResolvedFunction> TakeTypes(const Arguments& args, std::vector<TypePtr> types,
                                   TypePtr result);

template <typename Signature>
struct TypesOfSignature;
template <typename Return, typename... Args>
struct TypesOfSignature<Return(Args...)> {
  static Result<ResolvedFunction> Take(const Arguments& args) {
    return TakeTypes(args, {Args::Get()...}, Return::Get());
  }
  static Result<ResolvedFunction> TakeAll(const Arguments& args) {
    static_assert(sizeof...(Args) == 1);
    return TakeTypes(args, std::vector<TypePtr>(args.size(), Args::Get()...), Return::Get());
  }
};

/// \brief The resolver of fixed types: Takes<Boolean(String, String)>. Trailing ones are optional
/// where num_args says so.
template <typename Signature>
inline constexpr Resolver Takes = TypesOfSignature<Signature>::Take;

/// \brief The resolver of any number of arguments of one type: TakesAll<String(String)>.
template <typename Signature>
inline constexpr Resolver TakesAll = TypesOfSignature<Signature>::TakeAll;

/// \brief For an argument whose type Spark does not cast. NULL fits always.
/// \param[in] wanted what the error asks for: "a whole number".
Status CheckArgument(const Arguments& args, size_t position, bool (*fits)(const arrow::DataType&),
                     const std::string& wanted);

/// \brief The common type of all arguments from `begin` on.
Result<TypePtr> CommonTypeOfAll(const Arguments& args, size_t begin = 0);

/// \brief avg of the first argument: a DOUBLE, or a DECIMAL with four more digits, an interval
/// with all fields.
Result<ResolvedFunction> Average(const Arguments& args);

/// \brief Takes arguments of a common type, gives one of them; nullable when all are.
Result<ResolvedFunction> FirstOfCommonType(const Arguments& args);

bool AnyNullable(const Arguments& args);

/// \return Invalid for a type whose values can't be compared: one that is or holds a MAP, or an
/// interval without fields
Status CheckHasOrder(const arrow::DataType& type);

/// \return Invalid for a type whose values can't be told apart: one that is or holds a MAP
Status CheckIsGroupable(const arrow::DataType& type);

/// \brief The error of an argument that no rule takes: "argument 2 is BOOLEAN, not INT".
Status WrongType(size_t position, const arrow::DataType& type, const std::string& wanted);

}  // namespace tarn::plan
