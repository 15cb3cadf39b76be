#include "plan/functions/family_internal.h"
#include "plan/resolve_call.h"

// Text as bytes and bytes as text.
namespace tarn::plan {
namespace {

// to_binary(text[, format]): the format is a literal.
Result<ResolvedFunction> ToBinary(const Arguments& args) {
  if (args.size() == 2 && !args[1].is_literal) {
    return Status::Invalid("the format must be a literal: 'hex', 'base64' or 'utf-8'");
  }
  return Takes<Bytes(String, String)>(args);
}

Result<ResolvedFunction> Decode(const Arguments& args) {
  if (args.size() != 2) return Status::Invalid("not bytes and their charset");
  return Takes<String(Bytes, String)>(args);
}

// decode(x, a, value, …[, default]): NULL equals NULL.
Result<ExprPtr> ChooseByEquality(const std::vector<ExprPtr>& args, const sql::Location& at) {
  if (args.size() == 2) return ExprPtr();
  std::vector<ExprPtr> conditions, values;
  size_t next = 1;
  for (; next + 1 < args.size(); next += 2) {
    ARROW_ASSIGN_OR_RAISE(conditions.emplace_back(),
                          ResolveCall("null_safe_eq", {args[0], args[next]}, at));
    values.push_back(args[next + 1]);
  }
  values.push_back(next < args.size() ? args[next]
                                      : MakeLiteral(std::make_shared<arrow::NullScalar>(), at));
  Result<TypePtr> common = CommonTypeOfAll(ArgumentsOf(values));
  if (common.ok()) return MakeCase(conditions, values, *common, at);
  return MakeError(ErrorKind::kBadInput, "the values have no common type", "CAST them to one type");
}

constexpr Function kEncodingFunctions[] = {
    {.name = "base64",
     .signature = "base64(BINARY)",
     .help = "as Base64, in lines of 76 characters",
     .example = "base64('tarn')",
     .num_args = {1, 1},
     .resolve = Takes<String(Bytes)>},
    {.name = "unbase64",
     .signature = "unbase64(STRING)",
     .help = "the bytes of Base64",
     .example = "unbase64('dGFybg==')",
     .num_args = {1, 1},
     .resolve = Takes<Bytes(String)>},
    {.name = "to_base32",
     .signature = "to_base32(BINARY)",
     .help = "as Base32",
     .example = "to_base32('tarn')",
     .num_args = {1, 1},
     .resolve = Takes<String(Bytes)>},
    {.name = "from_base32",
     .signature = "from_base32(STRING)",
     .help = "the bytes of Base32",
     .example = "from_base32('ORQXE3Q=')",
     .num_args = {1, 1},
     .resolve = Takes<Bytes(String)>},
    {.name = "encode",
     .signature = "encode(STRING, charset STRING)",
     .help = "as bytes of iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32 or utf-8",
     .example = "encode('né', 'utf-8')",
     .num_args = {2, 2},
     .resolve = Takes<Bytes(String, String)>},
    {.name = "decode",
     .signature = "decode(BINARY, charset STRING)",
     .help = "the text of such bytes; decode(x, a, value, …[, default]) chooses by equality",
     .example = "decode(unhex('6EC3A9'), 'utf-8')",
     .num_args = {2, Function::kVariadic},
     .resolve = Decode,
     .rewrite = ChooseByEquality},
    {.name = "is_valid_utf8",
     .signature = "is_valid_utf8(STRING)",
     .help = "whether the bytes are UTF-8",
     .example = "is_valid_utf8(string(unhex('61FF')))",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(String)>,
     .traits = {.may_fail = false}},
    {.name = "make_valid_utf8",
     .signature = "make_valid_utf8(STRING)",
     .help = "with U+FFFD for bytes that are not UTF-8",
     .example = "make_valid_utf8(string(unhex('61FF')))",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>},
    {.name = "validate_utf8",
     .signature = "validate_utf8(STRING)",
     .help = "itself; an error where bytes are not UTF-8",
     .example = "validate_utf8('né')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>},
    {.name = "try_validate_utf8",
     .signature = "try_validate_utf8(STRING)",
     .help = "itself; NULL where bytes are not UTF-8",
     .example = "try_validate_utf8(string(unhex('61FF')))",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "to_binary",
     .signature = "to_binary(STRING[, format STRING])",
     .help = "the bytes of 'hex', 'base64' or 'utf-8'",
     .example = "to_binary('7461726E', 'hex')",
     .num_args = {1, 2},
     .resolve = ToBinary,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "try_to_binary",
     .signature = "try_to_binary(STRING[, format STRING])",
     .help = "as to_binary, NULL where the text is malformed",
     .example = "try_to_binary('tarn', 'hex')",
     .num_args = {1, 2},
     .resolve = ToBinary,
     .traits = {.nullability = Nullability::kAlways}},
};

}  // namespace

std::span<const Function> EncodingFunctions() { return kEncodingFunctions; }

}  // namespace tarn::plan
