#include <algorithm>

#include "pipeline/ddl.h"
#include "plan/functions/family_internal.h"
#include "plan/known_functions.h"
#include "values/interval.h"

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
  if (IsDecimal(*type) || IsInterval(*type)) return type;
  if (IsFloating(*type) || CanCastImplicitly(*type, *arrow::float64()))
    return TypePtr(arrow::float64());
  return WrongType(0, *type, "a number or an interval");
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

// The value of some row.
Result<ResolvedFunction> AnyOf(const Arguments& args) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = args[0].type;
  return function;
}

// The same, and whether NULLs are passed over.
Result<ResolvedFunction> OneOf(const Arguments& args) {
  if (args.size() > 1 && (!args[1].is_literal || args[1].type->id() != arrow::Type::BOOL)) {
    return WrongType(1, *args[1].type, "TRUE or FALSE as a literal");
  }
  return AnyOf(args);
}

Result<ResolvedFunction> Extreme(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckHasOrder(*args[0].type));
  return AnyOf(args);
}

// The value of one row, or of several ones, chosen by the second argument's order.
Result<ResolvedFunction> Chosen(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckHasOrder(*args[1].type));
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, AnyOf(args));
  if (args.size() < 3) return function;
  if (!CanCastImplicitly(*args[2].type, *arrow::int32())) {
    return WrongType(2, *args[2].type, "INT");
  }
  function.arg_types[2] = arrow::int32();
  function.type = arrow::list(args[0].type);
  return function;
}

Result<ResolvedFunction> Bits(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsInteger, "a whole number"));
  const bool is_null = args[0].type->id() == arrow::Type::NA;
  ResolvedFunction function;
  function.type = is_null ? TypePtr(arrow::int32()) : args[0].type;
  function.arg_types = {function.type};
  return function;
}

Result<ResolvedFunction> ConstructedBitmap(const Arguments& args) {
  return TakeTypes(args, {arrow::int64()}, arrow::binary());
}

Result<ResolvedFunction> Bitmaps(const Arguments& args) {
  const auto is_binary = [](const arrow::DataType& type) {
    return type.id() == arrow::Type::BINARY;
  };
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, is_binary, "BINARY"));
  return TakeTypes(args, {arrow::binary()}, arrow::binary());
}

}  // namespace

Result<ResolvedFunction> Average(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(TypePtr type, Summand(args));
  function.type = IsInterval(*type) ? IntervalTypeOfAllFields(*type) : TypePtr(arrow::float64());
  if (IsDecimal(*type)) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
    function.type = CappedDecimal(decimal.precision() + 4, decimal.scale() + 4);
  }
  const bool is_exact = IsDecimal(*type) || IsInterval(*type);
  function.arg_types = {is_exact ? type : TypePtr(arrow::float64())};
  return function;
}

