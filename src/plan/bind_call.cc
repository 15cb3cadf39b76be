#include <fmt/format.h>

#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "plan/fold_literal.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/named_arguments.h"
#include "plan/resolve_call.h"
#include "plan/time_windows.h"

namespace tarn::plan {
namespace {

bool EqualAll(const std::vector<ExprPtr>& left, const std::vector<ExprPtr>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const ExprPtr& a, const ExprPtr& b) { return Equal(*a, *b); });
}

bool SameCall(const GroupingCall& left, const GroupingCall& right) {
  return left.is_id == right.is_id && left.of_all_keys == right.of_all_keys &&
         EqualAll(left.keys, right.keys);
}

// The column that stands for `call`; the same call written twice is computed once.
template <typename Op>
int Collect(CollectedCalls* calls, Op call, std::string name) {
  for (size_t i = 0; i < calls->entries.size(); ++i) {
    const Op* other = std::get_if<Op>(&calls->entries[i].call);
    if (other != nullptr && SameCall(*other, call)) return calls->input_width + static_cast<int>(i);
  }
  calls->entries.push_back({std::move(call), std::move(name)});
  return calls->input_width + static_cast<int>(calls->entries.size()) - 1;
}

}  // namespace

bool SameCall(const AggregateCall& left, const AggregateCall& right) {
  bool same_filter = left.filter == nullptr || right.filter == nullptr
                         ? left.filter == right.filter
                         : Equal(*left.filter, *right.filter);
  return left.function == right.function && left.distinct == right.distinct && same_filter &&
         left.order == right.order && left.ignore_nulls == right.ignore_nulls &&
         left.respect_nulls == right.respect_nulls && EqualAll(left.args, right.args) &&
         EqualAll(left.constants, right.constants);
}

ExprPtr ExprBinder::BindNode(const sql::Call& call, const sql::Location& at) {
  if (HasNamedArguments(call)) {
    const Result<sql::Call> ordered = InOrder(call, at);
    if (ordered.ok()) return BindNode(*ordered, at);
    diagnostics_->Add(at, ordered.status());
    return nullptr;
  }
  if (call.over.has_value()) return BindWindow(call, at);
  if (call.name == "grouping" || call.name == "grouping_id") return BindGrouping(call, at);
  const Function* function = FindFunction(call.name);
  const bool is_known = function != nullptr;
  if (is_known && function->kind == FunctionKind::kAggregate) return BindAggregate(call, at);
  if (is_known && function->kind == FunctionKind::kWindow) {
    diagnostics_->Add(at, call.name + "() needs an OVER clause",
                      "write " + call.name + "() OVER (PARTITION BY … ORDER BY …)");
    return nullptr;
  }
  if (is_known && function->kind == FunctionKind::kGenerator) {
    diagnostics_->Add(at, "a generator has no meaning here: " + call.name,
                      "select it by itself, or write it in FROM or LATERAL VIEW");
    return nullptr;
  }
  if (is_known && (call.distinct || call.filter != nullptr || !call.within_group.empty() ||
                   call.ignore_nulls)) {
    diagnostics_->Add(at, fmt::format("{} is not an aggregate and takes no {}", call.name,
                                      call.distinct                ? "DISTINCT"
                                      : call.filter != nullptr     ? "FILTER"
                                      : !call.within_group.empty() ? "WITHIN GROUP"
                                                                   : "IGNORE NULLS"));
    return nullptr;
  }
  if (call.name == "between") return BindBetween(call, at);
  if (call.name.ends_with("like_any") || call.name.ends_with("like_all")) {
    return BindLikeList(call, at);
  }
  if (call.name == "extract" || call.name == "date_part" || call.name == "datepart") {
    return BindExtract(call, at);
  }
  if (call.name == "collation" && call.args.size() == 1) {
    const auto* collate = std::get_if<sql::Collate>(&call.args[0]->node);
    if (collate != nullptr) return BindCollation(*collate, at);
  }
  if (call.name == "struct") return BindStruct(call, at);
  if (call.name == "input_file_name") return BindInputFileName(call, at);
  if (call.name == "arrays_zip") return BindArraysZip(call, at);
  if (IsTimeWindowName(call.name)) return BindTimeWindow(call, at);
  if (call.name == "window_time") return BindWindowTime(call, at);
  if (is_known && function->lambda_arguments != 0) return BindLambdaCall(*function, call, at);
  return BindScalarCall(call, at);
}

ExprPtr ExprBinder::BindBetween(const sql::Call& call, const sql::Location& at) {
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return nullptr;
  ExprPtr low = ResolveScalar("ge", {args[0], args[1]}, at);
  if (low == nullptr) return nullptr;
  ExprPtr high = ResolveScalar("le", {args[0], args[2]}, at);
  if (high == nullptr) return nullptr;
  return MakePredicate(kAnd, {low, high});
}

