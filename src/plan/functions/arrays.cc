#include "pipeline/ddl.h"
#include "plan/functions/nested_types.h"
#include "plan/known_functions.h"
#include "values/interval.h"

// Functions of ARRAYs.
namespace tarn::plan {
namespace {

Result<ResolvedFunction> MakeArray(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(const TypePtr element, CommonTypeOfAll(args));
  function.arg_types.assign(args.size(), element);
  function.type = arrow::list(element);
  return function;
}

// An index of an ARRAY, of which the kernels take BIGINT; or a key of a MAP.
Result<ResolvedFunction> Subscript(const Arguments& args) {
  const arrow::DataType& type = *args[0].type;
  ResolvedFunction function;
  if (type.id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(type);
    if (!CanCastImplicitly(*args[1].type, *map.key_type())) {
      return WrongType(1, *args[1].type, pipeline::DdlOf(*map.key_type()));
    }
    function.arg_types = {args[0].type, map.key_type()};
    function.type = map.item_type();
    return function;
  }
  ARROW_ASSIGN_OR_RAISE(const TypePtr array, ArrayOf(args, 0));
  ARROW_RETURN_NOT_OK(CheckArgument(args, 1, IsInteger, "a whole number"));
  function.arg_types = {array, arrow::int64()};
  function.type = ElementOf(*array);
  return function;
}

Result<ResolvedFunction> Get(const Arguments& args) {
  if (args[0].type->id() != arrow::Type::LIST) return WrongType(0, *args[0].type, "an ARRAY");
  if (!CanCastImplicitly(*args[1].type, *arrow::int32())) {
    return WrongType(1, *args[1].type, "INT");
  }
  ResolvedFunction function;
  function.arg_types = {args[0].type, arrow::int32()};
  function.type = ElementOf(*args[0].type);
  return function;
}

Result<ResolvedFunction> ElementAt(const Arguments& args) {
  const arrow::DataType& type = *args[0].type;
  if (type.id() == arrow::Type::MAP) return WithMapKey(args, Widening::kTightest);
  if (type.id() != arrow::Type::LIST) return WrongType(0, type, "an ARRAY or a MAP");
  ARROW_RETURN_NOT_OK(CheckInt(args, 1));
  return Subscript(args);
}

Result<ResolvedFunction> SizeOf(const Arguments& args) {
  ResolvedFunction function;
  function.type = arrow::int32();
  function.arg_types = {args[0].type};
  if (args[0].type->id() == arrow::Type::MAP) return function;
  ARROW_ASSIGN_OR_RAISE(function.arg_types[0], ArrayOf(args, 0));
  return function;
}

Result<ResolvedFunction> ArraySize(const Arguments& args) {
  ARROW_RETURN_NOT_OK(ArrayOf(args, 0).status());
  return SizeOf(args);
}

// An ARRAY and a value that is compared with its elements.
Result<ResolvedFunction> Search(const Arguments& args, Widening widening) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, WithElement(args, 1, widening));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*function.arg_types[1]));
  return function;
}

Result<ResolvedFunction> ArrayContains(const Arguments& args) {
  if (args[0].type->id() == arrow::Type::NA || args[1].type->id() == arrow::Type::NA) {
    return Status::Invalid("an argument is a bare NULL");
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, Search(args, Widening::kWithoutText));
  function.type = arrow::boolean();
  return function;
}

Result<ResolvedFunction> ArrayPosition(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, Search(args, Widening::kTightest));
  function.type = arrow::int64();
  return function;
}

Result<ResolvedFunction> ArrayRemove(const Arguments& args) {
  return Search(args, Widening::kTightest);
}

Result<ResolvedFunction> AddElement(const Arguments& args) {
  return WithElement(args, 1, Widening::kTightest);
}

Result<ResolvedFunction> ArrayInsert(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckInt(args, 1));
  return WithElement(args, 2, Widening::kTightest);
}

Result<ResolvedFunction> SameArray(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(function.type, ArrayOf(args, 0));
  function.arg_types = {function.type};
  return function;
}

Result<ResolvedFunction> OrderableArray(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, SameArray(args));
  ARROW_RETURN_NOT_OK(CheckHasOrder(*function.type));
  return function;
}

Result<ResolvedFunction> SortArray(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, OrderableArray(args));
  if (args.size() == 1) return function;
  ARROW_RETURN_NOT_OK(CheckArgument(
      args, 1, [](const arrow::DataType& type) { return type.id() == arrow::Type::BOOL; },
      "BOOLEAN"));
  function.arg_types.push_back(arrow::boolean());
  return function;
}

