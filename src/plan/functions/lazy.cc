#include "plan/functions/family_internal.h"
#include "plan/known_functions.h"

// Functions that evaluate an argument only for the rows that need it.
namespace tarn::plan {
namespace {

// A condition or a value to test, then two values of a common type.
Result<ResolvedFunction> Choice(const TypePtr& condition, const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(function.type, CommonTypeOfAll(args, 1));
  function.arg_types = {condition, function.type, function.type};
  function.nullable = args[1].nullable || args[2].nullable;
  return function;
}

Result<ResolvedFunction> If(const Arguments& args) {
  const arrow::Type::type condition = args[0].type->id();
  if (condition != arrow::Type::BOOL && condition != arrow::Type::NA) {
    return WrongType(0, *args[0].type, "BOOLEAN");
  }
  return Choice(arrow::boolean(), args);
}

Result<ResolvedFunction> Nvl2(const Arguments& args) { return Choice(args[0].type, args); }

constexpr FunctionTraits kLazyTraits = {.may_fail = false, .lazy = true, .null_in_null_out = false};
constexpr FunctionTraits kChoiceTraits = {.may_fail = false,
                                          .nullability = Nullability::kResolved,
                                          .lazy = true,
                                          .null_in_null_out = false};

constexpr Function kLazyFunctions[] = {
    {.name = "and",
     .signature = "a AND b",
     .help = "true when both are",
     .example = "1 < 2 AND 2 < 3",
     .num_args = {2, Function::kVariadic},
     .resolve = TakesAll<Boolean(Boolean)>,
     .traits = kLazyTraits,
     .notation = {.form = Notation::Form::kInfix, .symbol = "AND", .precedence = Precedence::kAnd}},
    {.name = "or",
     .signature = "a OR b",
     .help = "true when one is",
     .example = "1 < 2 OR NULL",
     .num_args = {2, Function::kVariadic},
     .resolve = TakesAll<Boolean(Boolean)>,
     .traits = kLazyTraits,
     .notation = {.form = Notation::Form::kInfix, .symbol = "OR", .precedence = Precedence::kOr}},
    {.name = "coalesce",
     .aliases = {"ifnull", "nvl"},
     .signature = "coalesce(a, b, …)",
     .help = "the first that is not NULL",
     .example = "coalesce(NULL, 'free')",
     .num_args = {1, Function::kVariadic},
     .resolve = FirstOfCommonType,
     .traits = kChoiceTraits},
    {.name = "if",
     .signature = "if(condition, a, b)",
     .help = "a when the condition is true, else b",
     .example = "if(3 > 2, 'more', 'less')",
     .num_args = {3, 3},
     .resolve = If,
     .traits = kChoiceTraits},
    {.name = "nvl2",
     .signature = "nvl2(a, b, c)",
     .help = "b when a is not NULL, else c",
     .example = "nvl2(NULL, 'known', 'unknown')",
     .num_args = {3, 3},
     .resolve = Nvl2,
     .traits = kChoiceTraits},
};

}  // namespace

constinit const Function& kAnd = FunctionNamed(kLazyFunctions, "and");
constinit const Function& kOr = FunctionNamed(kLazyFunctions, "or");
constinit const Function& kCoalesce = FunctionNamed(kLazyFunctions, "coalesce");
constinit const Function& kIf = FunctionNamed(kLazyFunctions, "if");
constinit const Function& kNvl2 = FunctionNamed(kLazyFunctions, "nvl2");

std::span<const Function> LazyFunctions() { return kLazyFunctions; }

}  // namespace tarn::plan