namespace {

constexpr Function kAggregateFunctions[] = {
    {.name = "count",
     .kind = FunctionKind::kAggregate,
     .signature = "count(*), count(x, …), count(DISTINCT x)",
     .help = "rows; rows where no x is NULL",
     .example = "SELECT count(*), count(genre), count(DISTINCT genre) FROM VALUES ('rock'), "
                "('rock'), (NULL) AS t(genre)",
     .num_args = {0, Function::kVariadic},
     .resolve = Count,
     .traits = {.nullability = Nullability::kNever, .ignores_order = true},
     .merged_by = "sum"},
    {.name = "sum",
     .kind = FunctionKind::kAggregate,
     .signature = "sum(x)",
     .help = "sum; an error on overflow; NULL without rows",
     .example = "SELECT level, sum(plays) FROM VALUES ('free', 3), ('paid', 8), ('paid', 5) AS "
                "t(level, plays) GROUP BY level",
     .num_args = {1, 1},
     .resolve = Sum,
     .traits = {.nullability = Nullability::kAlways},
     .merged_by = "sum"},
    {.name = "avg",
     .aliases = {"mean"},
     .kind = FunctionKind::kAggregate,
     .signature = "avg(x)",
     .help = "mean; NULL without rows",
     .example = "SELECT avg(plays) FROM VALUES (3), (8), (NULL) AS t(plays)",
     .num_args = {1, 1},
     .resolve = Average,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "try_sum",
     .kind = FunctionKind::kAggregate,
     .signature = "try_sum(x)",
     .help = "sum; NULL on overflow and without rows",
     .example = "SELECT try_sum(x) FROM VALUES (9223372036854775807), (1) AS t(x)",
     .num_args = {1, 1},
     .resolve = Sum,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "try_avg",
     .kind = FunctionKind::kAggregate,
     .signature = "try_avg(x)",
     .help = "mean; NULL on overflow and without rows",
     .example = "SELECT try_avg(price) FROM VALUES (9.99), (4.50) AS t(price)",
     .num_args = {1, 1},
     .resolve = Average,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "min",
     .kind = FunctionKind::kAggregate,
     .signature = "min(x)",
     .help = "the least",
     .example = "SELECT min(day) FROM VALUES (DATE '2024-02-29'), (DATE '2024-01-31') AS t(day)",
     .num_args = {1, 1},
     .resolve = Extreme,
     .traits = {.nullability = Nullability::kAlways,
                .ignores_repeats = true,
                .ignores_order = true},
     .merged_by = "min"},
    {.name = "max",
     .kind = FunctionKind::kAggregate,
     .signature = "max(x)",
     .help = "the greatest",
     .example = "SELECT max(day) FROM VALUES (DATE '2024-02-29'), (DATE '2024-01-31') AS t(day)",
     .num_args = {1, 1},
     .resolve = Extreme,
     .traits = {.nullability = Nullability::kAlways,
                .ignores_repeats = true,
                .ignores_order = true},
     .merged_by = "max"},
    {.name = "min_by",
     .kind = FunctionKind::kAggregate,
     .signature = "min_by(x, order[, k INT])",
     .help =
         "x of the row with the least order; with k, an ARRAY of the x of the first k rows by it",
     .example = "SELECT min_by(song, seconds, 2) FROM VALUES ('Echo', 210), ('Dawn', 95), ('Lake', "
                "180) AS t(song, seconds)",
     .num_args = {2, 3},
     .resolve = Chosen,
     .traits = {.nullability = Nullability::kAlways},
     .constant_args = 0b100},
    {.name = "max_by",
     .kind = FunctionKind::kAggregate,
     .signature = "max_by(x, order[, k INT])",
     .help = "x of the row with the greatest order; with k, an ARRAY of the x of the first k rows "
             "by it",
     .example = "SELECT max_by(level, at) FROM VALUES ('free', 1), ('paid', 3), ('free', 2) AS "
                "t(level, at)",
     .num_args = {2, 3},
     .resolve = Chosen,
     .traits = {.nullability = Nullability::kAlways},
     .constant_args = 0b100},
    {.name = "any_value",
     .kind = FunctionKind::kAggregate,
     .signature = "any_value(x[, ignore_nulls BOOLEAN]) [IGNORE NULLS]",
     .help = "x of the first row, which may be NULL; IGNORE NULLS: that is not NULL",
     .example = "SELECT genre, any_value(artist) FROM VALUES ('rock', 'Ada'), ('jazz', 'Bo') AS "
                "t(genre, artist) GROUP BY genre",
     .num_args = {1, 2},
     .resolve = OneOf,
     .traits = {.nullability = Nullability::kAlways, .ignores_repeats = true},
     .constant_args = 0b10,
     .takes_ignore_nulls = true},
    {.name = "first",
     .aliases = {"first_value"},
     .kind = FunctionKind::kAggregate,
     .signature = "first(x[, ignore_nulls BOOLEAN]) [IGNORE NULLS]",
     .help = "x of the first row, which may be NULL; IGNORE NULLS: that is not NULL",
     .example =
         "SELECT first(level) IGNORE NULLS FROM VALUES (NULL), ('free'), ('paid') AS t(level)",
     .num_args = {1, 2},
     .resolve = OneOf,
     .traits = {.nullability = Nullability::kAlways, .ignores_repeats = true},
     .constant_args = 0b10,
     .takes_ignore_nulls = true},
    {.name = "last",
     .aliases = {"last_value"},
     .kind = FunctionKind::kAggregate,
     .signature = "last(x[, ignore_nulls BOOLEAN]) [IGNORE NULLS]",
     .help = "x of the last row, which may be NULL; IGNORE NULLS: that is not NULL",
     .example =
         "SELECT last(level) IGNORE NULLS FROM VALUES ('free'), ('paid'), (NULL) AS t(level)",
     .num_args = {1, 2},
     .resolve = OneOf,
     .traits = {.nullability = Nullability::kAlways},
     .constant_args = 0b10,
     .takes_ignore_nulls = true},
    {.name = "bool_and",
     .aliases = {"every"},
     .kind = FunctionKind::kAggregate,
     .signature = "bool_and(BOOLEAN)",
     .help = "whether all are true",
     .example = "SELECT bool_and(ok) FROM VALUES (true), (false), (NULL) AS t(ok)",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Boolean)>,
     .traits = {.nullability = Nullability::kAlways, .ignores_order = true},
     .merged_by = "bool_and"},
    {.name = "bool_or",
     .aliases = {"some", "any"},
     .kind = FunctionKind::kAggregate,
     .signature = "bool_or(BOOLEAN)",
     .help = "whether one is true",
     .example = "SELECT bool_or(ok) FROM VALUES (true), (false), (NULL) AS t(ok)",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(Boolean)>,
     .traits = {.nullability = Nullability::kAlways, .ignores_order = true},
     .merged_by = "bool_or"},
    {.name = "count_if",
     .kind = FunctionKind::kAggregate,
     .signature = "count_if(BOOLEAN)",
     .help = "rows for which it is true",
     .example = "SELECT count_if(status >= 400) FROM VALUES (200), (404), (500) AS t(status)",
     .num_args = {1, 1},
     .resolve = Takes<BigInt(Boolean)>,
     .traits = {.nullability = Nullability::kNever, .ignores_order = true},
     .merged_by = "sum"},
    {.name = "bit_and",
     .kind = FunctionKind::kAggregate,
     .signature = "bit_and(x)",
     .help = "the bits that all have; NULL without rows",
     .example = "SELECT bit_and(flags) FROM VALUES (7), (5), (13) AS t(flags)",
     .num_args = {1, 1},
     .resolve = Bits,
     .traits = {.nullability = Nullability::kAlways,
                .ignores_repeats = true,
                .ignores_order = true},
     .merged_by = "bit_and"},
    {.name = "bit_or",
     .kind = FunctionKind::kAggregate,
     .signature = "bit_or(x)",
     .help = "the bits that one has; NULL without rows",
     .example = "SELECT bit_or(flags) FROM VALUES (1), (4), (5) AS t(flags)",
     .num_args = {1, 1},
     .resolve = Bits,
     .traits = {.nullability = Nullability::kAlways,
                .ignores_repeats = true,
                .ignores_order = true},
     .merged_by = "bit_or"},
    {.name = "bit_xor",
     .kind = FunctionKind::kAggregate,
     .signature = "bit_xor(x)",
     .help = "the bits that an odd number has; NULL without rows",
     .example = "SELECT bit_xor(flags) FROM VALUES (1), (4), (5), (8) AS t(flags)",
     .num_args = {1, 1},
     .resolve = Bits,
     .traits = {.nullability = Nullability::kAlways, .ignores_order = true},
     .merged_by = "bit_xor"},
    {.name = "bitmap_construct_agg",
     .kind = FunctionKind::kAggregate,
     .signature = "bitmap_construct_agg(position BIGINT)",
     .help = "4096 bytes in which the bits at these positions, 0 to 32767, are set",
     .example = "SELECT bitmap_count(bitmap_construct_agg(bitmap_bit_position(id))) FROM VALUES "
                "(3), (7), (3) AS t(id)",
     .num_args = {1, 1},
     .resolve = ConstructedBitmap,
     .traits = {.nullability = Nullability::kNever, .ignores_repeats = true, .ignores_order = true},
     .merged_by = "bitmap_or_agg"},
    {.name = "bitmap_or_agg",
     .kind = FunctionKind::kAggregate,
     .signature = "bitmap_or_agg(BINARY)",
     .help = "4096 bytes with the bits that one has",
     .example = "SELECT bitmap_count(bitmap_or_agg(bits)) FROM VALUES (unhex('05')), (unhex('06')) "
                "AS t(bits)",
     .num_args = {1, 1},
     .resolve = Bitmaps,
     .traits = {.nullability = Nullability::kNever, .ignores_repeats = true, .ignores_order = true},
     .merged_by = "bitmap_or_agg"},
    {.name = "bitmap_and_agg",
     .kind = FunctionKind::kAggregate,
     .signature = "bitmap_and_agg(BINARY)",
     .help = "4096 bytes with the bits that all have; all of them without rows",
     .example = "SELECT bitmap_count(bitmap_and_agg(bits)) FROM VALUES (unhex('05')), "
                "(unhex('06')) AS t(bits)",
     .num_args = {1, 1},
     .resolve = Bitmaps,
     .traits = {.nullability = Nullability::kNever, .ignores_repeats = true, .ignores_order = true},
     .merged_by = "bitmap_and_agg"},
};

}  // namespace

constinit const Function& kCount = FunctionNamed(kAggregateFunctions, "count");

std::span<const Function> AggregateFunctions() { return kAggregateFunctions; }

}  // namespace tarn::plan
