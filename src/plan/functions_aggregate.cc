#include "pipeline/ddl.h"
#include "plan/function_table_internal.h"

// Aggregates: many rows to one value. Their accumulators are in local/aggregates/.
namespace tarn::plan {
namespace {

Result<ResolvedFunction> Count(const Arguments& args) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = arrow::int64();
  function.nullable = false;
  return function;
}

Result<TypePtr> Summand(const Arguments& args) {
  const TypePtr& type = args[0].type;
  if (IsInteger(*type)) return TypePtr(arrow::int64());
  if (IsDecimal(*type)) return type;
  if (IsFloating(*type) || CanCastImplicitly(*type, *arrow::float64()))
    return TypePtr(arrow::float64());
  return WrongType(0, *type, "a number");
}

Result<ResolvedFunction> Sum(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(function.type, Summand(args));
  function.arg_types = {function.type};
  if (IsDecimal(*function.type)) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*function.type);
    function.type = CappedDecimal(decimal.precision() + 10, decimal.scale());
  }
  return function;
}

Result<ResolvedFunction> Average(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(TypePtr type, Summand(args));
  function.type = arrow::float64();
  if (IsDecimal(*type)) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
    function.type = CappedDecimal(decimal.precision() + 4, decimal.scale() + 4);
  }
  function.arg_types = {IsDecimal(*type) ? type : TypePtr(arrow::float64())};
  return function;
}

// The value of some row.
Result<ResolvedFunction> AnyOf(const Arguments& args) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = args[0].type;
  return function;
}

// The value of one row, chosen by the last argument's order.
Result<ResolvedFunction> Chosen(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckHasOrder(*args.back().type));
  return AnyOf(args);
}

Result<ResolvedFunction> CountIf(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, Takes({arrow::boolean()}, arrow::int64())(args));
  function.nullable = false;
  return function;
}

}  // namespace

std::span<const FunctionRow> AggregateRows() {
  const TypePtr boolean = arrow::boolean();
  static const std::vector<FunctionRow> kRows = {
      {{"count"},
       "count(*), count(x, …), count(DISTINCT x)",
       "rows; rows where no x is NULL",
       0,
       kVariadic,
       Count},
      {{"sum"}, "sum(x)", "sum; an error on overflow; NULL without rows", 1, 1, MaybeNull(Sum)},
      {{"avg", "mean"}, "avg(x)", "mean; NULL without rows", 1, 1, MaybeNull(Average)},
      {{"min"}, "min(x)", "the least", 1, 1, MaybeNull(Chosen)},
      {{"max"}, "max(x)", "the greatest", 1, 1, MaybeNull(Chosen)},
      {{"min_by"},
       "min_by(x, order)",
       "x of the row with the least order",
       2,
       2,
       MaybeNull(Chosen)},
      {{"max_by"},
       "max_by(x, order)",
       "x of the row with the greatest order",
       2,
       2,
       MaybeNull(Chosen)},
      {{"any_value"},
       "any_value(x)",
       "x of some row; always the same for the same input",
       1,
       1,
       MaybeNull(AnyOf)},
      {{"bool_and", "every"},
       "bool_and(BOOLEAN)",
       "whether all are true",
       1,
       1,
       MaybeNull(Takes({boolean}, boolean))},
      {{"bool_or", "some", "any"},
       "bool_or(BOOLEAN)",
       "whether one is true",
       1,
       1,
       MaybeNull(Takes({boolean}, boolean))},
      {{"count_if"}, "count_if(BOOLEAN)", "rows for which it is true", 1, 1, CountIf},
  };
  return kRows;
}

}  // namespace tarn::plan
