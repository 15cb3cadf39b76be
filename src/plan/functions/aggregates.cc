#include "pipeline/ddl.h"
#include "plan/functions/family_internal.h"
#include "plan/known_functions.h"

// Aggregates: many rows to one value. Their accumulators are in local/aggregates/.
namespace tarn::plan {
namespace {

Result<ResolvedFunction> Count(const Arguments& args) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = arrow::int64();
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

constexpr Function kAggregateFunctions[] = {
    {.name = "count",
     .kind = FunctionKind::kAggregate,
     .signature = "count(*), count(x, …), count(DISTINCT x)",
     .help = "rows; rows where no x is NULL",
     .num_args = {0, Function::kVariadic},
     .resolve = Count,
     .traits = {.nullability = Nullability::kNever, .ignores_order = true}},
    {.name = "sum",
     .kind = FunctionKind::kAggregate,
     .signature = "sum(x)",
     .help = "sum; an error on overflow; NULL without rows",
     .num_args = {1, 1},
     .resolve = Sum,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "avg",
     .aliases = {"mean"},
     .kind = FunctionKind::kAggregate,
     .signature = "avg(x)",
     .help = "mean; NULL without rows",
     .num_args = {1, 1},
     .resolve = Average,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "min",
     .kind = FunctionKind::kAggregate,
     .signature = "min(x)",
     .help = "the least",
     .num_args = {1, 1},
     .resolve = Chosen,
     .traits = {.nullability = Nullability::kAlways,
                .ignores_repeats = true,
                .ignores_order = true}},
    {.name = "max",
     .kind = FunctionKind::kAggregate,
     .signature = "max(x)",
     .help = "the greatest",
     .num_args = {1, 1},
     .resolve = Chosen,
     .traits = {.nullability = Nullability::kAlways,
                .ignores_repeats = true,
                .ignores_order = true}},
    {.name = "min_by",
     .kind = FunctionKind::kAggregate,
     .signature = "min_by(x, order)",
     .help = "x of the row with the least order",
     .num_args = {2, 2},
     .resolve = Chosen,
     .traits = {.nullability = Nullability::kAlways, .ignores_repeats = true}},
    {.name = "max_by",
     .kind = FunctionKind::kAggregate,
     .signature = "max_by(x, order)",
     .help = "x of the row with the greatest order",
     .num_args = {2, 2},
     .resolve = Chosen,
     .traits = {.nullability = Nullability::kAlways, .ignores_repeats = true}},
    {.name = "any_value",
     .kind = FunctionKind::kAggregate,
     .signature = "any_value(x)",
     .help = "x of some row; always the same for the same input",
     .num_args = {1, 1},
     .resolve = AnyOf,
     .traits = {.nullability = Nullability::kAlways, .ignores_repeats = true}},
    {.name = "bool_and",
     .aliases = {"every"},
     .kind = FunctionKind::kAggregate,
     .signature = "bool_and(BOOLEAN)",
     .help = "whether all are true",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Boolean)>,
     .traits = {.nullability = Nullability::kAlways, .ignores_order = true}},
    {.name = "bool_or",
     .aliases = {"some", "any"},
     .kind = FunctionKind::kAggregate,
     .signature = "bool_or(BOOLEAN)",
     .help = "whether one is true",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Boolean)>,
     .traits = {.nullability = Nullability::kAlways, .ignores_order = true}},
    {.name = "count_if",
     .kind = FunctionKind::kAggregate,
     .signature = "count_if(BOOLEAN)",
     .help = "rows for which it is true",
     .num_args = {1, 1},
     .resolve = Takes<BigInt(Boolean)>,
     .traits = {.nullability = Nullability::kNever, .ignores_order = true}},
};

constexpr Function kWindowFunctions[] = {
    {.name = "row_number",
     .kind = FunctionKind::kWindow,
     .signature = "row_number() OVER (PARTITION BY … ORDER BY …)",
     .help = "1 for the first row of each partition, 2 for the next, …",
     .resolve = Takes<Int()>,
     .traits = {.nullability = Nullability::kNever}},
};

}  // namespace

constinit const Function& kCount = FunctionNamed(kAggregateFunctions, "count");

std::span<const Function> AggregateFunctions() { return kAggregateFunctions; }
std::span<const Function> WindowFunctions() { return kWindowFunctions; }

}  // namespace tarn::plan
