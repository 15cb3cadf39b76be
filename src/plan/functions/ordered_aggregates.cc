#include "plan/functions/family_internal.h"
#include "values/interval.h"

// Aggregates that need all values of a group at once, in an order: percentiles, lists, texts.
namespace tarn::plan {
namespace {

using arrow::Type;

// A share, or several of them: the type of the result is `value`, or an ARRAY of it.
Result<ResolvedFunction> OfShares(const Arguments& args, TypePtr arg, TypePtr value) {
  ResolvedFunction function;
  function.arg_types = {std::move(arg), arrow::float64()};
  function.type = std::move(value);
  const arrow::DataType& share = *args[1].type;
  if (share.id() == Type::LIST) {
    const TypePtr& element = static_cast<const arrow::ListType&>(share).value_type();
    if (!IsNumeric(*element) && element->id() != Type::NA) {
      return WrongType(1, share, "ARRAY<DOUBLE>");
    }
    function.arg_types[1] = arrow::list(arrow::float64());
    function.type = arrow::list(function.type);
  } else if (!CanCastImplicitly(share, *arrow::float64())) {
    return WrongType(1, share, "DOUBLE or ARRAY<DOUBLE>");
  }
  return function;
}

// An interval or a TIME stays one, a number becomes a DOUBLE.
Result<TypePtr> Measured(const Arguments& args) {
  const TypePtr& type = args[0].type;
  if (IsInterval(*type) || IsTime(*type)) return type;
  if (CanCastImplicitly(*type, *arrow::float64())) return TypePtr(arrow::float64());
  return WrongType(0, *type, "a number, a TIME or an interval");
}

// What lies between two values of a type that Measured gives.
TypePtr Between(const TypePtr& type) {
  return IsInterval(*type) ? IntervalTypeOfAllFields(*type) : type;
}

Result<ResolvedFunction> Percentile(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr type, Measured(args));
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, OfShares(args, type, Between(type)));
  if (args.size() < 3) return function;
  ARROW_RETURN_NOT_OK(CheckArgument(args, 2, IsInteger, "a whole number"));
  function.arg_types.push_back(arrow::int64());
  return function;
}

Result<ResolvedFunction> Median(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr type, Measured(args));
  return TakeTypes(args, {type}, Between(type));
}

bool IsMeasure(const arrow::DataType& type) {
  return IsNumeric(type) || IsTemporal(type) || IsTime(type) || IsInterval(type) ||
         type.id() == Type::NA;
}

// What is computed with: a time or an interval as it is.
TypePtr DoubleIfNumber(const TypePtr& type) {
  return IsNumeric(*type) ? TypePtr(arrow::float64()) : type;
}

Result<ResolvedFunction> ApproximatePercentile(const Arguments& args) {
  TypePtr type = args[0].type;
  if (type->id() == Type::STRING || type->id() == Type::NA) type = arrow::float64();
  if (!IsMeasure(*type)) return WrongType(0, *type, "a number, a time or an interval");
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, OfShares(args, DoubleIfNumber(type), type));
  if (args.size() < 3) return function;
  ARROW_RETURN_NOT_OK(CheckArgument(args, 2, IsInteger, "a whole number"));
  function.arg_types.push_back(arrow::int64());
  return function;
}

Result<ResolvedFunction> Histogram(const Arguments& args) {
  TypePtr type = args[0].type;
  if (type->id() == Type::STRING || type->id() == Type::NA) type = arrow::float64();
  if (!IsMeasure(*type)) return WrongType(0, *type, "a number, a time or an interval");
  if (!CanCastImplicitly(*args[1].type, *arrow::int32())) {
    return WrongType(1, *args[1].type, "INT");
  }
  ResolvedFunction function;
  function.arg_types = {DoubleIfNumber(type), arrow::int32()};
  function.type =
      arrow::list(arrow::struct_({arrow::field("x", type), arrow::field("y", arrow::float64())}));
  return function;
}

Result<ResolvedFunction> ListOf(const Arguments& args) {
  ResolvedFunction function;
  function.arg_types = {args[0].type};
  function.type = arrow::list(args[0].type);
  return function;
}

