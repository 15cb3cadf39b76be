#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions/text_arguments_internal.h"
#include "plan/functions/text_schema_internal.h"
#include "values/interval.h"

// Texts of JSON: parts of them, values made of them, and texts made of values.
namespace tarn::plan {
namespace {

// Spark casts nothing to these functions' texts.
template <typename Return, typename... Args>
Result<ResolvedFunction> TakeJson(const Arguments& args) {
  for (size_t i = 0; i < args.size(); ++i) {
    ARROW_RETURN_NOT_OK(CheckArgument(args, i, IsTextType, "STRING"));
  }
  return TakeTypes(args, {Args::Get()...}, Return::Get());
}

struct Strings {
  static TypePtr Get() { return arrow::list(arrow::utf8()); }
};

Status CheckReadType(const arrow::DataType& type) {
  if (IsCalendarInterval(type) || type.id() == arrow::Type::NA) {
    return Status::Invalid("no ", pipeline::DdlOf(type), " is read from JSON");
  }
  if (type.id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(type);
    if (!IsTextType(*map.key_type())) return Status::Invalid("a MAP's keys in JSON are STRING");
    return CheckReadType(*map.item_type());
  }
  for (const auto& field : type.fields()) ARROW_RETURN_NOT_OK(CheckReadType(*field->type()));
  return Status::OK();
}

bool IsNested(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRUCT || type.id() == arrow::Type::LIST ||
         type.id() == arrow::Type::MAP;
}

Result<ResolvedFunction> FromJson(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsTextType, "STRING"));
  ARROW_ASSIGN_OR_RAISE(const TypePtr type, SchemaArgument(args));
  if (!IsNested(*type)) {
    return Status::Invalid("argument 2 is ", pipeline::DdlOf(*type),
                           ", not columns, a STRUCT, an ARRAY or a MAP");
  }
  ARROW_RETURN_NOT_OK(CheckReadType(*type));
  ARROW_ASSIGN_OR_RAISE(const TextOptions options,
                        OptionsArgument(args, 2, TextOptionsOf::kFromJson));
  ARROW_RETURN_NOT_OK(CheckCorruptRecord(*type, options));
  return ReadText(args, type);
}

Status CheckWrittenType(const arrow::DataType& type) {
  if (type.id() == arrow::Type::MAP) {
    const arrow::DataType& key = *static_cast<const arrow::MapType&>(type).key_type();
    // Spark's text of other keys tells how it happens to hold them in memory.
    if (IsNested(key) || key.id() == arrow::Type::BINARY) {
      return Status::Invalid("a MAP's key in JSON is a text, not ", pipeline::DdlOf(key));
    }
  }
  for (const auto& field : type.fields()) ARROW_RETURN_NOT_OK(CheckWrittenType(*field->type()));
  return Status::OK();
}

Result<ResolvedFunction> ToJson(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsNested, "a STRUCT, an ARRAY or a MAP"));
  ARROW_RETURN_NOT_OK(CheckWrittenType(*args[0].type));
  ARROW_RETURN_NOT_OK(OptionsArgument(args, 1, TextOptionsOf::kToJson).status());
  return WriteText(args);
}

Result<ExprPtr> SchemaOfJson(const std::vector<ExprPtr>& args, const sql::Location& at) {
  std::string_view text;
  ARROW_ASSIGN_OR_RAISE(const TextOptions options,
                        SchemaOptions(args, TextOptionsOf::kSchemaOfJson, &text));
  std::optional<std::string> schema = InferJsonSchema(text, options.json_syntax);
  if (!schema.has_value()) return Status::Invalid("argument 1 is no JSON");
  return MakeLiteral(std::make_shared<arrow::StringScalar>(*std::move(schema)), at);
}

constexpr Function kJsonFunctions[] = {
    {.name = "get_json_object",
     .signature = "get_json_object(json STRING, path STRING)",
     .help = "what a path such as $.a.b[0]['c'][*] finds: a text, or JSON",
     .example = "get_json_object('{\"song\": {\"tags\": [\"jazz\", \"live\"]}}', '$.song.tags[0]')",
     .num_args = {2, 2},
     .resolve = TakeJson<String, String, String>,
     .traits = kMayBeNull},
    {.name = "json_array_length",
     .signature = "json_array_length(json STRING)",
     .help = "number of elements of an array, NULL for anything else",
     .example = "json_array_length('[3, 5, 8]')",
     .num_args = {1, 1},
     .resolve = TakeJson<Int, String>,
     .traits = kMayBeNull},
    {.name = "json_object_keys",
     .signature = "json_object_keys(json STRING)",
     .help = "the keys of an object as an ARRAY, NULL for anything else",
     .example = "json_object_keys('{\"id\": 7, \"song\": \"Lake\"}')",
     .num_args = {1, 1},
     .resolve = TakeJson<Strings, String>,
     .traits = kMayBeNull},
    {.name = "from_json",
     .signature = "from_json(json STRING, schema STRING[, options MAP])",
     .help = "the values of JSON by a schema such as 'a INT, b ARRAY<STRING>'; NULL for what does "
             "not fit, or an error with map('mode', 'FAILFAST')",
     .example =
         "from_json('{\"id\": 7, \"tags\": [\"jazz\", \"live\"]}', 'id INT, tags ARRAY<STRING>')",
     .num_args = {2, 3},
     .resolve = FromJson,
     .traits = {.nullability = Nullability::kAlways, .reads_clock = MakesTimestamps}},
    {.name = "to_json",
     .signature = "to_json(STRUCT or ARRAY or MAP[, options MAP])",
     .help = "a value as JSON; fields that are NULL are left out",
     .example = "to_json(struct(7 AS id, array('jazz', 'live') AS tags))",
     .num_args = {1, 2},
     .resolve = ToJson,
     .traits = kTotal},
    {.name = "schema_of_json",
     .signature = "schema_of_json(json STRING[, options MAP])",
     .help = "the schema of a constant text of JSON",
     .example = "schema_of_json('{\"id\": 7, \"tags\": [\"jazz\", \"live\"]}')",
     .num_args = {1, 2},
     .rewrite = SchemaOfJson},
};

}  // namespace

std::span<const Function> JsonFunctions() { return kJsonFunctions; }

}  // namespace tarn::plan
