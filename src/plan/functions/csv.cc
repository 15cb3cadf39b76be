#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions/text_arguments_internal.h"
#include "plan/functions/text_schema_internal.h"
#include "values/csv_line.h"
#include "values/interval.h"

// Lines of CSV: values made of them, and they of values.
namespace tarn::plan {
namespace {

bool IsStructType(const arrow::DataType& type) { return type.id() == arrow::Type::STRUCT; }

Status CheckFlat(const arrow::DataType& type, std::string_view what) {
  for (const auto& field : type.fields()) {
    if (field->type()->num_fields() == 0) continue;
    return Status::Invalid(what, " has no ", pipeline::DdlOf(*field->type()), ": field ",
                           field->name());
  }
  return Status::OK();
}

Status CheckReadFields(const arrow::DataType& type) {
  for (const auto& field : type.fields()) {
    const arrow::DataType& read = *field->type();
    if (IsCalendarInterval(read) || read.id() == arrow::Type::NA) {
      return Status::Invalid("no ", pipeline::DdlOf(read), " is read from CSV");
    }
  }
  return CheckFlat(type, "a line of CSV");
}

Result<ResolvedFunction> FromCsv(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsTextType, "STRING"));
  ARROW_ASSIGN_OR_RAISE(const TypePtr type, SchemaArgument(args));
  if (!IsStructType(*type)) {
    return Status::Invalid("argument 2 is ", pipeline::DdlOf(*type), ", not columns or a STRUCT");
  }
  ARROW_RETURN_NOT_OK(CheckReadFields(*type));
  ARROW_ASSIGN_OR_RAISE(const TextOptions options,
                        OptionsArgument(args, 2, TextOptionsOf::kFromCsv));
  ARROW_RETURN_NOT_OK(CheckCorruptRecord(*type, options));
  return ReadText(args, type);
}

Result<ResolvedFunction> ToCsv(const Arguments& args) {
  if (!IsStructType(*args[0].type)) return WrongType(0, *args[0].type, "a STRUCT");
  ARROW_RETURN_NOT_OK(CheckFlat(*args[0].type, "a line of CSV"));
  ARROW_RETURN_NOT_OK(OptionsArgument(args, 1, TextOptionsOf::kToCsv).status());
  return WriteText(args);
}

Result<ExprPtr> SchemaOfCsv(const std::vector<ExprPtr>& args, const sql::Location& at) {
  std::string_view text;
  ARROW_ASSIGN_OR_RAISE(const TextOptions options,
                        SchemaOptions(args, TextOptionsOf::kSchemaOfCsv, &text));
  const auto fields = SplitCsvLine(text, {.separator = options.separator});
  if (fields.empty()) return Status::Invalid("argument 1 is empty");
  std::string schema = pipeline::DdlOf(*InferCsvSchema(fields));
  return MakeLiteral(std::make_shared<arrow::StringScalar>(std::move(schema)), at);
}

constexpr Function kCsvFunctions[] = {
    {.name = "from_csv",
     .signature = "from_csv(line STRING, schema STRING[, options MAP])",
     .help = "a STRUCT of the fields of CSV by a schema such as 'a INT, b STRING'; NULL for what "
             "does not fit, or an error with map('mode', 'FAILFAST')",
     .example = "from_csv('7;Lake;3,5', 'id INT, song STRING, minutes STRING', map('sep', ';'))",
     .num_args = {2, 3},
     .resolve = FromCsv,
     .traits = {.nullability = Nullability::kAlways, .reads_clock = MakesTimestamps}},
    {.name = "to_csv",
     .signature = "to_csv(STRUCT[, options MAP])",
     .help = "a STRUCT's fields as a line of CSV",
     .example = "to_csv(struct(7 AS id, 'Lake, part 1' AS song))",
     .num_args = {1, 2},
     .resolve = ToCsv,
     .traits = kMayBeNull},
    {.name = "schema_of_csv",
     .signature = "schema_of_csv(line STRING[, options MAP])",
     .help = "the schema of a constant line of CSV",
     .example = "schema_of_csv('7,Lake,3.5')",
     .num_args = {1, 2},
     .rewrite = SchemaOfCsv},
};

}  // namespace

std::span<const Function> CsvFunctions() { return kCsvFunctions; }

}  // namespace tarn::plan
