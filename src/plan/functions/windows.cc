#include "pipeline/ddl.h"
#include "plan/functions/family_internal.h"

// Window functions: a value for each row from the rows of its partition. They are computed in
// local/windows/. Aggregates are window functions, too.
namespace tarn::plan {
namespace {

// The arguments of rank and its like count for nothing.
Result<ResolvedFunction> Ranks(const Arguments& args, TypePtr type) {
  ResolvedFunction function;
  for (const Argument& arg : args) function.arg_types.push_back(arg.type);
  function.type = std::move(type);
  return function;
}

Result<ResolvedFunction> RankOf(const Arguments& args) { return Ranks(args, arrow::int32()); }

Result<ResolvedFunction> ShareOf(const Arguments& args) { return Ranks(args, arrow::float64()); }

// What says how many rows or parts: an INT that is known before the first row.
Status CheckCount(const Arguments& args, size_t position, const std::string& what, int64_t least) {
  const Argument& arg = args[position];
  if (arg.type->id() != arrow::Type::INT32) {
    return WrongType(position, *arg.type, "an INT, " + what);
  }
  if (!arg.integer) return Status::Invalid("argument ", position + 1, " is no constant: ", what);
  if (*arg.integer < least) {
    return Status::Invalid("argument ", position + 1, " is ", *arg.integer, ", not ", what);
  }
  return Status::OK();
}

Result<ResolvedFunction> Tile(const Arguments& args) {
  if (!args.empty()) ARROW_RETURN_NOT_OK(CheckCount(args, 0, "the number of parts, 1 or more", 1));
  return RankOf(args);
}

bool CanBeDefault(const arrow::DataType& from, const arrow::DataType& to) {
  return (IsNumeric(from) && IsNumeric(to)) || CanCastImplicitly(from, to);
}

// lag and lead: x, how many rows from here, what there is where no such row is.
Result<ResolvedFunction> Neighbour(const Arguments& args) {
  constexpr int64_t kLeast = -(int64_t{1} << 31);
  ResolvedFunction function;
  function.type = args[0].type;
  function.arg_types = {args[0].type};
  function.nullable = args[0].nullable || args.size() < 3 || args[2].nullable;
  if (args.size() > 1) {
    ARROW_RETURN_NOT_OK(CheckCount(args, 1, "how many rows from here", kLeast));
    function.arg_types.push_back(arrow::int32());
  }
  if (args.size() > 2) {
    if (!CanBeDefault(*args[2].type, *function.type)) {
      return WrongType(2, *args[2].type, pipeline::DdlOf(*function.type));
    }
    function.arg_types.push_back(function.type);
  }
  return function;
}

Result<ResolvedFunction> NthValue(const Arguments& args) {
  if (!args[1].integer) return Status::Invalid("argument 2 is no constant: which row of the frame");
  if (*args[1].integer < 1) {
    return Status::Invalid("argument 2 is ", *args[1].integer, ", not 1 or more");
  }
  ResolvedFunction function;
  function.type = args[0].type;
  function.arg_types = {args[0].type, arrow::int64()};
  return function;
}

// A counter, and when it began.
Result<ResolvedFunction> CounterDifference(const Arguments& args) {
  ARROW_RETURN_NOT_OK(CheckArgument(args, 0, IsNumeric, "a number"));
  ResolvedFunction function;
  const bool is_null = args[0].type->id() == arrow::Type::NA;
  function.type = is_null ? arrow::float64() : args[0].type;
  function.arg_types = {function.type};
  if (args.size() > 1) {
    ARROW_RETURN_NOT_OK(CheckArgument(
        args, 1, [](const arrow::DataType& type) { return type.id() == arrow::Type::TIMESTAMP; },
        "a TIMESTAMP"));
    const bool is_null_start = args[1].type->id() == arrow::Type::NA;
    function.arg_types.push_back(is_null_start ? TimestampType() : args[1].type);
  }
  return function;
}

constexpr Function kWindowFunctions[] = {
    {.name = "row_number",
     .kind = FunctionKind::kWindow,
     .signature = "row_number() OVER (PARTITION BY … ORDER BY …)",
     .help = "1 for the first row of each partition, 2 for the next, …",
     .example = "SELECT id, page, row_number() OVER (PARTITION BY id ORDER BY at) FROM VALUES (1, "
                "'Home', 20), (1, 'Login', 10), (2, 'Home', 15) AS t(id, page, at)",
     .resolve = Takes<Int()>,
     .traits = {.may_fail = false, .nullability = Nullability::kNever}},
    {.name = "rank",
     .kind = FunctionKind::kWindow,
     .signature = "rank() OVER (PARTITION BY … ORDER BY …)",
     .help = "1 more than the rows of the partition that come before; rows with equal keys have "
             "the same",
     .example = "SELECT song, rank() OVER (ORDER BY plays DESC) FROM VALUES ('Dawn', 9), ('Echo', "
                "9), ('Lake', 4) AS t(song, plays)",
     .num_args = {0, Function::kVariadic},
     .resolve = RankOf,
     .traits = {.may_fail = false, .nullability = Nullability::kNever}},
    {.name = "dense_rank",
     .kind = FunctionKind::kWindow,
     .signature = "dense_rank() OVER (PARTITION BY … ORDER BY …)",
     .help = "as rank, without gaps",
     .example = "SELECT song, dense_rank() OVER (ORDER BY plays DESC) FROM VALUES ('Dawn', 9), "
                "('Echo', 9), ('Lake', 4) AS t(song, plays)",
     .num_args = {0, Function::kVariadic},
     .resolve = RankOf,
     .traits = {.may_fail = false, .nullability = Nullability::kNever}},
    {.name = "percent_rank",
     .kind = FunctionKind::kWindow,
     .signature = "percent_rank() OVER (PARTITION BY … ORDER BY …)",
     .help = "(rank - 1) / (rows of the partition - 1); 0 where there is one row",
     .example = "SELECT song, percent_rank() OVER (ORDER BY plays) FROM VALUES ('Dawn', 9), "
                "('Echo', 7), ('Lake', 4) AS t(song, plays)",
     .num_args = {0, Function::kVariadic},
     .resolve = ShareOf,
     .traits = {.may_fail = false, .nullability = Nullability::kNever}},
    {.name = "cume_dist",
     .kind = FunctionKind::kWindow,
     .signature = "cume_dist() OVER (PARTITION BY … ORDER BY …)",
     .help = "the share of the partition's rows that do not come after this one's equals",
     .example = "SELECT song, cume_dist() OVER (ORDER BY plays) FROM VALUES ('Dawn', 9), ('Echo', "
                "9), ('Lake', 4) AS t(song, plays)",
     .resolve = Takes<Double()>,
     .traits = {.may_fail = false, .nullability = Nullability::kNever}},
    {.name = "ntile",
     .kind = FunctionKind::kWindow,
     .signature = "ntile([n INT]) OVER (PARTITION BY … ORDER BY …)",
     .help = "which of n parts of as many rows each, from 1; the first ones have one more",
     .example = "SELECT song, ntile(2) OVER (ORDER BY plays) FROM VALUES ('Dawn', 9), ('Echo', 7), "
                "('Lake', 4) AS t(song, plays)",
     .num_args = {0, 1},
     .resolve = Tile,
     .traits = {.may_fail = false, .nullability = Nullability::kNever}},
    {.name = "lag",
     .kind = FunctionKind::kWindow,
     .signature = "lag(x[, n INT[, default]]) [IGNORE NULLS] OVER (PARTITION BY … ORDER BY …)",
     .help = "x of the row n (1) rows before; default (NULL) where there is none",
     .example = "SELECT page, lag(page, 1, 'start') OVER (ORDER BY at) FROM VALUES ('Login', 10), "
                "('Home', 20), ('Help', 30) AS t(page, at)",
     .num_args = {1, 3},
     .resolve = Neighbour,
     .traits = {.may_fail = false, .nullability = Nullability::kResolved}},
    {.name = "lead",
     .kind = FunctionKind::kWindow,
     .signature = "lead(x[, n INT[, default]]) [IGNORE NULLS] OVER (PARTITION BY … ORDER BY …)",
     .help = "x of the row n (1) rows after; default (NULL) where there is none",
     .example = "SELECT page, lead(page) OVER (ORDER BY at) FROM VALUES ('Login', 10), ('Home', "
                "20), ('Help', 30) AS t(page, at)",
     .num_args = {1, 3},
     .resolve = Neighbour,
     .traits = {.may_fail = false, .nullability = Nullability::kResolved}},
    {.name = "counter_diff",
     .kind = FunctionKind::kWindow,
     .signature = "counter_diff(x[, start TIMESTAMP]) OVER (PARTITION BY … ORDER BY …)",
     .help =
         "by how much the counter x is greater than before; NULL where it began anew: x is less, "
         "or start another one",
     .example = "SELECT at, counter_diff(bytes) OVER (PARTITION BY host ORDER BY at) FROM VALUES "
                "('a', 1, 100), ('a', 2, 130), ('a', 3, 20) AS t(host, at, bytes)",
     .num_args = {1, 2},
     .resolve = CounterDifference,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "nth_value",
     .kind = FunctionKind::kWindow,
     .signature = "nth_value(x, n) [IGNORE NULLS] OVER (PARTITION BY … ORDER BY …)",
     .help = "x of the n-th row of the frame; NULL where there is none",
     .example = "SELECT page, nth_value(page, 2) OVER (ORDER BY at) FROM VALUES ('Login', 10), "
                "('Home', 20), ('Help', 30) AS t(page, at)",
     .num_args = {2, 2},
     .resolve = NthValue,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways}},
};

}  // namespace

std::span<const Function> WindowFunctions() { return kWindowFunctions; }

}  // namespace tarn::plan
