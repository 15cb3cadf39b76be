#include "plan/functions/family_internal.h"
#include "plan/resolve_call.h"
#include "values/number_format.h"

// Numbers as text of a format, and back.
namespace tarn::plan {
namespace {

Status CheckFormatIsLiteral(const Arguments& args) {
  if (args[1].is_literal) return Status::OK();
  return Status::Invalid("the format must be a literal");
}

// The number's type is that of the format; Spark's default without one.
Result<ResolvedFunction> ToNumber(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckFormatIsLiteral(args));
  if (!args[1].text.has_value()) {
    return TakeTypes(args, {arrow::utf8(), arrow::utf8()}, arrow::decimal128(10, 0));
  }
  ARROW_ASSIGN_OR_RAISE(const NumberFormat format, NumberFormat::Make(*args[1].text));
  return TakeTypes(args, {arrow::utf8(), arrow::utf8()},
                   arrow::decimal128(format.precision(), format.scale()));
}

// As Spark casts numbers to DECIMAL where no precision is asked for.
TypePtr DecimalForText(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::FLOAT:
      return arrow::decimal128(14, 7);
    case arrow::Type::DOUBLE:
      return arrow::decimal128(30, 15);
    case arrow::Type::STRING:
    case arrow::Type::NA:
      return arrow::decimal128(38, 18);
    default:
      return DecimalOf(type);
  }
}

// to_char(number, format) and to_char(bytes, format); of dates and times it is date_format.
Result<ResolvedFunction> ToChar(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckFormatIsLiteral(args));
  const TypePtr& type = args[0].type;
  if (type->id() == arrow::Type::BINARY) {
    return TakeTypes(args, {type, arrow::utf8()}, arrow::utf8());
  }
  const bool is_number =
      IsNumeric(*type) || type->id() == arrow::Type::STRING || type->id() == arrow::Type::NA;
  if (!is_number) return WrongType(0, *type, "a number, BINARY, DATE or TIMESTAMP");
  if (args[1].text.has_value()) {
    ARROW_RETURN_NOT_OK(NumberFormat::Make(*args[1].text).status());
  }
  return TakeTypes(args, {IsDecimal(*type) ? type : DecimalForText(*type), arrow::utf8()},
                   arrow::utf8());
}

Result<ExprPtr> DateToChar(const std::vector<ExprPtr>& args, const sql::Location& at) {
  const bool is_date = IsTemporal(*args[0]->type) || IsTime(*args[0]->type);
  return is_date ? ResolveCall("date_format", args, at) : ExprPtr();
}

// format_string(format, values…): values stay what they are.
Result<ResolvedFunction> FormatString(const Arguments& args) {
  std::vector<TypePtr> types;
  for (size_t i = 0; i < args.size(); ++i) {
    const arrow::Type::type id = args[i].type->id();
    if (arrow::is_nested(id) || (i > 0 && id == arrow::Type::BINARY)) {
      return WrongType(i, *args[i].type, "a text, number, BOOLEAN, date or interval");
    }
    types.push_back(i == 0 || id == arrow::Type::NA ? arrow::utf8() : args[i].type);
  }
  return TakeTypes(args, std::move(types), arrow::utf8());
}

constexpr Function kNumberFormatFunctions[] = {
    {.name = "format_string",
     .aliases = {"printf"},
     .signature = "format_string(format STRING, a, …)",
     .help = "values in a text as Java's formats have them: %s, %5d, %.2f; NULL as null",
     .example = "format_string('%s: %d plays', 'Lake', 12)",
     .num_args = {1, Function::kVariadic},
     .resolve = FormatString,
     .traits = {.null_in_null_out = false}},
    {.name = "to_number",
     .signature = "to_number(STRING, format STRING)",
     .help = "the DECIMAL that is written so: 0 and 9 are digits, also , . $ S MI PR",
     .example = "to_number('$1,234.50', '$9,999.99')",
     .num_args = {2, 2},
     .resolve = ToNumber},
    {.name = "try_to_number",
     .signature = "try_to_number(STRING, format STRING)",
     .help = "as to_number, NULL where the text is not of the format",
     .example = "try_to_number('twelve', '99')",
     .num_args = {2, 2},
     .resolve = ToNumber,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "to_char",
     .aliases = {"to_varchar"},
     .signature = "to_char(x, format STRING)",
     .help = "a number by to_number's format, a date by date_format's, BINARY by 'hex', 'base64' "
             "or 'utf-8'",
     .example = "to_char(1234.5, '9,999.99')",
     .num_args = {2, 2},
     .resolve = ToChar,
     .rewrite = DateToChar},
};

}  // namespace

std::span<const Function> NumberFormatFunctions() { return kNumberFormatFunctions; }

}  // namespace tarn::plan
