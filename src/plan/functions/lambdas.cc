#include "pipeline/ddl.h"
#include "plan/functions/nested_types.h"
#include "values/interval.h"

// Functions that take a lambda function, whose type as an argument is that of what it gives.
namespace tarn::plan {
namespace {

constexpr uint32_t LambdaAt(size_t position) { return uint32_t{1} << position; }

Status CheckNumParameters(size_t num_parameters, size_t min, size_t max) {
  // Of none: an expression in the place of a lambda.
  if (num_parameters == 0 || (num_parameters >= min && num_parameters <= max)) return Status::OK();
  return Status::Invalid("the lambda has ", num_parameters, " parameters, not ", min);
}

// The element of argument `position`, an ARRAY, which may not be a bare NULL.
Result<Argument> ElementAt(const Arguments& args, size_t position) {
  const TypePtr& type = args[position].type;
  if (type->id() != arrow::Type::LIST) return WrongType(position, *type, "an ARRAY");
  return Argument{ElementOf(*type)};
}

Result<const arrow::MapType*> MapAt(const Arguments& args, size_t position) {
  const TypePtr& type = args[position].type;
  if (type->id() != arrow::Type::MAP) return WrongType(position, *type, "a MAP");
  return static_cast<const arrow::MapType*>(type.get());
}

// (element) or (element, index).
Result<Arguments> ElementAndIndex(const Arguments& args, size_t, size_t num_parameters) {
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 1, 2));
  ARROW_ASSIGN_OR_RAISE(const Argument element, ElementAt(args, 0));
  Arguments parameters = {element, {.type = arrow::int32(), .nullable = false}};
  return parameters;
}

Result<Arguments> OneElement(const Arguments& args, size_t, size_t num_parameters) {
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 1, 1));
  ARROW_ASSIGN_OR_RAISE(const Argument element, ElementAt(args, 0));
  return Arguments{element};
}

Result<Arguments> TwoElements(const Arguments& args, size_t, size_t num_parameters) {
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 2, 2));
  ARROW_ASSIGN_OR_RAISE(const Argument element, ElementAt(args, 0));
  return Arguments{element, element};
}

Result<Arguments> ElementsOfBoth(const Arguments& args, size_t, size_t num_parameters) {
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 2, 2));
  ARROW_ASSIGN_OR_RAISE(const Argument left, ElementAt(args, 0));
  ARROW_ASSIGN_OR_RAISE(const Argument right, ElementAt(args, 1));
  return Arguments{left, right};
}

// (accumulator, element), then of the last argument (accumulator).
Result<Arguments> AccumulatorAndElement(const Arguments& args, size_t position,
                                        size_t num_parameters) {
  const Argument accumulator{args[1].type};
  if (position == 3) {
    ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 1, 1));
    return Arguments{accumulator};
  }
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 2, 2));
  ARROW_ASSIGN_OR_RAISE(const Argument element, ElementAt(args, 0));
  return Arguments{accumulator, element};
}

Result<Arguments> KeyAndValue(const Arguments& args, size_t, size_t num_parameters) {
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 2, 2));
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* map, MapAt(args, 0));
  return Arguments{{.type = map->key_type(), .nullable = false}, {.type = map->item_type()}};
}

Result<TypePtr> CommonKey(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* left, MapAt(args, 0));
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* right, MapAt(args, 1));
  TypePtr key = WiderType(left->key_type(), right->key_type(), Widening::kWithoutText);
  if (key == nullptr) return NoCommonType(*left->key_type(), *right->key_type());
  return key;
}

Result<Arguments> KeyAndValuesOfBoth(const Arguments& args, size_t, size_t num_parameters) {
  ARROW_RETURN_NOT_OK(CheckNumParameters(num_parameters, 3, 3));
  ARROW_ASSIGN_OR_RAISE(const TypePtr key, CommonKey(args));
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* left, MapAt(args, 0));
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* right, MapAt(args, 1));
  return Arguments{
      {.type = key, .nullable = false}, {.type = left->item_type()}, {.type = right->item_type()}};
}

ResolvedFunction AsGiven(const Arguments& args, TypePtr type) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = std::move(type);
  return function;
}

