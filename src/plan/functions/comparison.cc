#include "plan/functions/family_internal.h"
#include "plan/known_functions.h"
#include "plan/resolve_call.h"

// Comparison, tests for NULL, and choices by comparison.
namespace tarn::plan {
namespace {

// Parts of nested values are not read from text.
Status CheckParts(const Arguments& args) {
  for (const Argument& arg : args) {
    const bool is_nested = arrow::is_nested(arg.type->id());
    if (is_nested && WiderType(args[0].type, arg.type, Widening::kWithoutText) == nullptr) {
      return WrongType(1, *arg.type, "of the type of the other side; cast one of them");
    }
  }
  return Status::OK();
}

Result<ResolvedFunction> Comparison(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckParts(args));
  ARROW_ASSIGN_OR_RAISE(TypePtr common, CommonTypeOfAll(args));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*common));
  ResolvedFunction function;
  function.arg_types.assign(args.size(), common);
  function.type = arrow::boolean();
  return function;
}

Result<ResolvedFunction> IsNull(const Arguments& args) {
  ResolvedFunction function;
  function.arg_types = {args[0].type};
  function.type = arrow::boolean();
  return function;
}

Result<ResolvedFunction> NullIf(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(TypePtr common, CommonTypeOfAll(args));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*common));
  function.type = args[0].type->id() == arrow::Type::NA ? common : args[0].type;
  // The kernel compares as the common type and returns the first argument.
  function.arg_types = {function.type, common};
  const bool is_nested = arrow::is_nested(function.type->id());
  if (!common->Equals(*function.type) && !IsNumeric(*function.type) && !is_nested) {
    return Status::Invalid("both arguments must have one type; cast one of them");
  }
  return function;
}

// nullif of values that are no numbers and of different types: they are compared, and none is cast.
Result<ExprPtr> NullIfMixed(const std::vector<ExprPtr>& args, const sql::Location& at) {
  const TypePtr &left = args[0]->type, &right = args[1]->type;
  const bool has_null = left->id() == arrow::Type::NA || right->id() == arrow::Type::NA;
  if (has_null || left->Equals(*right) || (IsNumeric(*left) && IsNumeric(*right))) return ExprPtr();
  ARROW_ASSIGN_OR_RAISE(const ExprPtr equal, ResolveCall("eq", args, at));
  return MakeCase({equal}, {MakeLiteral(std::make_shared<arrow::NullScalar>(), at), args[0]}, left,
                  at);
}

// greatest and least: text is compared with nothing but text.
Result<ResolvedFunction> ExtremeOf(const Arguments& args) {
  auto is_text = [](const Argument& arg) { return arg.type->id() == arrow::Type::STRING; };
  auto is_other = [&](const Argument& arg) {
    return !is_text(arg) && arg.type->id() != arrow::Type::NA;
  };
  if (std::any_of(args.begin(), args.end(), is_text) &&
      std::any_of(args.begin(), args.end(), is_other)) {
    return Status::Invalid("texts and other values do not compare; cast one of them");
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, FirstOfCommonType(args));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*function.type));
  return function;
}

constexpr Notation InfixComparison(std::string_view symbol) {
  return {.form = Notation::Form::kInfix, .symbol = symbol, .precedence = Precedence::kComparison};
}