Result<ResolvedFunction> ArrayExtreme(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, OrderableArray(args));
  function.type = ElementOf(*function.type);
  return function;
}

// Two ARRAYs of one type, tightly widened.
Result<ResolvedFunction> ArraySets(const Arguments& args) {
  for (size_t i = 0; i < 2; ++i) {
    if (args[i].type->id() != arrow::Type::LIST) return WrongType(i, *args[i].type, "an ARRAY");
  }
  const TypePtr common = WiderType(args[0].type, args[1].type, Widening::kTightest);
  if (common == nullptr) return NoCommonType(*args[0].type, *args[1].type);
  ARROW_RETURN_NOT_OK(CheckHasOrder(*common));
  ResolvedFunction function;
  function.arg_types = {common, common};
  function.type = common;
  return function;
}

Result<ResolvedFunction> ArraysOverlap(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, ArraySets(args));
  function.type = arrow::boolean();
  return function;
}

Result<ResolvedFunction> ArrayRepeat(const Arguments& args) {
  if (args[1].type->id() != arrow::Type::NA) ARROW_RETURN_NOT_OK(CheckInt(args, 1));
  ResolvedFunction function;
  function.arg_types = {args[0].type, arrow::int32()};
  function.type = arrow::list(args[0].type);
  return function;
}

Result<ResolvedFunction> Slice(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(function.type, ArrayOf(args, 0));
  for (size_t i = 1; i < 3; ++i) {
    if (!CanCastImplicitly(*args[i].type, *arrow::int32())) {
      return WrongType(i, *args[i].type, "INT");
    }
  }
  function.arg_types = {function.type, arrow::int32(), arrow::int32()};
  return function;
}

Result<ResolvedFunction> Flatten(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, SameArray(args));
  function.type = ElementOf(*function.type);
  if (function.type->id() != arrow::Type::LIST) {
    return WrongType(0, *args[0].type, "an ARRAY of ARRAYs");
  }
  return function;
}

Result<ResolvedFunction> ArrayJoin(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr array, ArrayOf(args, 0));
  if (arrow::is_nested(ElementOf(*array)->id())) {
    return WrongType(0, *array, "an ARRAY of texts");
  }
  ResolvedFunction function;
  function.type = arrow::utf8();
  function.arg_types.assign(args.size(), arrow::utf8());
  function.arg_types[0] = arrow::list(arrow::utf8());
  for (size_t i = 1; i < args.size(); ++i) {
    ARROW_RETURN_NOT_OK(CheckArgument(
        args, i, [](const arrow::DataType& type) { return type.id() == arrow::Type::STRING; },
        "STRING"));
  }
  return function;
}

// Fields are named by number; the binder gives them the names of columns.
Result<ResolvedFunction> ArraysZip(const Arguments& args) {
  ResolvedFunction function;
  arrow::FieldVector fields;
  for (size_t i = 0; i < args.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const TypePtr array, ArrayOf(args, i));
    function.arg_types.push_back(array);
    fields.push_back(arrow::field(std::to_string(i), ElementOf(*array)));
  }
  function.type = arrow::list(arrow::struct_(fields));
  return function;
}

Result<ResolvedFunction> Sequence(const Arguments& args) {
  const TypePtr ends = WiderType(args[0].type, args[1].type, Widening::kTightest);
  const bool has_step = args.size() == 3;
  TypePtr type = ends;
  TypePtr step = has_step ? args[2].type : nullptr;
  const bool is_day = ends != nullptr && IsTemporal(*ends) && (!has_step || IsInterval(*step));
  if (ends != nullptr && has_step && !is_day) {
    type = WiderType(ends, step, Widening::kTightest);
    step = type;
  }
  if (!is_day && (type == nullptr || !IsInteger(*type))) {
    return Status::Invalid("a sequence is of whole numbers, of DATEs or of TIMESTAMPs");
  }
  ResolvedFunction function;
  function.arg_types = {type, type, step};
  function.arg_types.resize(args.size());
  function.type = arrow::list(type);
  return function;
}

constexpr FunctionTraits kTotalWithNulls = {.may_fail = false, .null_in_null_out = false};
constexpr FunctionTraits kGivesNull = {.nullability = Nullability::kAlways};

