#include "plan/function_table_internal.h"

// Functions that choose between values.
namespace tarn::plan {
namespace {

bool AllNullable(const Arguments& args) {
  return std::all_of(args.begin(), args.end(), [](const Argument& arg) { return arg.nullable; });
}

Result<ResolvedFunction> Coalesce(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(function.type, CommonTypeOfAll(args));
  function.arg_types.assign(args.size(), function.type);
  function.nullable = AllNullable(args);
  return function;
}

Result<ResolvedFunction> NullIf(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(TypePtr common, CommonTypeOfAll(args));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*common));
  function.type = args[0].type->id() == arrow::Type::NA ? common : args[0].type;
  // The kernel compares as the common type and gives back the first argument.
  function.arg_types = {function.type, common};
  if (!common->Equals(*function.type) && !IsNumeric(*function.type)) {
    return Status::Invalid("both arguments must have one type; cast one of them");
  }
  function.nullable = true;
  return function;
}

// greatest and least: text is compared with nothing but text.
Result<ResolvedFunction> Extreme(const Arguments& args) {
  auto is_text = [](const Argument& arg) { return arg.type->id() == arrow::Type::STRING; };
  auto is_other = [&](const Argument& arg) {
    return !is_text(arg) && arg.type->id() != arrow::Type::NA;
  };
  if (std::any_of(args.begin(), args.end(), is_text) &&
      std::any_of(args.begin(), args.end(), is_other)) {
    return Status::Invalid("texts and other values do not compare; cast one of them");
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, Coalesce(args));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*function.type));
  return function;
}

// A condition (`tests_boolean`) or a value to test, then two values of a common type.
Resolver Choice(bool tests_boolean) {
  return [tests_boolean](const Arguments& args) -> Result<ResolvedFunction> {
    ResolvedFunction function;
    const arrow::Type::type condition = args[0].type->id();
    if (tests_boolean && condition != arrow::Type::BOOL && condition != arrow::Type::NA) {
      return WrongType(0, *args[0].type, "BOOLEAN");
    }
    ARROW_ASSIGN_OR_RAISE(function.type, CommonTypeOfAll(args, 1));
    function.arg_types = {tests_boolean ? TypePtr(arrow::boolean()) : args[0].type, function.type,
                          function.type};
    function.nullable = args[1].nullable || args[2].nullable;
    return function;
  };
}

}  // namespace

std::span<const FunctionRow> ConditionalRows() {
  static const std::vector<FunctionRow> kRows = {
      {{"coalesce", "ifnull", "nvl"},
       "coalesce(a, b, …)",
       "the first that is not NULL",
       1,
       kVariadic,
       Coalesce},
      {{"nullif"}, "nullif(a, b)", "NULL when a = b, else a", 2, 2, NullIf},
      {{"if"}, "if(condition, a, b)", "a when the condition is true, else b", 3, 3, Choice(true)},
      {{"nvl2"}, "nvl2(a, b, c)", "b when a is not NULL, else c", 3, 3, Choice(false)},
      {{"greatest"}, "greatest(a, b, …)", "the greatest, NULLs left out", 2, kVariadic, Extreme},
      {{"least"}, "least(a, b, …)", "the least, NULLs left out", 2, kVariadic, Extreme},
  };
  return kRows;
}

}  // namespace tarn::plan
