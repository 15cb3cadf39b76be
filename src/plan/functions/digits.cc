#include "plan/functions/family_internal.h"

// Digits of numbers as text, and back.
namespace tarn::plan {
namespace {

// hex: numbers as a BIGINT, bytes as they are, all else as text.
Result<ResolvedFunction> Hex(const Arguments& args) {
  const arrow::DataType& type = *args[0].type;
  if (type.id() == arrow::Type::BINARY) return TakeTypes(args, {args[0].type}, arrow::utf8());
  if (type.id() == arrow::Type::NA || IsNumeric(type)) return Takes<String(BigInt)>(args);
  return Takes<String(String)>(args);
}

Result<ResolvedFunction> Unhex(const Arguments& args) {
  return TakeTypes(args, {arrow::utf8()}, arrow::binary());
}

// Numbers keep their type: each is written with its own digits.
Result<ResolvedFunction> FormatNumber(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsNumeric, "a number"));
  const bool is_null = args[0].type->id() == arrow::Type::NA;
  const bool is_pattern = args[1].type->id() == arrow::Type::STRING;
  return TakeTypes(args,
                   {is_null ? TypePtr(arrow::float64()) : args[0].type,
                    is_pattern ? TypePtr(arrow::utf8()) : TypePtr(arrow::int32())},
                   arrow::utf8());
}

constexpr FunctionTraits kMayFailOrBeNull = {.nullability = Nullability::kAlways};

constexpr Function kDigitFunctions[] = {
    {.name = "bin",
     .signature = "bin(BIGINT)",
     .help = "binary digits, of a negative number all 64",
     .example = "bin(10)",
     .num_args = {1, 1},
     .resolve = Takes<String(BigInt)>,
     .traits = kTotal},
    {.name = "hex",
     .signature = "hex(x)",
     .help = "hexadecimal digits of a BIGINT, a BINARY or a text's UTF-8",
     .example = "hex('tarn')",
     .num_args = {1, 1},
     .resolve = Hex,
     .traits = kTotal},
    {.name = "unhex",
     .signature = "unhex(STRING)",
     .help = "the bytes of hexadecimal digits, NULL where there are others",
     .example = "unhex('7461726E')",
     .num_args = {1, 1},
     .resolve = Unhex,
     .traits = kMayBeNull},
    {.name = "conv",
     .signature = "conv(number STRING, from_base INT, to_base INT)",
     .help = "digits in another base of 2 to 36; a negative to_base reads and writes a sign",
     .example = "conv('ff', 16, 2)",
     .num_args = {3, 3},
     .resolve = Takes<String(String, Int, Int)>,
     .traits = kMayFailOrBeNull},
    {.name = "format_number",
     .signature = "format_number(x, digits INT or pattern STRING)",
     .help = "with commas and so many digits after the point, or as '#,##0.00' says; half to even",
     .example = "format_number(1234567.891, 2)",
     .num_args = {2, 2},
     .resolve = FormatNumber,
     .traits = kMayFailOrBeNull},
};

}  // namespace

std::span<const Function> DigitFunctions() { return kDigitFunctions; }

}  // namespace tarn::plan