constexpr Function kComparisonFunctions[] = {
    {.name = "eq",
     .signature = "a = b",
     .help = "equal; NaN equals NaN",
     .example = "1 = 1.0",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = kTotal,
     .notation = InfixComparison("=")},
    {.name = "ne",
     .signature = "a <> b",
     .help = "not equal",
     .example = "'free' <> 'paid'",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = kTotal,
     .notation = InfixComparison("<>")},
    {.name = "lt",
     .signature = "a < b",
     .help = "less; NaN is the greatest number",
     .example = "DATE '2024-02-29' < DATE '2024-03-01'",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = kTotal,
     .notation = InfixComparison("<")},
    {.name = "le",
     .signature = "a <= b",
     .help = "less or equal",
     .example = "2 <= 2",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = kTotal,
     .notation = InfixComparison("<=")},
    {.name = "gt",
     .signature = "a > b",
     .help = "greater",
     .example = "'lake' > 'tarn'",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = kTotal,
     .notation = InfixComparison(">")},
    {.name = "ge",
     .signature = "a >= b",
     .help = "greater or equal",
     .example = "2.5 >= 3",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = kTotal,
     .notation = InfixComparison(">=")},
    {.name = "null_safe_eq",
     .aliases = {"equal_null"},
     .signature = "a IS NOT DISTINCT FROM b",
     .help = "equal, or both NULL",
     .example = "NULL IS NOT DISTINCT FROM NULL",
     .num_args = {2, 2},
     .resolve = Comparison,
     .traits = {.may_fail = false, .nullability = Nullability::kNever, .null_in_null_out = false},
     .notation = InfixComparison("IS NOT DISTINCT FROM")},
    {.name = "in",
     .signature = "a IN (b, …)",
     .help = "equal to one of the list",
     .example = "'pop' IN ('rock', 'pop')",
     .num_args = {2, Function::kVariadic},
     .resolve = Comparison,
     .traits = {.may_fail = false, .null_in_null_out = false},
     .notation = {.form = Notation::Form::kList,
                  .symbol = "IN",
                  .negated = "NOT IN",
                  .precedence = Precedence::kComparison}},
    {.name = "is_null",
     .aliases = {"isnull"},
     .signature = "a IS NULL",
     .help = "whether a is NULL",
     .example = "nullif(1, 1) IS NULL",
     .num_args = {1, 1},
     .resolve = IsNull,
     .traits = {.may_fail = false, .nullability = Nullability::kNever, .null_in_null_out = false},
     .notation = {.form = Notation::Form::kSuffix,
                  .symbol = "IS NULL",
                  .negated = "IS NOT NULL",
                  .precedence = Precedence::kComparison}},
    {.name = "not",
     .signature = "NOT a",
     .help = "true when a is false",
     .example = "NOT 1 > 2",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Boolean)>,
     .traits = kTotal,
     .notation = {.form = Notation::Form::kPrefix,
                  .symbol = "NOT",
                  .precedence = Precedence::kNot}},
    {.name = "nullif",
     .signature = "nullif(a, b)",
     .help = "NULL when a = b, else a",
     .example = "nullif('n/a', 'n/a')",
     .num_args = {2, 2},
     .resolve = NullIf,
     .rewrite = NullIfMixed,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways, .null_in_null_out = false}},
    {.name = "greatest",
     .signature = "greatest(a, b, …)",
     .help = "the greatest, NULLs left out",
     .example = "greatest(3, NULL, 7)",
     .num_args = {2, Function::kVariadic},
     .resolve = ExtremeOf,
     .traits = {.may_fail = false,
                .nullability = Nullability::kResolved,
                .null_in_null_out = false}},
    {.name = "least",
     .signature = "least(a, b, …)",
     .help = "the least, NULLs left out",
     .example = "least(3, NULL, 7)",
     .num_args = {2, Function::kVariadic},
     .resolve = ExtremeOf,
     .traits = {.may_fail = false,
                .nullability = Nullability::kResolved,
                .null_in_null_out = false}},
};

}  // namespace

constinit const Function& kEq = FunctionNamed(kComparisonFunctions, "eq");
constinit const Function& kNe = FunctionNamed(kComparisonFunctions, "ne");
constinit const Function& kLt = FunctionNamed(kComparisonFunctions, "lt");
constinit const Function& kLe = FunctionNamed(kComparisonFunctions, "le");
constinit const Function& kGt = FunctionNamed(kComparisonFunctions, "gt");
constinit const Function& kGe = FunctionNamed(kComparisonFunctions, "ge");
constinit const Function& kNullSafeEq = FunctionNamed(kComparisonFunctions, "null_safe_eq");
constinit const Function& kIn = FunctionNamed(kComparisonFunctions, "in");
constinit const Function& kNullIf = FunctionNamed(kComparisonFunctions, "nullif");
constinit const Function& kIsNull = FunctionNamed(kComparisonFunctions, "is_null");
constinit const Function& kNot = FunctionNamed(kComparisonFunctions, "not");

std::span<const Function> ComparisonFunctions() { return kComparisonFunctions; }

}  // namespace tarn::plan
