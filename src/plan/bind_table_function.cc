#include <fmt/format.h>

#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/named_arguments.h"
#include "plan/node.h"

// What makes rows in FROM: generators, range, and LATERAL VIEW.
namespace tarn::plan {
namespace {

bool IsTrue(const sql::Expr& expr) {
  const auto* literal = std::get_if<sql::Literal>(&expr.node);
  return literal != nullptr && literal->kind == sql::Literal::Kind::kBoolean &&
         literal->text == "true";
}

// The numbers of range(start, end, step); none where there are too many.
std::optional<Range> RangeOf(int64_t start, int64_t end, int64_t step) {
  using Wide = __int128;
  const Wide distance = Wide{end} - start;
  const bool is_empty = step > 0 ? distance <= 0 : distance >= 0;
  if (is_empty) return Range{start, step, 0};
  const Wide num_rows = (distance + step + (step > 0 ? -1 : 1)) / step;
  if (num_rows > std::numeric_limits<int64_t>::max()) return std::nullopt;
  return Range{start, step, static_cast<int64_t>(num_rows)};
}

}  // namespace

Relation QueryBinder::AddGenerator(Relation input, const sql::Expr& written, bool outer,
                                   const sql::TableRef& ref) {
  const sql::Call* call = GeneratorCallOf(written);
  if (call == nullptr) {
    diagnostics_->Add(
        written.at, "not a function that makes rows: " + SqlText(written.at),
        "generators are explode, posexplode, inline, each with _outer, stack and json_tuple");
    return UnknownRelation();
  }
  ClauseRules rules;
  rules.clause = "an argument of " + call->name;
  rules.scope = &input.scope;
  rules.queries = this;
  rules.subqueries = SubqueryRule::kOfGenerator;
  std::optional<BoundGenerator> bound =
      ExprBinder(rules, diagnostics_).BindGenerator(*call, written.at);
  const std::vector<std::string>& given = ref.column_aliases;
  if (bound && !given.empty() && given.size() != bound->names.size()) {
    diagnostics_->Add(written.at,
                      fmt::format("{} names for the {} columns of {}", given.size(),
                                  bound->names.size(), call->name),
                      "name all of them or none");
    bound.reset();
  }
  if (!bound) {
    input.scope.complete = false;
    return input;
  }
  bound->generate.outer = bound->generate.outer || outer;
  const std::vector<ExprPtr> outputs = OutputsOf(*bound, input.node->schema->num_fields());
  input.node = MakeGenerate(input.node, bound->generate, bound->generated);
  for (size_t i = 0; i < outputs.size(); ++i) {
    input.scope.columns.push_back(
        {ref.alias, given.empty() ? bound->names[i] : given[i], outputs[i]});
  }
  return input;
}

Relation QueryBinder::BindTable(const sql::LateralView& view, const sql::TableRef& ref) {
  Relation input = view.input == nullptr ? Relation{MakeOneRow(), {}} : BindFrom(*view.input);
  return AddGenerator(std::move(input), *view.call, view.outer, ref);
}

Relation QueryBinder::BindTable(const sql::TableFunction& function, const sql::TableRef& ref) {
  if (GeneratorCallOf(*function.call) != nullptr) {
    return AddGenerator({MakeOneRow(), {}}, *function.call, false, ref);
  }
  const auto& call = std::get<sql::Call>(function.call->node);
  if (call.name == "range") return BindRange(call, ref.at);
  diagnostics_->Add(ref.at, "unknown table function: " + call.name,
                    "in FROM there are range, read_json, read_parquet, read_csv, explode, "
                    "posexplode, inline, stack and json_tuple");
  return UnknownRelation();
}

Relation QueryBinder::BindRange(const sql::Call& call, const sql::Location& at) {
  const auto refuse = [&](const char* what, const char* hint) {
    diagnostics_->Add(at, what, hint);
    return UnknownRelation();
  };
  constexpr char kForms[] = "write range(end) or range(start, end[, step])";
  if (HasNamedArguments(call)) {
    return refuse("range takes no arguments by name", "pass the arguments in order");
  }
  const size_t num_args = call.args.size();
  if (num_args < 1 || num_args > 4) return refuse("range takes 1 to 4 arguments", kForms);
  const Scope no_columns;
  ClauseRules rules;
  rules.clause = "range";
  rules.scope = &no_columns;
  ExprBinder binder(rules, diagnostics_);
  std::vector<int64_t> values;
  for (const sql::ExprPtr& arg : call.args) {
    const ExprPtr bound = binder.Bind(*arg);
    if (bound == nullptr) return UnknownRelation();
    const std::optional<int64_t> value =
        WholeNumberOf(IsLiteral(*bound) ? *CastTo(bound, arrow::int64()) : *bound);
    if (!value) return refuse("range needs numbers that are known here", kForms);
    values.push_back(*value);
  }
  // The fourth one says of how many partitions they are in Spark.
  const int64_t step = num_args > 2 ? values[2] : 1;
  if (step == 0) return refuse("the step of range is 0", kForms);
  const std::optional<Range> range =
      num_args == 1 ? RangeOf(0, values[0], 1) : RangeOf(values[0], values[1], step);
  if (!range) return refuse("range has more than 9223372036854775807 rows", kForms);
  Relation relation{MakeRange(*range, "id"), {}};
  relation.scope.columns.push_back({"", "id", MakeColumn(*relation.node->schema, 0)});
  return relation;
}

Relation QueryBinder::BindLateralGenerator(const sql::Join& join, const Relation& left) {
  const auto& function = std::get<sql::TableFunction>(join.right->node);
  const bool is_inner = join.kind == sql::JoinKind::kInner || join.kind == sql::JoinKind::kCross;
  const bool is_left = join.kind == sql::JoinKind::kLeft;
  if ((!is_inner && !is_left) || !join.using_columns.empty() || join.natural) {
    return BindLateral(join, left);
  }
  if (is_left && join.on != nullptr) {
    // A condition chooses rows before others take their place.
    if (!IsTrue(*join.on)) return BindLateral(join, left);
    return AddGenerator(left, *function.call, true, *join.right);
  }
  const bool is_outer = GeneratorCallOf(*function.call)->name.ends_with("_outer");
  if (is_left && !is_outer) {
    // Spark leaves out the rows that it should keep.
    diagnostics_->Add(join.right->at, "LEFT JOIN LATERAL with a generator and without ON",
                      "write ON true, or LATERAL with explode_outer");
    return UnknownRelation();
  }
  Relation rows = AddGenerator(left, *function.call, false, *join.right);
  const int left_width = left.node->schema->num_fields();
  rows.node = MakeFilter(rows.node, SplitConjuncts(BindOn(join, rows.scope, left_width)));
  return rows;
}

}  // namespace tarn::plan
