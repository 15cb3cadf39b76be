#include "pipeline/ddl.h"
#include "plan/functions/nested_types.h"
#include "plan/known_functions.h"

// Functions that make MAPs and STRUCTs, and those of MAPs.
namespace tarn::plan {
namespace {

// Names come from the binder.
Result<ResolvedFunction> MakeStruct(const Arguments& args) {
  ResolvedFunction function;
  arrow::FieldVector fields;
  for (size_t i = 0; i < args.size(); ++i) {
    function.arg_types.push_back(args[i].type);
    fields.push_back(arrow::field("col" + std::to_string(i + 1), args[i].type));
  }
  function.type = arrow::struct_(fields);
  return function;
}

Result<ResolvedFunction> NamedStruct(const Arguments& args) {
  if (args.size() % 2 != 0) return Status::Invalid("a name or a value is missing");
  ResolvedFunction function;
  arrow::FieldVector fields;
  for (size_t i = 0; i < args.size(); i += 2) {
    if (!args[i].text.has_value()) return WrongType(i, *args[i].type, "a name in quotes");
    function.arg_types.push_back(args[i].type);
    function.arg_types.push_back(args[i + 1].type);
    fields.push_back(arrow::field(*args[i].text, args[i + 1].type));
  }
  function.type = arrow::struct_(fields);
  return function;
}

Result<ResolvedFunction> MakeMap(const Arguments& args) {
  if (args.size() % 2 != 0) return Status::Invalid("a key or a value is missing");
  Arguments keys, values;
  for (size_t i = 0; i < args.size(); ++i) (i % 2 == 0 ? keys : values).push_back(args[i]);
  ARROW_ASSIGN_OR_RAISE(const TypePtr key, CommonTypeOfAll(keys));
  ARROW_ASSIGN_OR_RAISE(const TypePtr value, CommonTypeOfAll(values));
  ARROW_RETURN_NOT_OK(CheckMapKey(*key));
  ResolvedFunction function;
  for (size_t i = 0; i < args.size(); ++i) function.arg_types.push_back(i % 2 == 0 ? key : value);
  function.type = arrow::map(key, value);
  return function;
}

Result<ResolvedFunction> MapFromArrays(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr keys, ArrayOf(args, 0));
  ARROW_ASSIGN_OR_RAISE(const TypePtr values, ArrayOf(args, 1));
  ARROW_RETURN_NOT_OK(CheckMapKey(*ElementOf(*keys)));
  ResolvedFunction function;
  function.arg_types = {keys, values};
  function.type = arrow::map(ElementOf(*keys), ElementOf(*values));
  return function;
}

Result<ResolvedFunction> MapFromEntries(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr entries, ArrayOf(args, 0));
  const TypePtr& entry = ElementOf(*entries);
  if (entry->id() != arrow::Type::STRUCT || entry->num_fields() != 2) {
    return WrongType(0, *args[0].type, "an ARRAY of STRUCTs with a key and a value");
  }
  ARROW_RETURN_NOT_OK(CheckMapKey(*entry->field(0)->type()));
  ResolvedFunction function;
  function.arg_types = {entries};
  function.type = arrow::map(entry->field(0)->type(), entry->field(1)->type());
  return function;
}

Result<ResolvedFunction> MapConcat(const Arguments& args) {
  ResolvedFunction function;
  function.type = arrow::map(arrow::utf8(), arrow::utf8());
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i].type->id() != arrow::Type::MAP) return WrongType(i, *args[i].type, "a MAP");
    const TypePtr common =
        i == 0 ? args[i].type : WiderType(function.type, args[i].type, Widening::kWithoutText);
    if (common == nullptr) return NoCommonType(*function.type, *args[i].type);
    function.type = common;
  }
  function.arg_types.assign(args.size(), function.type);
  return function;
}

Result<ResolvedFunction> MapContainsKey(const Arguments& args) {
  if (args[0].type->id() == arrow::Type::NA || args[1].type->id() == arrow::Type::NA) {
    return Status::Invalid("an argument is a bare NULL");
  }
  // By the rules of array_contains(map_keys(m), key).
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, WithMapKey(args, Widening::kWithoutText));
  function.type = arrow::boolean();
  return function;
}

// Java splits by regular expressions.
bool IsPlainText(std::string_view text) {
  return text.find_first_of("\\^$.|?*+()[]{}") == std::string_view::npos;
}

Result<ResolvedFunction> StrToMap(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function,
                        TakeTypes(args, {arrow::utf8(), arrow::utf8(), arrow::utf8()},
                                  arrow::map(arrow::utf8(), arrow::utf8())));
  for (size_t i = 1; i < args.size(); ++i) {
    const bool is_null = args[i].type->id() == arrow::Type::NA;
    if (!is_null && !(args[i].text.has_value() && IsPlainText(*args[i].text))) {
      return WrongType(i, *args[i].type, "a constant text, and no regular expression");
    }
  }
  return function;
}

