#include "pipeline/ddl.h"
#include "plan/functions/temporal_arithmetic_internal.h"
#include "values/interval.h"

// Arithmetic operators.
namespace tarn::plan {
namespace {

// Spark's result types of decimal arithmetic, by operand precisions and scales.
TypePtr DecimalResult(char op, const arrow::DataType& left, const arrow::DataType& right) {
  const auto& a = static_cast<const arrow::DecimalType&>(left);
  const auto& b = static_cast<const arrow::DecimalType&>(right);
  int p1 = a.precision(), s1 = a.scale(), p2 = b.precision(), s2 = b.scale();
  int whole = std::max(p1 - s1, p2 - s2), scale = std::max(s1, s2);
  switch (op) {
    case '*':
      return BoundedDecimal(p1 + p2 + 1, s1 + s2);
    case '/': {
      int quotient_scale = std::max(6, s1 + p2 + 1);
      return BoundedDecimal(p1 - s1 + s2 + quotient_scale, quotient_scale);
    }
    case '%':
      return BoundedDecimal(std::min(p1 - s1, p2 - s2) + scale, scale);
    default:
      return BoundedDecimal(whole + scale + 1, scale);
  }
}

int NumDigits(int64_t value) {
  std::string digits = std::to_string(value);
  return static_cast<int>(digits.size()) - (value < 0 ? 1 : 0);
}

// Beside a DECIMAL, the literal 2 is a DECIMAL(1, 0); CAST(2 AS INT) has the ten digits of an INT.
TypePtr DecimalOperand(const Argument& arg) {
  if (IsDecimal(*arg.type)) return arg.type;
  if (arg.integer.has_value() && !arg.is_cast) return arrow::decimal128(NumDigits(*arg.integer), 0);
  return DecimalOf(*arg.type);
}

// What an operand counts as: a string is read as a number of the other side's kind.
Result<TypePtr> NumericOperand(const Arguments& args, size_t i) {
  const TypePtr& type = args[i].type;
  const TypePtr& other = args[1 - i].type;
  if (IsNumeric(*type)) return type;
  bool untyped = type->id() == arrow::Type::NA || type->id() == arrow::Type::STRING;
  if (!untyped) return WrongType(i, *type, "a number");
  if (type->id() == arrow::Type::NA) return IsNumeric(*other) ? other : TypePtr(arrow::float64());
  return IsInteger(*other) ? TypePtr(arrow::int64()) : TypePtr(arrow::float64());
}

// Text beside what is no number: Spark has no number that the text would be read as.
Status CheckOneIsNoText(const Arguments& args) {
  auto is_text = [](const Argument& arg) { return arg.type->id() == arrow::Type::STRING; };
  auto is_number = [](const Argument& arg) { return IsNumeric(*arg.type); };
  if (std::none_of(args.begin(), args.end(), is_text)) return Status::OK();
  if (std::any_of(args.begin(), args.end(), is_number)) return Status::OK();
  return WrongType(is_text(args[0]) ? 0 : 1, *arrow::utf8(), "a number");
}

template <char kOperator>
Result<ResolvedFunction> Arithmetic(const Arguments& args) {
  if (IsTemporalArithmetic(args)) return TemporalArithmetic(kOperator, args);
  ARROW_RETURN_NOT_OK(CheckOneIsNoText(args));
  Arguments operands = args;
  for (size_t i = 0; i < 2; ++i) {
    ARROW_ASSIGN_OR_RAISE(operands[i].type, NumericOperand(args, i));
  }
  const TypePtr& left = operands[0].type;
  const TypePtr& right = operands[1].type;
  ResolvedFunction function;
  bool decimal =
      (IsDecimal(*left) || IsDecimal(*right)) && !IsFloating(*left) && !IsFloating(*right);
  if (decimal) {
    function.arg_types = {DecimalOperand(operands[0]), DecimalOperand(operands[1])};
    function.type = DecimalResult(kOperator, *function.arg_types[0], *function.arg_types[1]);
    return function;
  }
  function.type = kOperator == '/' ? TypePtr(arrow::float64()) : CommonType(left, right);
  function.arg_types = {function.type, function.type};
  return function;
}

// Whole numbers, or decimals as they are: a fraction counts until the quotient's is dropped.
Result<ResolvedFunction> IntegerDivision(const Arguments& args) {
  if (IsTemporalArithmetic(args)) return QuotientOfIntervals(args);
  ARROW_RETURN_NOT_OK(CheckOneIsNoText(args));
  Arguments operands = args;
  for (size_t i = 0; i < 2; ++i) {
    ARROW_ASSIGN_OR_RAISE(operands[i].type, NumericOperand(args, i));
    if (IsFloating(*operands[i].type)) {
      return WrongType(i, *args[i].type, "a whole number or a DECIMAL");
    }
  }
  if (!IsDecimal(*operands[0].type) && !IsDecimal(*operands[1].type)) {
    return Takes<BigInt(BigInt, BigInt)>(args);
  }
  ResolvedFunction function;
  function.arg_types = {DecimalOperand(operands[0]), DecimalOperand(operands[1])};
  function.type = arrow::int64();
  return function;
}

Result<ResolvedFunction> SameNumber(const Arguments& args) {
  const bool is_same = IsNumeric(*args[0].type) || IsInterval(*args[0].type);
  TypePtr type = is_same ? args[0].type : arrow::float64();
  return TakeTypes(args, {type}, type);
}

// -a: an interval without fields too.
Result<ResolvedFunction> Negated(const Arguments& args) {
  const TypePtr& type = args[0].type;
  return IsCalendarInterval(*type) ? TakeTypes(args, {type}, type) : SameNumber(args);
}

constexpr FunctionTraits kDivision = {.last_argument_first = true};
constexpr FunctionTraits kTryDivision = {
    .may_fail = false, .nullability = Nullability::kAlways, .last_argument_first = true};

constexpr Function kArithmeticFunctions[] = {
    {.name = "add",
     .signature = "a + b",
     .help =
         "sum; an error on overflow. Of a DATE and days, a moment and an INTERVAL, two INTERVALs",
     .example = "DATE '2024-02-28' + 2",
     .num_args = {2, 2},
     .resolve = Arithmetic<'+'>,
     .notation = Infix("+", Precedence::kSum)},
    {.name = "subtract",
     .signature = "a - b",
     .help = "difference; an error on overflow. Of moments an INTERVAL",
     .example = "7 - 10",
     .num_args = {2, 2},
     .resolve = Arithmetic<'-'>,
     .notation = Infix("-", Precedence::kSum)},
    {.name = "multiply",
     .signature = "a * b",
     .help = "product; an error on overflow",
     .example = "1.5 * 2.25",
     .num_args = {2, 2},
     .resolve = Arithmetic<'*'>,
     .notation = Infix("*", Precedence::kProduct)},
    {.name = "divide",
     .signature = "a / b",
     .help = "quotient, a DOUBLE for integers; an error when b is 0",
     .example = "7 / 2",
     .num_args = {2, 2},
     .resolve = Arithmetic<'/'>,
     .traits = kDivision,
     .notation = Infix("/", Precedence::kProduct)},
    {.name = "mod",
     .signature = "a % b",
     .help = "remainder, with the sign of a; an error when b is 0",
     .example = "-7 % 3",
     .num_args = {2, 2},
     .resolve = Arithmetic<'%'>,
     .traits = kDivision,
     .notation = Infix("%", Precedence::kProduct)},
    {.name = "pmod",
     .signature = "pmod(a, b)",
     .help = "remainder that is never negative for a positive b",
     .example = "pmod(-7, 3)",
     .num_args = {2, 2},
     .resolve = Arithmetic<'%'>,
     .traits = kDivision},
    {.name = "div",
     .signature = "div(a, b)",
     .help = "quotient without its fraction, a BIGINT",
     .example = "div(7, 2)",
     .num_args = {2, 2},
     .resolve = IntegerDivision,
     .traits = kDivision},
    {.name = "negate",
     .aliases = {"negative"},
     .signature = "-a",
     .help = "a with the other sign",
     .example = "-(3 - 5)",
     .num_args = {1, 1},
     .resolve = Negated,
     .notation = {.form = Notation::Form::kPrefix,
                  .symbol = "-",
                  .precedence = Precedence::kUnary}},
    {.name = "try_add",
     .signature = "try_add(a, b)",
     .help = "a + b, NULL on overflow",
     .example = "try_add(2147483647, 1)",
     .num_args = {2, 2},
     .resolve = Arithmetic<'+'>,
     .traits = kMayBeNull},
    {.name = "try_subtract",
     .signature = "try_subtract(a, b)",
     .help = "a - b, NULL on overflow",
     .example = "try_subtract(tinyint(-128), tinyint(1))",
     .num_args = {2, 2},
     .resolve = Arithmetic<'-'>,
     .traits = kMayBeNull},
    {.name = "try_multiply",
     .signature = "try_multiply(a, b)",
     .help = "a * b, NULL on overflow",
     .example = "try_multiply(1000000, 1000000)",
     .num_args = {2, 2},
     .resolve = Arithmetic<'*'>,
     .traits = kMayBeNull},
    {.name = "try_divide",
     .signature = "try_divide(a, b)",
     .help = "a / b, NULL when b is 0",
     .example = "try_divide(10, 0)",
     .num_args = {2, 2},
     .resolve = Arithmetic<'/'>,
     .traits = kTryDivision},
    {.name = "try_mod",
     .signature = "try_mod(a, b)",
     .help = "a % b, NULL when b is 0",
     .example = "try_mod(10, 0)",
     .num_args = {2, 2},
     .resolve = Arithmetic<'%'>,
     .traits = kTryDivision},
    {.name = "abs",
     .signature = "abs(x)",
     .help = "x without its sign",
     .example = "abs(-2.5)",
     .num_args = {1, 1},
     .resolve = SameNumber},
};

}  // namespace

std::span<const Function> ArithmeticFunctions() { return kArithmeticFunctions; }

}  // namespace tarn::plan
