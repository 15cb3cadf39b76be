#include "pipeline/ddl.h"
#include "plan/functions/nested_types.h"
#include "plan/functions/text_arguments_internal.h"
#include "values/interval.h"

// What makes rows of a value. The result of each is the collection that there is a row for each
// element of.
namespace tarn::plan {
namespace {

Result<ResolvedFunction> OfCollection(TypePtr collection) {
  ResolvedFunction function;
  function.arg_types = {collection};
  function.type = std::move(collection);
  return function;
}

Result<ResolvedFunction> Explode(const Arguments& args) {
  const TypePtr& type = args[0].type;
  const bool is_collection = type->id() == arrow::Type::LIST || type->id() == arrow::Type::MAP;
  return is_collection ? OfCollection(type) : WrongType(0, *type, "an ARRAY or a MAP");
}

Result<ResolvedFunction> Inline(const Arguments& args) {
  const TypePtr& type = args[0].type;
  const bool has_fields =
      type->id() == arrow::Type::LIST && ElementOf(*type)->id() == arrow::Type::STRUCT;
  return has_fields ? OfCollection(type) : WrongType(0, *type, "an ARRAY of STRUCTs");
}

// The types of a column's values are the same: only NULL takes that of the others.
Result<ResolvedFunction> Stack(const Arguments& args) {
  if (!args[0].integer || *args[0].integer < 1 ||
      *args[0].integer > std::numeric_limits<int32_t>::max()) {
    return Status::Invalid("the number of rows is not a number from 1 to 2147483647");
  }
  const auto num_values = static_cast<int64_t>(args.size()) - 1;
  const int64_t num_columns = (num_values + *args[0].integer - 1) / *args[0].integer;
  std::vector<TypePtr> types(num_columns, arrow::null());
  for (int64_t i = 0; i < num_values; ++i) {
    TypePtr& type = types[i % num_columns];
    const TypePtr& value = args[i + 1].type;
    if (type->id() == arrow::Type::NA) type = value;
    if (value->id() != arrow::Type::NA && !SameType(*type, *value)) {
      return Status::Invalid("a column of values of different types, ", pipeline::DdlOf(*type),
                             " and ", pipeline::DdlOf(*value));
    }
  }
  ResolvedFunction function;
  function.arg_types = {arrow::int32()};
  for (int64_t i = 0; i < num_values; ++i) {
    function.arg_types.push_back(types[i % num_columns]);
  }
  arrow::FieldVector fields;
  for (const TypePtr& type : types) {
    fields.push_back(arrow::field("col" + std::to_string(fields.size()), type));
  }
  function.type = arrow::list(arrow::struct_(std::move(fields)));
  return function;
}

// Spark casts nothing to these texts, not even NULL.
Result<ResolvedFunction> JsonTuple(const Arguments& args) {
  ResolvedFunction function;
  arrow::FieldVector fields;
  for (size_t i = 0; i < args.size(); ++i) {
    if (!IsTextType(*args[i].type)) return WrongType(i, *args[i].type, "STRING");
    function.arg_types.push_back(args[i].type);
    if (i > 0) fields.push_back(arrow::field("c" + std::to_string(i - 1), arrow::utf8()));
  }
  function.type = arrow::list(arrow::struct_(std::move(fields)));
  return function;
}

constexpr Function kGeneratorFunctions[] = {
    {.name = "explode",
     .kind = FunctionKind::kGenerator,
     .signature = "explode(ARRAY or MAP) AS col",
     .help = "a row for each element, or for each entry AS (key, value); none where there is none",
     .example = "SELECT id, explode(tags) AS tag FROM VALUES (1, array('jazz', 'live')), (2, "
                "array('pop')) AS t(id, tags)",
     .num_args = {1, 1},
     .parameters = {{{"collection"}}},
     .resolve = Explode},
    {.name = "explode_outer",
     .kind = FunctionKind::kGenerator,
     .signature = "explode_outer(ARRAY or MAP) AS col",
     .help = "as explode, with a row of NULLs where there is no element",
     .example = "SELECT id, explode_outer(tags) AS tag FROM VALUES (1, array('jazz', 'live')), (2, "
                "NULL) AS t(id, tags)",
     .num_args = {1, 1},
     .parameters = {{{"collection"}}},
     .resolve = Explode},
    {.name = "posexplode",
     .kind = FunctionKind::kGenerator,
     .signature = "posexplode(ARRAY or MAP) AS (pos, col)",
     .help = "as explode, with the position before it, from 0",
     .example = "SELECT id, posexplode(pages) AS (step, page) FROM VALUES (1, array('Login', "
                "'Home')) AS t(id, pages)",
     .num_args = {1, 1},
     .parameters = {{{"collection"}}},
     .resolve = Explode},
    {.name = "posexplode_outer",
     .kind = FunctionKind::kGenerator,
     .signature = "posexplode_outer(ARRAY or MAP) AS (pos, col)",
     .help = "as posexplode, with a row of NULLs where there is no element",
     .example = "SELECT id, posexplode_outer(pages) AS (step, page) FROM VALUES (1, "
                "array('Login')), (2, NULL) AS t(id, pages)",
     .num_args = {1, 1},
     .parameters = {{{"collection"}}},
     .resolve = Explode},
    {.name = "inline",
     .kind = FunctionKind::kGenerator,
     .signature = "inline(ARRAY of STRUCTs) AS (a, …)",
     .help = "a row for each STRUCT, of its fields; none where there is none",
     .example = "SELECT inline(array(struct('Lake' AS song, 180 AS seconds), struct('Dawn' AS "
                "song, 95 AS seconds)))",
     .num_args = {1, 1},
     .parameters = {{{"input"}}},
     .resolve = Inline},
    {.name = "inline_outer",
     .kind = FunctionKind::kGenerator,
     .signature = "inline_outer(ARRAY of STRUCTs) AS (a, …)",
     .help = "as inline, with a row of NULLs where there is no STRUCT",
     .example = "SELECT id, inline_outer(songs) FROM VALUES (1, array(struct('Lake' AS song, 180 "
                "AS seconds))), (2, NULL) AS t(id, songs)",
     .num_args = {1, 1},
     .parameters = {{{"input"}}},
     .resolve = Inline},
    {.name = "json_tuple",
     .kind = FunctionKind::kGenerator,
     .signature = "json_tuple(json STRING, key STRING, …) AS (c0, …)",
     .help = "the values of an object's keys as text, NULL for what is not there; one row always",
     .example = "SELECT json_tuple('{\"id\": 7, \"song\": \"Lake\"}', 'id', 'song') AS (id, song)",
     .num_args = {2, Function::kVariadic},
     .resolve = JsonTuple,
     .traits = {.may_fail = false, .nullability = Nullability::kNever, .null_in_null_out = false}},
    {.name = "stack",
     .kind = FunctionKind::kGenerator,
     .signature = "stack(n INT, a, …) AS (col0, …)",
     .help = "n rows of the values, one row after the other, filled up with NULLs",
     .example = "SELECT stack(2, 'free', 3, 'paid', 8) AS (level, plays)",
     .num_args = {2, Function::kVariadic},
     .resolve = Stack},
};

}  // namespace

std::span<const Function> GeneratorFunctions() { return kGeneratorFunctions; }

}  // namespace tarn::plan
