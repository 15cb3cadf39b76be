#include <algorithm>

#include "plan/functions/family_internal.h"
#include "values/interval.h"

// Functions of numbers.
namespace tarn::plan {
namespace {

// The decimal of a DECIMAL `type` rounded to so many digits after the point.
TypePtr RoundedDecimal(const arrow::DataType& type, int digits) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  // Rounding may carry into one more whole digit.
  const int whole = decimal.precision() - decimal.scale() + 1;
  const int scale = std::clamp(digits, 0, static_cast<int>(decimal.scale()));
  return CappedDecimal(digits < 0 ? std::max(whole, 1 - digits) : whole + scale, scale);
}

Status CheckDigits(const Arguments& args) {
  if (args.size() < 2 || args[1].integer.has_value()) return Status::OK();
  return Status::Invalid("the number of digits must be an integer literal");
}

int Digits(const Arguments& args) {
  if (args.size() < 2) return 0;
  // Beyond any number's digits; no sum with another number overflows.
  return static_cast<int>(std::clamp<int64_t>(*args[1].integer, -1000, 1000));
}

// round(x[, digits]): the type stays, but a DECIMAL gets the scale that is asked for.
Result<ResolvedFunction> Round(const Arguments& args) {
  TypePtr type = IsNumeric(*args[0].type) ? args[0].type : arrow::float64();
  ARROW_RETURN_NOT_OK(CheckDigits(args));
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, TakeTypes(args, {type, arrow::int32()}, type));
  if (IsDecimal(*type)) function.type = RoundedDecimal(*type, Digits(args));
  return function;
}

// What ceil(x, digits) and floor(x, digits) read x as.
TypePtr ExactNumber(const arrow::DataType& type) {
  if (IsInteger(type)) return DecimalOf(type);
  if (type.id() == arrow::Type::FLOAT) return arrow::decimal128(14, 7);
  if (type.id() == arrow::Type::DOUBLE) return arrow::decimal128(30, 15);
  return arrow::decimal128(kDecimalDigitsMax, 18);
}

Result<ResolvedFunction> WholeDigits(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckDigits(args));
  const TypePtr type = IsDecimal(*args[0].type) ? args[0].type : ExactNumber(*args[0].type);
  return TakeTypes(args, {type, arrow::int32()}, RoundedDecimal(*type, Digits(args)));
}

Result<ResolvedFunction> WholeNumber(const Arguments& args) {
  if (args.size() == 2) return WholeDigits(args);
  const TypePtr& type = args[0].type;
  if (IsDecimal(*type)) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
    TypePtr result =
        decimal.scale() == 0 ? type : BoundedDecimal(decimal.precision() - decimal.scale() + 1, 0);
    return TakeTypes(args, {type}, result);
  }
  if (IsInteger(*type)) return Takes<BigInt(BigInt)>(args);
  return Takes<BigInt(Double)>(args);
}

// sign(x): of a number or an interval.
Result<ResolvedFunction> Sign(const Arguments& args) {
  const TypePtr& type = args[0].type;
  return TakeTypes(args, {IsInterval(*type) ? type : arrow::float64()}, arrow::float64());
}

// width_bucket(x, from, to, buckets): of numbers, or of intervals of one kind.
Result<ResolvedFunction> Bucket(const Arguments& args) {
  constexpr size_t kNumMeasures = 3;
  const auto begin = args.begin(), end = args.begin() + kNumMeasures;
  const auto interval =
      std::find_if(begin, end, [](const Argument& arg) { return IsInterval(*arg.type); });
  if (interval == end) return Takes<BigInt(Double, Double, Double, BigInt)>(args);
  for (size_t i = 0; i < kNumMeasures; ++i) {
    if (args[i].type->id() == interval->type->id()) continue;
    return WrongType(i, *args[i].type,
                     IsYearMonthInterval(*interval->type)
                         ? "INTERVAL YEAR TO MONTH, as the others"
                         : "INTERVAL DAY TO SECOND, as the others");
  }
  return TakeTypes(args, {args[0].type, args[1].type, args[2].type, arrow::int64()},
                   arrow::int64());
}

constexpr Function kNumberFunctions[] = {
    {.name = "sign",
     .aliases = {"signum"},
     .signature = "sign(x)",
     .help = "-1.0, 0.0 or 1.0: of a DOUBLE or an INTERVAL",
     .example = "sign(-2.5)",
     .num_args = {1, 1},
     .resolve = Sign},
    {.name = "round",
     .signature = "round(x[, digits INT])",
     .help = "to digits after the point, half away from zero",
     .example = "round(2.345, 2)",
     .num_args = {1, 2},
     .resolve = Round},
    {.name = "bround",
     .signature = "bround(x[, digits INT])",
     .help = "to digits after the point, half to even",
     .example = "bround(2.5)",
     .num_args = {1, 2},
     .resolve = Round},
    {.name = "ceil",
     .aliases = {"ceiling"},
     .signature = "ceil(x[, digits INT])",
     .help = "the next whole number up; a DECIMAL where digits after the point are asked for",
     .example = "ceil(2.1)",
     .num_args = {1, 2},
     .resolve = WholeNumber},
    {.name = "floor",
     .signature = "floor(x[, digits INT])",
     .help = "the next whole number down; a DECIMAL where digits after the point are asked for",
     .example = "floor(-2.1)",
     .num_args = {1, 2},
     .resolve = WholeNumber},
    {.name = "sqrt",
     .signature = "sqrt(DOUBLE)",
     .help = "square root, NaN below 0",
     .example = "sqrt(2)",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>},
    {.name = "exp",
     .signature = "exp(DOUBLE)",
     .help = "e to the power of x",
     .example = "exp(1)",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>},
    {.name = "ln",
     .signature = "ln(DOUBLE)",
     .help = "natural logarithm, NULL for 0 and below",
     .example = "ln(10)",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "log10",
     .signature = "log10(DOUBLE)",
     .help = "logarithm to base 10, NULL for 0 and below",
     .example = "log10(1000)",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "log2",
     .signature = "log2(DOUBLE)",
     .help = "logarithm to base 2, NULL for 0 and below",
     .example = "log2(8)",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "power",
     .aliases = {"pow"},
     .signature = "power(DOUBLE, DOUBLE)",
     .help = "x to the power of y",
     .example = "power(2, 10)",
     .num_args = {2, 2},
     .resolve = Takes<Double(Double, Double)>},
    {.name = "factorial",
     .signature = "factorial(INT)",
     .help = "product of 1 to x, NULL below 0 and above 20",
     .example = "factorial(5)",
     .num_args = {1, 1},
     .resolve = Takes<BigInt(Int)>,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways}},
    {.name = "width_bucket",
     .signature = "width_bucket(x, from, to, buckets BIGINT)",
     .help = "number of the bucket, of so many equal ones between from and to, that x falls into; "
             "all three DOUBLE or INTERVALs of one kind",
     .example = "width_bucket(42, 0, 100, 10)",
     .num_args = {4, 4},
     .resolve = Bucket,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways}},
    {.name = "isnan",
     .signature = "isnan(DOUBLE)",
     .help = "whether x is NaN; false for NULL",
     .example = "isnan(double('NaN'))",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Double)>,
     .traits = {.may_fail = false, .null_in_null_out = false}},
};

}  // namespace

std::span<const Function> NumberFunctions() { return kNumberFunctions; }

}  // namespace tarn::plan