// x [NOT] LIKE ANY (a, b) as x [NOT] LIKE a OR …; ALL with AND.
ExprPtr ExprBinder::BindLikeList(const sql::Call& call, const sql::Location& at) {
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return nullptr;
  if (args.size() < 2) {
    diagnostics_->Add(at, "LIKE ANY and LIKE ALL need a pattern", "write LIKE ANY ('a%', 'b%')");
    return nullptr;
  }
  const bool negated = call.name.starts_with("not_");
  const std::string like = call.name.find("ilike") != std::string::npos ? "ilike" : "like";
  std::vector<ExprPtr> parts;
  for (size_t i = 1; i < args.size(); ++i) {
    ExprPtr part = ResolveScalar(like, {args[0], args[i]}, at);
    if (part != nullptr && negated) part = MakePredicate(kNot, {part});
    if (part == nullptr) return nullptr;
    parts.push_back(std::move(part));
  }
  return call.name.ends_with("_any") ? JoinDisjuncts(parts) : JoinConjuncts(parts);
}

// A column of the source that FROM reads; nothing without FROM. Of other rows Spark's answer
// depends on how it carries the query out.
ExprPtr ExprBinder::BindInputFileName(const sql::Call& call, const sql::Location& at) {
  const bool has_rows = rules_.scope != nullptr && !rules_.scope->columns.empty();
  if (!call.args.empty() || !has_rows) return BindScalarCall(call, at);
  for (const ScopeColumn& column : rules_.scope->columns) {
    if (column.of_file != OfFile::kInputFile) continue;
    return MakeColumn(column.expr->column, column.expr->type, column.expr->nullable, at);
  }
  diagnostics_->Add(at, "input_file_name() of rows that are not those of one source in FROM",
                    "select _metadata.file_path of the source in a subquery, and name that here");
  return nullptr;
}

ExprPtr ExprBinder::BindScalarCall(const sql::Call& call, const sql::Location& at) {
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return nullptr;
  return ResolveScalar(call.name, std::move(args), at);
}

ExprPtr ExprBinder::ResolveScalar(const std::string& name, std::vector<ExprPtr> args,
                                  const sql::Location& at) {
  Result<ExprPtr> call = ResolveCall(name, args, at);
  if (call.ok()) return *call;
  diagnostics_->Add(at, call.status());
  return nullptr;
}

bool ExprBinder::CheckAggregateAllowed(const sql::Call& call, const sql::Location& at) {
  if (!inside_.empty() && inside_ != "OVER") {
    diagnostics_->Add(at, fmt::format("{} is inside another aggregate: {}", call.name, inside_),
                      "compute the inner one in a subquery");
    return false;
  }
  if (rules_.calls == nullptr) {
    diagnostics_->Add(
        at, fmt::format("aggregate in {}: {}", rules_.clause, call.name),
        rules_.clause == "WHERE" ? "put the condition into HAVING" : "compute it in a subquery");
    return false;
  }
  return true;
}

// What the function has no use for.
bool ExprBinder::CheckAggregateClauses(const Function& function, const sql::Call& call,
                                       const sql::Location& at) {
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    diagnostics_->Add(at, fmt::format("{} takes no {}", call.name, what), hint);
    return false;
  };
  if (call.ignore_nulls && !function.takes_ignore_nulls) {
    return refuse("IGNORE NULLS", "add FILTER (WHERE x IS NOT NULL)");
  }
  if (call.distinct && !function.takes_distinct) return refuse("DISTINCT", "leave it out");
  const bool is_value = function.within_group == WithinGroup::kValue ||
                        (function.within_group == WithinGroup::kMayBeValue && call.args.empty());
  if (call.within_group.empty()) {
    if (!is_value) return true;
    diagnostics_->Add(at, call.name + " needs WITHIN GROUP",
                      fmt::format("write {}", function.signature));
    return false;
  }
  if (!is_value && function.within_group != WithinGroup::kOrder) {
    return refuse("WITHIN GROUP", fmt::format("write {}", function.signature));
  }
  if (is_value && call.distinct) return refuse("DISTINCT with WITHIN GROUP", "leave it out");
  if (is_value && call.within_group.size() > 1) {
    diagnostics_->Add(at, call.name + " orders by one value, not by several",
                      fmt::format("write {}", function.signature));
    return false;
  }
  return true;
}

// The arguments as the function has them: with the value that WITHIN GROUP names in the first
// place. Keys of an order alone are not among them, but in aggregate->args.
bool ExprBinder::BindAggregateArgs(const sql::Call& call, const Function& function,
                                   std::vector<ExprPtr>* args, AggregateCall* aggregate) {
  std::vector<SortKey> keys;
  const bool keys_valid = BindOrderKeys(call.within_group, &keys);
  if (!BindAll(call.args, args) || !keys_valid) return false;
  for (const SortKey& key : keys) {
    aggregate->order.push_back({key.descending, key.nulls_first});
    if (function.within_group != WithinGroup::kOrder) {
      args->insert(args->begin(), key.expr);
    } else {
      aggregate->args.push_back(key.expr);
    }
  }
  if (!call.distinct || aggregate->args.empty()) return true;
  if (aggregate->args.size() == 1 && !args->empty() && Equal(*aggregate->args[0], *args->front())) {
    return true;
  }
  diagnostics_->Add(call.within_group[0].expr->at,
                    call.name + "(DISTINCT x) orders by another value than x",
                    "order by the value itself, or leave DISTINCT out");
  return false;
}