template <typename ResultOf>
Result<ResolvedFunction> OfMap(const Arguments& args, ResultOf result_of) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(const TypePtr map, MapOf(args, 0));
  function.arg_types = {map};
  function.type = arrow::list(result_of(static_cast<const arrow::MapType&>(*map)));
  return function;
}

Result<ResolvedFunction> MapKeys(const Arguments& args) {
  return OfMap(args, [](const arrow::MapType& map) { return map.key_type(); });
}

Result<ResolvedFunction> MapValues(const Arguments& args) {
  return OfMap(args, [](const arrow::MapType& map) { return map.item_type(); });
}

Result<ResolvedFunction> MapEntries(const Arguments& args) {
  return OfMap(args, [](const arrow::MapType& map) {
    return arrow::struct_(
        {arrow::field("key", map.key_type()), arrow::field("value", map.item_type())});
  });
}

constexpr Function kMapFunctions[] = {
    {.name = "struct",
     .signature = "struct(a, …) or (a, b, …)",
     .help = "a STRUCT; its fields have the columns' names, or AS gives them",
     .example = "struct(7 AS id, 'Lake' AS song)",
     .num_args = {0, Function::kVariadic},
     .resolve = MakeStruct,
     .traits = kNeverNull},
    {.name = "named_struct",
     .signature = "named_struct('name', value, …)",
     .help = "a STRUCT of fields with these names",
     .example = "named_struct('id', 7, 'song', 'Lake')",
     .num_args = {2, Function::kVariadic},
     .resolve = NamedStruct,
     .traits = kNeverNull},
    {.name = "map",
     .signature = "map(key, value, …)",
     .help = "a MAP; no key may be NULL or there twice",
     .example = "map('free', 1, 'paid', 2)",
     .num_args = {0, Function::kVariadic},
     .resolve = MakeMap,
     .traits = {.nullability = Nullability::kNever, .null_in_null_out = false}},
    {.name = "map_from_arrays",
     .signature = "map_from_arrays(keys ARRAY, values ARRAY)",
     .help = "a MAP of keys and values at the same place",
     .example = "map_from_arrays(array('free', 'paid'), array(1, 2))",
     .num_args = {2, 2},
     .resolve = MapFromArrays},
    {.name = "map_from_entries",
     .signature = "map_from_entries(ARRAY of STRUCT)",
     .help = "a MAP of pairs",
     .example = "map_from_entries(array(struct('free', 1), struct('paid', 2)))",
     .num_args = {1, 1},
     .resolve = MapFromEntries,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "str_to_map",
     .signature = "str_to_map(STRING[, pairs STRING[, values STRING]])",
     .help = "a MAP of a text's pairs: after ',' and ':', or the given separators",
     .example = "str_to_map('page=Home;level=paid', ';', '=')",
     .num_args = {1, 3},
     .resolve = StrToMap},
    {.name = "map_concat",
     .signature = "map_concat(MAP, …)",
     .help = "the entries of all; no key may be there twice",
     .example = "map_concat(map('free', 1), map('paid', 2))",
     .num_args = {0, Function::kVariadic},
     .resolve = MapConcat},
    {.name = "map_contains_key",
     .signature = "map_contains_key(MAP, key)",
     .help = "whether the MAP has the key",
     .example = "map_contains_key(map('free', 1, 'paid', 2), 'paid')",
     .num_args = {2, 2},
     .resolve = MapContainsKey,
     .traits = kTotal},
    {.name = "map_keys",
     .signature = "map_keys(MAP)",
     .help = "an ARRAY of the keys",
     .example = "map_keys(map('free', 1, 'paid', 2))",
     .num_args = {1, 1},
     .resolve = MapKeys,
     .traits = kTotal},
    {.name = "map_values",
     .signature = "map_values(MAP)",
     .help = "an ARRAY of the values",
     .example = "map_values(map('free', 1, 'paid', 2))",
     .num_args = {1, 1},
     .resolve = MapValues,
     .traits = kTotal},
    {.name = "map_entries",
     .signature = "map_entries(MAP)",
     .help = "an ARRAY of STRUCTs with key and value",
     .example = "map_entries(map('free', 1, 'paid', 2))",
     .num_args = {1, 1},
     .resolve = MapEntries,
     .traits = kTotal},
};

}  // namespace

constinit const Function& kNamedStruct = FunctionNamed(kMapFunctions, "named_struct");
constinit const Function& kMap = FunctionNamed(kMapFunctions, "map");

std::span<const Function> MapFunctions() { return kMapFunctions; }

}  // namespace tarn::plan