constexpr Function kArrayFunctions[] = {
    {.name = "array",
     .signature = "array(a, …)",
     .help = "an ARRAY of these elements",
     .example = "array('rock', 'pop', 'jazz')",
     .num_args = {0, Function::kVariadic},
     .resolve = MakeArray,
     .traits = kNeverNull},
    {.name = "subscript",
     .signature = "a[i]",
     .help = "the element of an ARRAY at an index from 0, or the value of a MAP's key",
     .example = "array('rock', 'pop', 'jazz')[0]",
     .num_args = {2, 2},
     .resolve = Subscript,
     .traits = kGivesNull,
     .notation = {.form = Notation::Form::kSubscript, .symbol = "["}},
    {.name = "get",
     .signature = "get(ARRAY, index INT)",
     .help = "the element at an index from 0; NULL outside",
     .example = "get(array('rock', 'pop'), 5)",
     .num_args = {2, 2},
     .resolve = Get,
     .traits = kMayBeNull},
    {.name = "element_at",
     .signature = "element_at(ARRAY, position INT) or element_at(MAP, key)",
     .help = "the element at a position from 1, or from -1 backwards; a key's value, or NULL",
     .example = "element_at(array('rock', 'pop', 'jazz'), -1)",
     .num_args = {2, 2},
     .resolve = ElementAt,
     .traits = kGivesNull},
    {.name = "try_element_at",
     .signature = "try_element_at(ARRAY, position INT) or try_element_at(MAP, key)",
     .help = "as element_at; NULL outside",
     .example = "try_element_at(map('free', 1, 'paid', 2), 'trial')",
     .num_args = {2, 2},
     .resolve = ElementAt,
     .traits = kGivesNull},
    {.name = "size",
     .aliases = {"cardinality"},
     .signature = "size(ARRAY or MAP)",
     .help = "number of elements",
     .example = "size(map('free', 1, 'paid', 2))",
     .num_args = {1, 1},
     .resolve = SizeOf,
     .traits = kTotal},
    {.name = "array_size",
     .signature = "array_size(ARRAY)",
     .help = "number of elements",
     .example = "array_size(array('rock', NULL, 'jazz'))",
     .num_args = {1, 1},
     .resolve = ArraySize,
     .traits = kTotal},
    {.name = "array_contains",
     .signature = "array_contains(ARRAY, value)",
     .help = "whether an element equals the value; NULL when only a NULL might",
     .example = "array_contains(array('rock', 'pop'), 'pop')",
     .num_args = {2, 2},
     .resolve = ArrayContains,
     .traits = kMayBeNull},
    {.name = "array_position",
     .signature = "array_position(ARRAY, value)",
     .help = "the position from 1 of the first element that equals the value; 0 when none does",
     .example = "array_position(array('rock', 'pop'), 'pop')",
     .num_args = {2, 2},
     .resolve = ArrayPosition,
     .traits = kTotal},
    {.name = "array_distinct",
     .signature = "array_distinct(ARRAY)",
     .help = "each element once",
     .example = "array_distinct(array(3, 1, 3, 2, 1))",
     .num_args = {1, 1},
     .resolve = OrderableArray,
     .traits = kTotal},
    {.name = "array_union",
     .signature = "array_union(ARRAY, ARRAY)",
     .help = "the elements of both, each once",
     .example = "array_union(array(1, 2), array(2, 3))",
     .num_args = {2, 2},
     .resolve = ArraySets,
     .traits = kTotal},
    {.name = "array_intersect",
     .signature = "array_intersect(ARRAY, ARRAY)",
     .help = "the elements that both have, each once",
     .example = "array_intersect(array(1, 2, 3), array(2, 3, 4))",
     .num_args = {2, 2},
     .resolve = ArraySets,
     .traits = kTotal},
    {.name = "array_except",
     .signature = "array_except(ARRAY, ARRAY)",
     .help = "the elements of the first that the second lacks, each once",
     .example = "array_except(array(1, 2, 3), array(2))",
     .num_args = {2, 2},
     .resolve = ArraySets,
     .traits = kTotal},
    {.name = "arrays_overlap",
     .signature = "arrays_overlap(ARRAY, ARRAY)",
     .help = "whether an element is in both; NULL when only a NULL might be",
     .example = "arrays_overlap(array('rock', 'pop'), array('pop', 'jazz'))",
     .num_args = {2, 2},
     .resolve = ArraysOverlap,
     .traits = kMayBeNull},
    {.name = "array_remove",
     .signature = "array_remove(ARRAY, value)",
     .help = "without the elements that equal the value",
     .example = "array_remove(array(1, 2, 1), 1)",
     .num_args = {2, 2},
     .resolve = ArrayRemove,
     .traits = kTotal},
    {.name = "array_compact",
     .signature = "array_compact(ARRAY)",
     .help = "without NULLs",
     .example = "array_compact(array('rock', NULL, 'jazz'))",
     .num_args = {1, 1},
     .resolve = SameArray,
     .traits = kTotal},
    {.name = "array_append",
     .signature = "array_append(ARRAY, value)",
     .help = "with one more element at the end",
     .example = "array_append(array('Login', 'Home'), 'Logout')",
     .num_args = {2, 2},
     .resolve = AddElement,
     .traits = kTotalWithNulls},
    {.name = "array_prepend",
     .signature = "array_prepend(ARRAY, value)",
     .help = "with one more element at the start",
     .example = "array_prepend(array('Home', 'Logout'), 'Login')",
     .num_args = {2, 2},
     .resolve = AddElement,
     .traits = kTotalWithNulls},
    {.name = "array_insert",
     .signature = "array_insert(ARRAY, position INT, value)",
     .help = "with one more element at a position from 1, or from -1 backwards",
     .example = "array_insert(array('Login', 'Logout'), 2, 'Home')",
     .num_args = {3, 3},
     .resolve = ArrayInsert,
     .traits = {.null_in_null_out = false}},
    {.name = "array_repeat",
     .signature = "array_repeat(value, times INT)",
     .help = "an ARRAY of the same value",
     .example = "array_repeat('la', 3)",
     .num_args = {2, 2},
     .resolve = ArrayRepeat,
     .traits = {.null_in_null_out = false}},
    {.name = "array_join",
     .signature = "array_join(ARRAY, separator STRING[, null_replacement STRING])",
     .help = "joined text; NULLs are left out, or replaced",
     .example = "array_join(array('raw', NULL, '02'), '/', '?')",
     .num_args = {2, 3},
     .resolve = ArrayJoin,
     .traits = kTotal},
    {.name = "array_min",
     .signature = "array_min(ARRAY)",
     .help = "the least element, NULLs left out",
     .example = "array_min(array(30, NULL, 12))",
     .num_args = {1, 1},
     .resolve = ArrayExtreme,
     .traits = kMayBeNull},
    {.name = "array_max",
     .signature = "array_max(ARRAY)",
     .help = "the greatest element, NULLs left out",
     .example = "array_max(array(30, NULL, 12))",
     .num_args = {1, 1},
     .resolve = ArrayExtreme,
     .traits = kMayBeNull},
    {.name = "sort_array",
     .signature = "sort_array(ARRAY[, ascending BOOLEAN])",
     .help = "sorted, NULLs first; or descending, NULLs last",
     .example = "sort_array(array(2, NULL, 3, 1), false)",
     .num_args = {1, 2},
     .resolve = SortArray,
     .traits = kTotal},
    {.name = "slice",
     .signature = "slice(ARRAY, start INT, length INT)",
     .help = "the elements from a position from 1, or from -1 backwards",
     .example = "slice(array(10, 20, 30, 40, 50), -3, 2)",
     .num_args = {3, 3},
     .resolve = Slice},
    {.name = "flatten",
     .signature = "flatten(ARRAY)",
     .help = "the arrays in an ARRAY, joined; NULL when one is NULL",
     .example = "flatten(array(array(1, 2), array(3)))",
     .num_args = {1, 1},
     .resolve = Flatten,
     .traits = kMayBeNull},
    {.name = "arrays_zip",
     .signature = "arrays_zip(ARRAY, …)",
     .help = "an ARRAY of STRUCTs of the elements at the same place",
     .example = "arrays_zip(array('Dawn', 'Lake'), array(95, 180))",
     .num_args = {0, Function::kVariadic},
     .resolve = ArraysZip,
     .traits = kTotal},
    {.name = "sequence",
     .signature = "sequence(start, stop[, step])",
     .help = "an ARRAY of whole numbers, or of days as DATE or TIMESTAMP",
     .example = "sequence(DATE '2024-02-27', DATE '2024-03-01')",
     .num_args = {2, 3},
     .resolve = Sequence},
};

}  // namespace

constinit const Function& kSubscript = FunctionNamed(kArrayFunctions, "subscript");
constinit const Function& kArraysZip = FunctionNamed(kArrayFunctions, "arrays_zip");

std::span<const Function> ArrayFunctions() { return kArrayFunctions; }

}  // namespace tarn::plan