// Divides `args`, which have the types that the function takes, into those of rows and constants.
bool ExprBinder::TakeConstants(const Function& function, std::vector<ExprPtr> args,
                               AggregateCall* aggregate) {
  std::vector<ExprPtr> of_rows;
  for (size_t i = 0; i < args.size(); ++i) {
    if (i >= 32 || (function.constant_args >> i & 1) == 0) {
      of_rows.push_back(std::move(args[i]));
      continue;
    }
    std::vector<int> columns;
    CollectColumns(*args[i], &columns);
    if (!columns.empty()) {
      diagnostics_->Add(args[i]->at,
                        fmt::format("argument {} of {} is not a constant", i + 1, function.name),
                        fmt::format("write {}", function.signature));
      return false;
    }
    aggregate->constants.push_back(std::move(args[i]));
  }
  // Behind them stand the keys of an order.
  aggregate->args.insert(aggregate->args.begin(), of_rows.begin(), of_rows.end());
  return true;
}

ExprPtr ExprBinder::BindAggregate(const sql::Call& call, const sql::Location& at) {
  if (!CheckAggregateAllowed(call, at)) return nullptr;
  ExprBinder inner = *this;
  inner.inside_ = call.name;
  inner.lambda_ = nullptr;  // an aggregate reads rows, not elements
  AggregateCall aggregate;
  if (!inner.BindAggregateCall(call, at, &aggregate)) return nullptr;
  const std::shared_ptr<arrow::DataType> type = aggregate.type;
  const bool nullable = aggregate.nullable;
  const int column = Collect(rules_.calls, std::move(aggregate), SqlText(at));
  return MakeColumn(column, type, nullable, at);
}

// An aggregate of groups or of a window's rows, inside of which this binds.
bool ExprBinder::BindAggregateCall(const sql::Call& call, const sql::Location& at,
                                   AggregateCall* aggregate) {
  const auto* star = call.args.size() == 1 ? std::get_if<sql::Star>(&call.args[0]->node) : nullptr;
  const bool is_count_star = star != nullptr && star->parts.empty() && call.name == "count";
  if (call.name == "count" && call.args.empty()) {
    diagnostics_->Add(at, "count needs an argument", "write count(*) to count rows");
    return false;
  }
  if (!CheckAggregateClauses(*FindFunction(call.name), call, at)) return false;
  std::vector<ExprPtr> args;
  if (!is_count_star && !BindAggregateArgs(call, *FindFunction(call.name), &args, aggregate)) {
    return false;
  }
  if (call.filter != nullptr) {
    aggregate->filter = BindBoolean(*call.filter, "FILTER");
    if (aggregate->filter == nullptr) return false;
  }
  if (call.name == "count" && !call.distinct && args.size() == 1 && IsLiteral(*args[0]) &&
      args[0]->literal->is_valid) {
    args.clear();
  }
  const Result<ResolvedFunction> function = ResolveFunction(call.name, ArgumentsOf(args));
  if (!function.ok()) {
    diagnostics_->Add(at, function.status());
    return false;
  }
  if (call.distinct) {
    for (const ExprPtr& arg : args) {
      if (!CheckGroupable(*arg->type, "DISTINCT", arg->at, diagnostics_)) return false;
    }
  }
  aggregate->function = function->function;
  if (!TakeConstants(*aggregate->function, CastAll(args, function->arg_types), aggregate)) {
    return false;
  }
  aggregate->distinct = call.distinct && !aggregate->function->traits.ignores_repeats;
  aggregate->ignore_nulls = call.ignore_nulls;
  // Of others, it says nothing.
  aggregate->respect_nulls = call.respect_nulls && aggregate->function->takes_ignore_nulls;
  aggregate->type = function->type;
  aggregate->nullable = function->nullable;
  return true;
}

ExprPtr ExprBinder::BindGrouping(const sql::Call& call, const sql::Location& at) {
  const bool is_id = call.name == "grouping_id";
  const bool is_inside_aggregate = !inside_.empty() && inside_ != "OVER";
  if (rules_.calls == nullptr || is_inside_aggregate) {
    diagnostics_->Add(at,
                      fmt::format("{} in {}", call.name, inside_.empty() ? rules_.clause : inside_),
                      "use it in the select list, in HAVING or in ORDER BY");
    return nullptr;
  }
  if (!is_id && call.args.size() != 1) {
    diagnostics_->Add(at, "grouping takes 1 argument", "write grouping(key), or grouping_id(a, b)");
    return nullptr;
  }
  GroupingCall grouping;
  grouping.is_id = is_id;
  grouping.of_all_keys = call.args.empty();
  if (!BindAll(call.args, &grouping.keys)) return nullptr;
  const int column = Collect(rules_.calls, std::move(grouping), SqlText(at));
  return MakeColumn(column, is_id ? arrow::int64() : arrow::int8(), false, at);
}

}  // namespace tarn::plan