Result<ResolvedFunction> SetOf(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckIsGroupable(*args[0].type));
  return ListOf(args);
}

Result<ResolvedFunction> UnionOf(const Arguments& args) {
  const arrow::DataType& type = *args[0].type;
  if (type.id() != Type::LIST) return WrongType(0, type, "an ARRAY");
  const TypePtr& element = static_cast<const arrow::ListType&>(type).value_type();
  ARROW_RETURN_NOT_OK(CheckHasOrder(*element));
  return TakeTypes(args, {args[0].type}, arrow::list(element));
}

Result<ResolvedFunction> Joined(const Arguments& args) {
  ResolvedFunction function;
  const bool is_binary = args[0].type->id() == Type::BINARY;
  function.type = is_binary ? TypePtr(arrow::binary()) : TypePtr(arrow::utf8());
  function.arg_types.assign(args.size(), function.type);
  for (size_t i = 0; i < args.size(); ++i) {
    const arrow::DataType& type = *args[i].type;
    const bool fits = is_binary ? type.id() == Type::BINARY || type.id() == Type::NA
                                : CanCastImplicitly(type, *arrow::utf8());
    if (!fits) return WrongType(i, type, is_binary ? "BINARY" : "STRING");
  }
  return function;
}

Result<ResolvedFunction> MostFrequent(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckHasOrder(*args[0].type));
  if (args.size() > 1 && (!args[1].is_literal || args[1].type->id() != Type::BOOL)) {
    return WrongType(1, *args[1].type, "TRUE or FALSE as a literal");
  }
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = args[0].type;
  return function;
}

constexpr FunctionTraits kOrderedTraits = {.nullability = Nullability::kAlways,
                                           .ignores_order = true};

