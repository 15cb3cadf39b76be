#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions/text_arguments_internal.h"

namespace tarn::plan {
namespace {

constexpr const char* kOptionsWanted = "options as map('name', 'value', …) of constants";

}  // namespace

bool IsTextType(const arrow::DataType& type) { return type.id() == arrow::Type::STRING; }

Result<TextOptions> OptionsArgument(const Arguments& args, size_t position, TextOptionsOf use) {
  if (args.size() <= position) return TextOptions();
  if (!args[position].text_map.has_value()) {
    return WrongType(position, *args[position].type, kOptionsWanted);
  }
  return ReadTextOptions(*args[position].text_map, use);
}

ResolvedFunction ReadText(const Arguments& args, TypePtr type) {
  ResolvedFunction function;
  function.arg_types = {arrow::utf8(), arrow::utf8()};
  if (args.size() > 2) function.arg_types.push_back(args[2].type);
  function.type = std::move(type);
  return function;
}

ResolvedFunction WriteText(const Arguments& args) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = arrow::utf8();
  return function;
}

Status CheckCorruptRecord(const arrow::DataType& type, const TextOptions& options) {
  if (type.id() != arrow::Type::STRUCT) return Status::OK();
  for (const auto& field : type.fields()) {
    if (field->name() == options.corrupt_record && !IsTextType(*field->type())) {
      return Status::Invalid("the field for texts that do not fit, ", field->name(),
                             ", is no STRING");
    }
  }
  return Status::OK();
}

Result<TextOptions> SchemaOptions(const std::vector<ExprPtr>& args, TextOptionsOf use,
                                  std::string_view* text) {
  const Expr& arg = *args[0];
  if (!IsLiteral(arg) || !arg.literal->is_valid || !IsTextType(*arg.type)) {
    return WrongType(0, *arg.type, "a constant text");
  }
  *text = static_cast<const arrow::StringScalar&>(*arg.literal).view();
  if (args.size() == 1) return TextOptions();
  const std::optional<TextMap> map = TextMapOf(*args[1]);
  if (!map.has_value()) {
    return WrongType(1, *args[1]->type, kOptionsWanted);
  }
  return ReadTextOptions(*map, use);
}

}  // namespace tarn::plan