// The lambda, which is the last argument, gives a condition.
Result<ResolvedFunction> WithCondition(const Arguments& args, TypePtr type) {
  const arrow::DataType& condition = *args.back().type;
  if (condition.id() != arrow::Type::BOOL && condition.id() != arrow::Type::NA) {
    return Status::Invalid("the lambda gives ", pipeline::DdlOf(condition), ", not BOOLEAN");
  }
  ResolvedFunction function = AsGiven(args, std::move(type));
  function.arg_types.back() = arrow::boolean();
  return function;
}

Result<ResolvedFunction> Transform(const Arguments& args) {
  return AsGiven(args, arrow::list(args[1].type));
}

Result<ResolvedFunction> Filter(const Arguments& args) { return WithCondition(args, args[0].type); }

Result<ResolvedFunction> Test(const Arguments& args) {
  return WithCondition(args, arrow::boolean());
}

Result<ResolvedFunction> Aggregate(const Arguments& args) {
  const TypePtr& accumulator = args[1].type;
  if (!SameType(*args[2].type, *accumulator)) {
    return Status::Invalid("the lambda gives ", pipeline::DdlOf(*args[2].type),
                           ", but the start is ", pipeline::DdlOf(*accumulator));
  }
  return AsGiven(args, args.back().type);
}

Result<ResolvedFunction> ZipWith(const Arguments& args) {
  return AsGiven(args, arrow::list(args[2].type));
}

Result<ResolvedFunction> TransformKeys(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckMapKey(*args[1].type));
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* map, MapAt(args, 0));
  return AsGiven(args, arrow::map(args[1].type, map->item_type()));
}

Result<ResolvedFunction> TransformValues(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const arrow::MapType* map, MapAt(args, 0));
  return AsGiven(args, arrow::map(map->key_type(), args[1].type));
}

Result<ResolvedFunction> MapZipWith(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr key, CommonKey(args));
  ResolvedFunction function = AsGiven(args, arrow::map(key, args[2].type));
  for (size_t i = 0; i < 2; ++i) {
    ARROW_ASSIGN_OR_RAISE(const arrow::MapType* map, MapAt(args, i));
    if (!SameType(*map->key_type(), *key)) {
      function.arg_types[i] = arrow::map(key, map->item_type());
    }
  }
  return function;
}

Result<ResolvedFunction> ArraySort(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr array, ArrayOf(args, 0));
  if (args.size() == 1) {
    ARROW_RETURN_NOT_OK(CheckHasOrder(*array));
  } else if (args[1].type->id() != arrow::Type::INT32) {
    return Status::Invalid("the lambda gives ", pipeline::DdlOf(*args[1].type), ", not INT");
  }
  ResolvedFunction function = AsGiven(args, array);
  function.arg_types[0] = array;
  return function;
}

// They fail where the lambda does.
constexpr FunctionTraits kOfLambda = {.may_fail = false, .lazy = true, .null_in_null_out = false};
constexpr FunctionTraits kLambdaGivesNull = {.may_fail = false,
                                             .nullability = Nullability::kAlways,
                                             .lazy = true,
                                             .null_in_null_out = false};

