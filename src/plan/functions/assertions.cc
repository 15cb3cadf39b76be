#include "plan/functions/family_internal.h"

// Errors that a query asks for. Their value is a NULL without a type.
namespace tarn::plan {
namespace {

Result<ResolvedFunction> AssertTrue(const Arguments& args) {
  auto is_boolean = [](const arrow::DataType& type) { return type.id() == arrow::Type::BOOL; };
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, is_boolean, "BOOLEAN"));
  return TakeTypes(args, {arrow::boolean(), arrow::utf8()}, arrow::null());
}

Result<ResolvedFunction> RaiseError(const Arguments& args) {
  return TakeTypes(args, {arrow::utf8()}, arrow::null());
}

constexpr FunctionTraits kMayFail = {
    .nullability = Nullability::kAlways, .null_in_null_out = false, .shows_arguments = false};

constexpr Function kAssertionFunctions[] = {
    {.name = "assert_true",
     .signature = "assert_true(condition BOOLEAN[, message STRING])",
     .help = "an error unless the condition is true, else NULL",
     .example = "assert_true(1 < 2, 'numbers have lost their order') IS NULL",
     .num_args = {1, 2},
     .resolve = AssertTrue,
     .traits = kMayFail},
    {.name = "raise_error",
     .signature = "raise_error(message STRING)",
     .help = "an error in every row that needs the value",
     .example = "if(1 < 2, 'fine', raise_error('numbers have lost their order'))",
     .num_args = {1, 1},
     .resolve = RaiseError,
     .traits = kMayFail},
};

}  // namespace

std::span<const Function> AssertionFunctions() { return kAssertionFunctions; }

}  // namespace tarn::plan