constexpr Function kOrderedAggregateFunctions[] = {
    {.name = "percentile",
     .kind = FunctionKind::kAggregate,
     .signature = "percentile(x, share[, frequency BIGINT])",
     .help = "x below which that share (0.0 to 1.0) of the rows is, interpolated; an ARRAY of "
             "shares gives an ARRAY; frequency is how often the row counts",
     .example =
         "SELECT percentile(ms, array(0.5, 0.9)) FROM VALUES (80), (120), (150), (900) AS t(ms)",
     .num_args = {2, 3},
     .resolve = Percentile,
     .traits = kOrderedTraits,
     .constant_args = 0b10},
    {.name = "percentile_cont",
     .kind = FunctionKind::kAggregate,
     .signature = "percentile_cont(share) WITHIN GROUP (ORDER BY x)",
     .help = "as percentile(x, share); from the greatest down with DESC",
     .example = "SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY ms) FROM VALUES (80), (120), "
                "(150), (900) AS t(ms)",
     .num_args = {2, 2},
     .resolve = Percentile,
     .traits = kOrderedTraits,
     .constant_args = 0b10,
     .within_group = WithinGroup::kValue},
    {.name = "percentile_disc",
     .kind = FunctionKind::kAggregate,
     .signature = "percentile_disc(share) WITHIN GROUP (ORDER BY x)",
     .help = "the first value up to which that share of the rows is",
     .example = "SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY ms) FROM VALUES (80), (120), "
                "(150), (900) AS t(ms)",
     .num_args = {2, 2},
     .resolve = Percentile,
     .traits = kOrderedTraits,
     .constant_args = 0b10,
     .within_group = WithinGroup::kValue},
    {.name = "median",
     .kind = FunctionKind::kAggregate,
     .signature = "median(x)",
     .help = "percentile(x, 0.5)",
     .example = "SELECT median(ms) FROM VALUES (80), (120), (150), (900) AS t(ms)",
     .num_args = {1, 1},
     .resolve = Median,
     .traits = kOrderedTraits},
    {.name = "percentile_approx",
     .aliases = {"approx_percentile"},
     .kind = FunctionKind::kAggregate,
     .signature = "percentile_approx(x, share[, accuracy INT])",
     .help =
         "an x that is there, at about that share of the rows: 1 / accuracy (10000) of them off "
         "at most",
     .example =
         "SELECT percentile_approx(ms, 0.75, 100) FROM VALUES (80), (120), (150), (900) AS t(ms)",
     .num_args = {2, 3},
     .resolve = ApproximatePercentile,
     .traits = {.nullability = Nullability::kAlways},
     .constant_args = 0b110},
    {.name = "histogram_numeric",
     .kind = FunctionKind::kAggregate,
     .signature = "histogram_numeric(x, bins INT)",
     .help = "ARRAY<STRUCT<x, y DOUBLE>>: centres of at most so many bins, and how many rows each "
             "has",
     .example = "SELECT histogram_numeric(ms, 2) FROM VALUES (80.0), (120.0), (900.0) AS t(ms)",
     .num_args = {2, 2},
     .resolve = Histogram,
     .traits = {.nullability = Nullability::kAlways},
     .constant_args = 0b10},
    {.name = "mode",
     .kind = FunctionKind::kAggregate,
     .signature = "mode(x[, deterministic BOOLEAN]) or mode() WITHIN GROUP (ORDER BY x)",
     .help = "the most frequent x; of several the least, with DESC the greatest",
     .example = "SELECT mode(genre) FROM VALUES ('rock'), ('pop'), ('rock') AS t(genre)",
     .num_args = {1, 2},
     .resolve = MostFrequent,
     .traits = kOrderedTraits,
     .constant_args = 0b10,
     .within_group = WithinGroup::kMayBeValue,
     .takes_distinct = false},
    {.name = "collect_list",
     .aliases = {"array_agg"},
     .kind = FunctionKind::kAggregate,
     .signature = "collect_list(x) [RESPECT NULLS]",
     .help = "ARRAY of all x that are not NULL, in the order of rows; RESPECT NULLS: of all",
     .example = "SELECT id, collect_list(page) FROM VALUES (1, 'Home'), (1, 'Help'), (2, 'Home') "
                "AS t(id, page) GROUP BY id",
     .num_args = {1, 1},
     .resolve = ListOf,
     .traits = {.nullability = Nullability::kNever},
     .takes_ignore_nulls = true},
    {.name = "collect_set",
     .kind = FunctionKind::kAggregate,
     .signature = "collect_set(x) [RESPECT NULLS]",
     .help = "ARRAY of the different x that are not NULL, in the order of rows; Spark's order is "
             "another one",
     .example = "SELECT array_sort(collect_set(genre)) FROM VALUES ('rock'), ('pop'), ('rock') AS "
                "t(genre)",
     .num_args = {1, 1},
     .resolve = SetOf,
     .traits = {.nullability = Nullability::kNever, .ignores_repeats = true},
     .takes_ignore_nulls = true},
    {.name = "collect_union",
     .kind = FunctionKind::kAggregate,
     .signature = "collect_union(ARRAY) [RESPECT NULLS]",
     .help = "ARRAY of the different elements of all ARRAYs, in the order of rows, without NULL "
             "elements; RESPECT NULLS: with one; Spark's order is another one",
     .example = "SELECT array_sort(collect_union(tags)) FROM VALUES (array('rock', 'live')), "
                "(array('pop', 'live')) AS t(tags)",
     .num_args = {1, 1},
     .resolve = UnionOf,
     .traits = {.nullability = Nullability::kNever, .ignores_repeats = true},
     .takes_ignore_nulls = true},
    {.name = "listagg",
     .aliases = {"string_agg"},
     .kind = FunctionKind::kAggregate,
     .signature = "listagg(x[, delimiter]) [WITHIN GROUP (ORDER BY …)]",
     .help = "joined STRINGs or BINARYs, NULLs left out; NULL without any",
     .example = "SELECT listagg(song, ', ') WITHIN GROUP (ORDER BY song) FROM VALUES ('Lake'), "
                "('Dawn'), (NULL) AS t(song)",
     .num_args = {1, 2},
     .resolve = Joined,
     .traits = {.nullability = Nullability::kAlways},
     .constant_args = 0b10,
     .within_group = WithinGroup::kOrder},
};

}  // namespace

std::span<const Function> OrderedAggregateFunctions() { return kOrderedAggregateFunctions; }

}  // namespace tarn::plan
