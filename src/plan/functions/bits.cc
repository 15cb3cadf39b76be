#include "plan/functions/family_internal.h"

// Operators and functions on the bits of whole numbers.
namespace tarn::plan {
namespace {

bool IsUntyped(const Argument& arg) { return arg.type->id() == arrow::Type::NA; }
bool IsText(const Argument& arg) { return arg.type->id() == arrow::Type::STRING; }

// & | ^ of whole numbers; text beside one is read as a BIGINT.
Result<ResolvedFunction> BothIntegers(const Arguments& args) {
  for (size_t i = 0; i < args.size(); ++i) {
    const bool is_read = IsText(args[i]) && IsInteger(*args[1 - i].type);
    if (!is_read && !IsUntyped(args[i]) && !IsInteger(*args[i].type)) {
      return WrongType(i, *args[i].type, "a whole number");
    }
  }
  ARROW_ASSIGN_OR_RAISE(TypePtr type, CommonTypeOfAll(args));
  if (type->id() == arrow::Type::NA) type = arrow::int32();
  ResolvedFunction function;
  function.arg_types = {type, type};
  function.type = type;
  return function;
}

Result<ResolvedFunction> OneInteger(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number"));
  const TypePtr type = IsUntyped(args[0]) ? TypePtr(arrow::int32()) : args[0].type;
  return TakeTypes(args, {type}, type);
}

// Everything but a BIGINT is shifted as an INT.
Result<ResolvedFunction> Shift(const Arguments& args) {
  const bool is_long = args[0].type->id() == arrow::Type::INT64;
  const TypePtr type = is_long ? TypePtr(arrow::int64()) : TypePtr(arrow::int32());
  return TakeTypes(args, {type, arrow::int32()}, type);
}

Result<ResolvedFunction> BitCount(const Arguments& args) {
  if (args[0].type->id() == arrow::Type::BOOL) {
    return TakeTypes(args, {arrow::boolean()}, arrow::int32());
  }
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number or a BOOLEAN"));
  return Takes<Int(BigInt)>(args);
}

Result<ResolvedFunction> BitGet(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number"));
  const TypePtr type = IsUntyped(args[0]) ? TypePtr(arrow::int32()) : args[0].type;
  return TakeTypes(args, {type, arrow::int32()}, arrow::int8());
}

Result<ResolvedFunction> BitmapCount(const Arguments& args) {
  if (args[0].type->id() != arrow::Type::BINARY) return WrongType(0, *args[0].type, "BINARY");
  return TakeTypes(args, {args[0].type}, arrow::int64());
}

constexpr Function kBitFunctions[] = {
    {.name = "bitwise_and",
     .signature = "a & b",
     .help = "the bits that both have",
     .example = "12 & 10",
     .num_args = {2, 2},
     .resolve = BothIntegers,
     .traits = kTotal,
     .notation = Infix("&", Precedence::kBitAnd)},
    {.name = "bitwise_or",
     .signature = "a | b",
     .help = "the bits that one of them has",
     .example = "12 | 10",
     .num_args = {2, 2},
     .resolve = BothIntegers,
     .traits = kTotal,
     .notation = Infix("|", Precedence::kBitOr)},
    {.name = "bitwise_xor",
     .signature = "a ^ b",
     .help = "the bits that exactly one of them has",
     .example = "12 ^ 10",
     .num_args = {2, 2},
     .resolve = BothIntegers,
     .traits = kTotal,
     .notation = Infix("^", Precedence::kBitXor)},
    {.name = "bitwise_not",
     .signature = "~a",
     .help = "every bit the other way round",
     .example = "~5",
     .num_args = {1, 1},
     .resolve = OneInteger,
     .traits = kTotal,
     .notation = {.form = Notation::Form::kPrefix,
                  .symbol = "~",
                  .precedence = Precedence::kUnary}},
    {.name = "shiftleft",
     .signature = "a << bits or shiftleft(a, bits INT)",
     .help = "bits moved up; of the count, the low 5 bits count for an INT, 6 for a BIGINT",
     .example = "1 << 4",
     .num_args = {2, 2},
     .resolve = Shift,
     .traits = kTotal,
     .notation = Infix("<<", Precedence::kShift)},
    {.name = "shiftright",
     .signature = "a >> bits or shiftright(a, bits INT)",
     .help = "bits moved down, the sign kept",
     .example = "-16 >> 2",
     .num_args = {2, 2},
     .resolve = Shift,
     .traits = kTotal,
     .notation = Infix(">>", Precedence::kShift)},
    {.name = "shiftrightunsigned",
     .signature = "a >>> bits or shiftrightunsigned(a, bits INT)",
     .help = "bits moved down, zeros put in",
     .example = "-16 >>> 28",
     .num_args = {2, 2},
     .resolve = Shift,
     .traits = kTotal,
     .notation = Infix(">>>", Precedence::kShift)},
    {.name = "bit_count",
     .signature = "bit_count(x)",
     .help = "number of bits set in a whole number as a BIGINT, or in a BOOLEAN",
     .example = "bit_count(255)",
     .num_args = {1, 1},
     .resolve = BitCount,
     .traits = kTotal},
    {.name = "bit_get",
     .aliases = {"getbit"},
     .signature = "bit_get(x, position INT)",
     .help = "the bit at a position, counted from 0 at the low end",
     .example = "bit_get(5, 2)",
     .num_args = {2, 2},
     .resolve = BitGet},
    {.name = "bitmap_bit_position",
     .signature = "bitmap_bit_position(BIGINT)",
     .help = "place of a number within its bitmap of 32,768 bits",
     .example = "bitmap_bit_position(40000)",
     .num_args = {1, 1},
     .resolve = Takes<BigInt(BigInt)>,
     .traits = kTotal},
    {.name = "bitmap_bucket_number",
     .signature = "bitmap_bucket_number(BIGINT)",
     .help = "number of the bitmap that a number falls into",
     .example = "bitmap_bucket_number(40000)",
     .num_args = {1, 1},
     .resolve = Takes<BigInt(BigInt)>,
     .traits = kTotal},
    {.name = "bitmap_count",
     .signature = "bitmap_count(BINARY)",
     .help = "number of bits set",
     .example = "bitmap_count(unhex('0F01'))",
     .num_args = {1, 1},
     .resolve = BitmapCount,
     .traits = kTotal},
};

}  // namespace

std::span<const Function> BitFunctions() { return kBitFunctions; }

}  // namespace tarn::plan