constexpr Function kLambdaFunctions[] = {
    {.name = "transform",
     .signature = "transform(ARRAY, x -> …) or transform(ARRAY, (x, index) -> …)",
     .help = "what the lambda gives for each element",
     .example = "transform(array(3, 5, 8), (x, index) -> x * index)",
     .num_args = {2, 2},
     .resolve = Transform,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = ElementAndIndex},
    {.name = "filter",
     .signature = "filter(ARRAY, x -> …) or filter(ARRAY, (x, index) -> …)",
     .help = "the elements for which the lambda is true",
     .example = "filter(array(5, 12, 8), x -> x > 6)",
     .num_args = {2, 2},
     .resolve = Filter,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = ElementAndIndex},
    {.name = "exists",
     .signature = "exists(ARRAY, x -> …)",
     .help = "whether the lambda is true for an element; NULL when it may be, for a NULL",
     .example = "exists(array('Home', 'Error'), page -> page = 'Error')",
     .num_args = {2, 2},
     .resolve = Test,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = OneElement},
    {.name = "forall",
     .signature = "forall(ARRAY, x -> …)",
     .help = "whether the lambda is true for every element; NULL when it may be, for a NULL",
     .example = "forall(array(2, 4, 7), x -> x % 2 = 0)",
     .num_args = {2, 2},
     .resolve = Test,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = OneElement},
    {.name = "aggregate",
     .aliases = {"reduce"},
     .signature = "aggregate(ARRAY, start, (acc, x) -> …[, acc -> …])",
     .help = "the elements gathered one by one, and what the last lambda makes of that",
     .example = "aggregate(array(3, 5, 8), 0, (total, x) -> total + x, total -> total / 2)",
     .num_args = {3, 4},
     .resolve = Aggregate,
     .traits = kLambdaGivesNull,
     .lambda_arguments = LambdaAt(2) | LambdaAt(3),
     .lambda_parameters = AccumulatorAndElement},
    {.name = "zip_with",
     .signature = "zip_with(ARRAY, ARRAY, (x, y) -> …)",
     .help = "what the lambda gives for the elements at the same place; NULL beyond an end",
     .example = "zip_with(array(3, 5), array(10, 20), (x, y) -> x * y)",
     .num_args = {3, 3},
     .resolve = ZipWith,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(2),
     .lambda_parameters = ElementsOfBoth},
    {.name = "array_sort",
     .signature = "array_sort(ARRAY[, (a, b) -> …])",
     .help = "sorted, NULLs last; or by a lambda that is below 0 where a comes first",
     .example = "array_sort(array('Sunrise', 'Echo', 'Tides'), (a, b) -> length(a) - length(b))",
     .num_args = {1, 2},
     .resolve = ArraySort,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = TwoElements},
    {.name = "map_filter",
     .signature = "map_filter(MAP, (key, value) -> …)",
     .help = "the entries for which the lambda is true",
     .example = "map_filter(map('rock', 12, 'jazz', 3), (genre, plays) -> plays > 5)",
     .num_args = {2, 2},
     .resolve = Filter,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = KeyAndValue},
    {.name = "transform_keys",
     .signature = "transform_keys(MAP, (key, value) -> …)",
     .help = "the MAP with other keys",
     .example = "transform_keys(map('rock', 12, 'jazz', 3), (genre, plays) -> upper(genre))",
     .num_args = {2, 2},
     .resolve = TransformKeys,
     .traits = {.lazy = true, .null_in_null_out = false},
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = KeyAndValue},
    {.name = "transform_values",
     .signature = "transform_values(MAP, (key, value) -> …)",
     .help = "the MAP with other values",
     .example = "transform_values(map('rock', 12, 'jazz', 3), (genre, plays) -> plays * 10)",
     .num_args = {2, 2},
     .resolve = TransformValues,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(1),
     .lambda_parameters = KeyAndValue},
    {.name = "map_zip_with",
     .signature = "map_zip_with(MAP, MAP, (key, a, b) -> …)",
     .help = "a MAP of what the lambda gives for each key of either; NULL where one lacks it",
     .example = "map_zip_with(map('a', 1, 'b', 2), map('b', 5), (key, x, y) -> x + coalesce(y, 0))",
     .num_args = {3, 3},
     .resolve = MapZipWith,
     .traits = kOfLambda,
     .lambda_arguments = LambdaAt(2),
     .lambda_parameters = KeyAndValuesOfBoth},
};

}  // namespace

constinit const Function& kTransform = FunctionNamed(kLambdaFunctions, "transform");
constinit const Function& kArrayFilter = FunctionNamed(kLambdaFunctions, "filter");
constinit const Function& kArrayExists = FunctionNamed(kLambdaFunctions, "exists");
constinit const Function& kForAll = FunctionNamed(kLambdaFunctions, "forall");
constinit const Function& kArrayAggregate = FunctionNamed(kLambdaFunctions, "aggregate");
constinit const Function& kZipWith = FunctionNamed(kLambdaFunctions, "zip_with");
constinit const Function& kArraySort = FunctionNamed(kLambdaFunctions, "array_sort");
constinit const Function& kMapFilter = FunctionNamed(kLambdaFunctions, "map_filter");
constinit const Function& kTransformKeys = FunctionNamed(kLambdaFunctions, "transform_keys");
constinit const Function& kTransformValues = FunctionNamed(kLambdaFunctions, "transform_values");
constinit const Function& kMapZipWith = FunctionNamed(kLambdaFunctions, "map_zip_with");

std::span<const Function> LambdaFunctions() { return kLambdaFunctions; }

}  // namespace tarn::plan
