#include "plan/function_table_internal.h"

// Functions of numbers.
namespace tarn::plan {
namespace {

Result<ResolvedFunction> SameNumber(const Arguments& args) {
  TypePtr type = IsNumeric(*args[0].type) ? args[0].type : arrow::float64();
  return Takes({type}, type)(args);
}

// round(x[, digits]): the type stays, but a DECIMAL gets the scale that is asked for.
Result<ResolvedFunction> Round(const Arguments& args) {
  TypePtr type = IsNumeric(*args[0].type) ? args[0].type : arrow::float64();
  if (args.size() == 2 && !args[1].integer.has_value()) {
    return Status::Invalid("the number of digits must be an integer literal");
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, Takes({type, arrow::int32()}, type)(args));
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
    return Takes({type}, result)(args);
  }
  if (IsInteger(*type)) return Takes({arrow::int64()}, arrow::int64())(args);
  return Takes({arrow::float64()}, arrow::int64())(args);
}

}  // namespace

std::span<const FunctionRow> NumberRows() {
  const TypePtr number = arrow::float64();
  auto floating = [&](std::string name, std::string help) {
    return FunctionRow{{name}, name + "(DOUBLE)", std::move(help), 1, 1, Takes({number}, number)};
  };
  static const std::vector<FunctionRow> kRows = {
      {{"abs"}, "abs(x)", "x without its sign", 1, 1, SameNumber},
      {{"sign", "signum"}, "sign(DOUBLE)", "-1.0, 0.0 or 1.0", 1, 1, Takes({number}, number)},
      {{"round"},
       "round(x[, digits INT])",
       "to digits after the point, half away from zero",
       1,
       2,
       Round},
      {{"bround"},
       "bround(x[, digits INT])",
       "to digits after the point, half to even",
       1,
       2,
       Round},
      {{"ceil", "ceiling"}, "ceil(x)", "the next whole number up", 1, 1, WholeNumber},
      {{"floor"}, "floor(x)", "the next whole number down", 1, 1, WholeNumber},
      floating("sqrt", "square root, NaN below 0"),
      floating("exp", "e to the power of x"),
      {{"ln"},
       "ln(DOUBLE)",
       "natural logarithm, NULL for 0 and below",
       1,
       1,
       MaybeNull(Takes({number}, number))},
      {{"log10"},
       "log10(DOUBLE)",
       "logarithm to base 10, NULL for 0 and below",
       1,
       1,
       MaybeNull(Takes({number}, number))},
      {{"log2"},
       "log2(DOUBLE)",
       "logarithm to base 2, NULL for 0 and below",
       1,
       1,
       MaybeNull(Takes({number}, number))},
      {{"power", "pow"},
       "power(DOUBLE, DOUBLE)",
       "x to the power of y",
       2,
       2,
       Takes({number, number}, number)},
      {{"isnan"},
       "isnan(DOUBLE)",
       "whether x is NaN; false for NULL",
       1,
       1,
       Takes({number}, arrow::boolean())},
  };
  return kRows;
}

}  // namespace tarn::plan
