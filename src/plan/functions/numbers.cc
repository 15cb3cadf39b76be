#include "plan/functions/family_internal.h"

// Functions of numbers.
namespace tarn::plan {
namespace {

// round(x[, digits]): the type stays, but a DECIMAL gets the scale that is asked for.
Result<ResolvedFunction> Round(const Arguments& args) {
  TypePtr type = IsNumeric(*args[0].type) ? args[0].type : arrow::float64();
  if (args.size() == 2 && !args[1].integer.has_value()) {
    return Status::Invalid("the number of digits must be an integer literal");
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, TakeTypes(args, {type, arrow::int32()}, type));
  if (IsDecimal(*type)) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
    int digits = args.size() == 2 ? static_cast<int>(*args[1].integer) : 0;
    // Rounding may carry into one more whole digit.
    int whole = decimal.precision() - decimal.scale() + 1;
    int scale = std::clamp(digits, 0, static_cast<int>(decimal.scale()));
    int precision = digits < 0 ? std::max(whole, 1 - digits) : whole + scale;
    function.type = CappedDecimal(precision, scale);
  }
  return function;
}

Result<ResolvedFunction> WholeNumber(const Arguments& args) {
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

constexpr Function kNumberFunctions[] = {
    {.name = "sign",
     .aliases = {"signum"},
     .signature = "sign(DOUBLE)",
     .help = "-1.0, 0.0 or 1.0",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>},
    {.name = "round",
     .signature = "round(x[, digits INT])",
     .help = "to digits after the point, half away from zero",
     .num_args = {1, 2},
     .resolve = Round},
    {.name = "bround",
     .signature = "bround(x[, digits INT])",
     .help = "to digits after the point, half to even",
     .num_args = {1, 2},
     .resolve = Round},
    {.name = "ceil",
     .aliases = {"ceiling"},
     .signature = "ceil(x)",
     .help = "the next whole number up",
     .num_args = {1, 1},
     .resolve = WholeNumber},
    {.name = "floor",
     .signature = "floor(x)",
     .help = "the next whole number down",
     .num_args = {1, 1},
     .resolve = WholeNumber},
    {.name = "sqrt",
     .signature = "sqrt(DOUBLE)",
     .help = "square root, NaN below 0",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>},
    {.name = "exp",
     .signature = "exp(DOUBLE)",
     .help = "e to the power of x",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>},
    {.name = "ln",
     .signature = "ln(DOUBLE)",
     .help = "natural logarithm, NULL for 0 and below",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "log10",
     .signature = "log10(DOUBLE)",
     .help = "logarithm to base 10, NULL for 0 and below",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "log2",
     .signature = "log2(DOUBLE)",
     .help = "logarithm to base 2, NULL for 0 and below",
     .num_args = {1, 1},
     .resolve = Takes<Double(Double)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "power",
     .aliases = {"pow"},
     .signature = "power(DOUBLE, DOUBLE)",
     .help = "x to the power of y",
     .num_args = {2, 2},
     .resolve = Takes<Double(Double, Double)>},
    {.name = "isnan",
     .signature = "isnan(DOUBLE)",
     .help = "whether x is NaN; false for NULL",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Double)>,
     .traits = {.may_fail = false, .null_in_null_out = false}},
};

}  // namespace

std::span<const Function> NumberFunctions() { return kNumberFunctions; }

}  // namespace tarn::plan
