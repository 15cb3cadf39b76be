#include "pipeline/ddl.h"
#include "plan/function_table_internal.h"

// What the operators of SQL are called with: arithmetic, comparison, logic.
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

Resolver Arithmetic(char op) {
  return [op](const Arguments& args) -> Result<ResolvedFunction> {
    ARROW_RETURN_NOT_OK(CheckOneIsNoText(args));
    Arguments operands = args;
    for (size_t i = 0; i < 2; ++i) {
      ARROW_ASSIGN_OR_RAISE(operands[i].type, NumericOperand(args, i));
    }
    const TypePtr& left = operands[0].type;
    const TypePtr& right = operands[1].type;
    ResolvedFunction function;
    function.nullable = AnyNullable(args);
    bool decimal =
        (IsDecimal(*left) || IsDecimal(*right)) && !IsFloating(*left) && !IsFloating(*right);
    if (decimal) {
      function.arg_types = {DecimalOperand(operands[0]), DecimalOperand(operands[1])};
      function.type = DecimalResult(op, *function.arg_types[0], *function.arg_types[1]);
      return function;
    }
    function.type = op == '/' ? TypePtr(arrow::float64()) : CommonType(left, right);
    function.arg_types = {function.type, function.type};
    return function;
  };
}

// Whole numbers, or decimals as they are: a fraction counts until the quotient's is dropped.
Result<ResolvedFunction> IntegerDivision(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckOneIsNoText(args));
  Arguments operands = args;
  for (size_t i = 0; i < 2; ++i) {
    ARROW_ASSIGN_OR_RAISE(operands[i].type, NumericOperand(args, i));
    if (IsFloating(*operands[i].type)) {
      return WrongType(i, *args[i].type, "a whole number or a DECIMAL");
    }
  }
  if (!IsDecimal(*operands[0].type) && !IsDecimal(*operands[1].type)) {
    return Takes({arrow::int64(), arrow::int64()}, arrow::int64())(args);
  }
  ResolvedFunction function;
  function.nullable = AnyNullable(args);
  function.arg_types = {DecimalOperand(operands[0]), DecimalOperand(operands[1])};
  function.type = arrow::int64();
  return function;
}

Result<ResolvedFunction> Negation(const Arguments& args) {
  TypePtr type = IsNumeric(*args[0].type) ? args[0].type : arrow::float64();
  return Takes({type}, type)(args);
}

Resolver Comparison(bool null_safe) {
  return [null_safe](const Arguments& args) -> Result<ResolvedFunction> {
    ARROW_ASSIGN_OR_RAISE(TypePtr common, CommonTypeOfAll(args));
    ARROW_RETURN_NOT_OK(CheckHasOrder(*common));
    ResolvedFunction function;
    function.arg_types.assign(args.size(), common);
    function.type = arrow::boolean();
    function.nullable = !null_safe && AnyNullable(args);
    return function;
  };
}

Result<ResolvedFunction> IsNull(const Arguments& args) {
  ResolvedFunction function;
  function.arg_types = {args[0].type};
  function.type = arrow::boolean();
  function.nullable = false;
  return function;
}

FunctionRow Row(std::string name, std::string signature, std::string help, int num_args,
                Resolver resolve, int num_args_max = 0) {
  return {{std::move(name)},
          std::move(signature),
          std::move(help),
          num_args,
          std::max(num_args, num_args_max),
          std::move(resolve)};
}

}  // namespace

std::span<const FunctionRow> OperatorRows() {
  const TypePtr boolean = arrow::boolean(), string = arrow::utf8();
  static const std::vector<FunctionRow> kRows = {
      Row("add", "a + b", "sum; an error on overflow", 2, Arithmetic('+')),
      Row("subtract", "a - b", "difference; an error on overflow", 2, Arithmetic('-')),
      Row("multiply", "a * b", "product; an error on overflow", 2, Arithmetic('*')),
      Row("divide", "a / b", "quotient, a DOUBLE for integers; an error when b is 0", 2,
          Arithmetic('/')),
      Row("mod", "a % b", "remainder, with the sign of a; an error when b is 0", 2,
          Arithmetic('%')),
      Row("pmod", "pmod(a, b)", "remainder that is never negative for a positive b", 2,
          Arithmetic('%')),
      Row("div", "div(a, b)", "quotient without its fraction, a BIGINT", 2, IntegerDivision),
      Row("negate", "-a", "a with the other sign", 1, Negation),
      Row("eq", "a = b", "equal; NaN equals NaN", 2, Comparison(false)),
      Row("ne", "a <> b", "not equal", 2, Comparison(false)),
      Row("lt", "a < b", "less; NaN is the greatest number", 2, Comparison(false)),
      Row("le", "a <= b", "less or equal", 2, Comparison(false)),
      Row("gt", "a > b", "greater", 2, Comparison(false)),
      Row("ge", "a >= b", "greater or equal", 2, Comparison(false)),
      Row("null_safe_eq", "a IS NOT DISTINCT FROM b", "equal, or both NULL", 2, Comparison(true)),
      Row("in", "a IN (b, …)", "equal to one of the list", 2, Comparison(false), kVariadic),
      Row("is_null", "a IS NULL", "whether a is NULL", 1, IsNull),
      Row("and", "a AND b", "true when both are", 2, TakesAll(boolean, boolean), kVariadic),
      Row("or", "a OR b", "true when one is", 2, TakesAll(boolean, boolean), kVariadic),
      Row("not", "NOT a", "true when a is false", 1, Takes({boolean}, boolean)),
      Row("like", "a LIKE pattern", "% is any text, _ one character, \\ makes the next one plain",
          2, Takes({string, string}, boolean)),
      Row("ilike", "a ILIKE pattern", "LIKE without case", 2, Takes({string, string}, boolean)),
  };
  return kRows;
}

}  // namespace tarn::plan
