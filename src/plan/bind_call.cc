#include <fmt/format.h>

#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "plan/fold_literal.h"
#include "plan/functions.h"
#include "plan/known_functions.h"

namespace tarn::plan {
namespace {

std::optional<int64_t> IntegerValue(const Expr& expr) {
  if (!IsLiteral(expr) || !expr.literal->is_valid) return std::nullopt;
  if (!arrow::is_signed_integer(expr.type->id())) return std::nullopt;
  auto wide = expr.literal->CastTo(arrow::int64());
  if (!wide.ok()) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(**wide).value;
}

std::vector<Argument> ArgumentsOf(const std::vector<ExprPtr>& args) {
  std::vector<Argument> arguments;
  for (const ExprPtr& arg : args) {
    arguments.push_back(
        {arg->type, arg->nullable, IsLiteral(*arg), IntegerValue(*arg), arg->is_cast});
  }
  return arguments;
}

bool EqualAll(const std::vector<ExprPtr>& left, const std::vector<ExprPtr>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const ExprPtr& a, const ExprPtr& b) { return Equal(*a, *b); });
}

bool SameCall(const AggregateCall& left, const AggregateCall& right) {
  bool same_filter = left.filter == nullptr || right.filter == nullptr
                         ? left.filter == right.filter
                         : Equal(*left.filter, *right.filter);
  return left.function == right.function && left.distinct == right.distinct && same_filter &&
         EqualAll(left.args, right.args);
}

bool SameCall(const RowNumber& left, const RowNumber& right) {
  return EqualAll(left.partition_by, right.partition_by) &&
         std::equal(left.order_by.begin(), left.order_by.end(), right.order_by.begin(),
                    right.order_by.end(), [](const SortKey& a, const SortKey& b) {
                      return Equal(*a.expr, *b.expr) && a.descending == b.descending &&
                             a.nulls_first == b.nulls_first;
                    });
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

ExprPtr ExprBinder::BindNode(const sql::Call& call, const sql::Location& at) {
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
  if (is_known && (call.distinct || call.filter != nullptr)) {
    diagnostics_->Add(at, fmt::format("{} is not an aggregate and takes no {}", call.name,
                                      call.distinct ? "DISTINCT" : "FILTER"));
    return nullptr;
  }
  if (call.name == "between") return BindBetween(call, at);
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

ExprPtr ExprBinder::BindScalarCall(const sql::Call& call, const sql::Location& at) {
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return nullptr;
  return ResolveScalar(call.name, std::move(args), at);
}

ExprPtr ExprBinder::ResolveScalar(const std::string& name, std::vector<ExprPtr> args,
                                  const sql::Location& at) {
  Result<ResolvedFunction> function = ResolveFunction(name, ArgumentsOf(args));
  if (!function.ok()) {
    diagnostics_->Add(at, function.status());
    return nullptr;
  }
  return MakeCall(*function->function, function->type, function->nullable,
                  CastAll(args, function->arg_types), at);
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

ExprPtr ExprBinder::BindAggregate(const sql::Call& call, const sql::Location& at) {
  if (!CheckAggregateAllowed(call, at)) return nullptr;
  ExprBinder inner = *this;
  inner.inside_ = call.name;
  const auto* star = call.args.size() == 1 ? std::get_if<sql::Star>(&call.args[0]->node) : nullptr;
  bool is_count_star = star != nullptr && star->parts.empty() && call.name == "count";
  if (call.name == "count" && call.args.empty()) {
    diagnostics_->Add(at, "count needs an argument", "write count(*) to count rows");
    return nullptr;
  }
  std::vector<ExprPtr> args;
  if (!is_count_star && !inner.BindAll(call.args, &args)) return nullptr;
  ExprPtr filter;
  if (call.filter != nullptr) {
    filter = inner.BindBoolean(*call.filter, "FILTER");
    if (filter == nullptr) return nullptr;
  }
  if (call.name == "count" && !call.distinct && args.size() == 1 && IsLiteral(*args[0]) &&
      args[0]->literal->is_valid) {
    args.clear();
  }
  Result<ResolvedFunction> function = ResolveFunction(call.name, ArgumentsOf(args));
  if (!function.ok()) {
    diagnostics_->Add(at, function.status());
    return nullptr;
  }
  if (call.distinct) {
    for (const ExprPtr& arg : args) {
      if (!CheckOrderable(*arg->type, "DISTINCT", arg->at, diagnostics_)) return nullptr;
    }
  }
  AggregateCall aggregate;
  aggregate.function = function->function;
  aggregate.args = CastAll(args, function->arg_types);
  aggregate.distinct = call.distinct && !function->function->traits.ignores_repeats;
  aggregate.filter = filter;
  aggregate.type = function->type;
  aggregate.nullable = function->nullable;
  int column = Collect(rules_.calls, std::move(aggregate), SqlText(at));
  return MakeColumn(column, function->type, function->nullable, at);
}

ExprPtr ExprBinder::BindGrouping(const sql::Call& call, const sql::Location& at) {
  const bool is_id = call.name == "grouping_id";
  if (rules_.calls == nullptr || !inside_.empty()) {
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

// What OVER says: itself, or the window of the WINDOW clause that it names.
const sql::WindowSpec* ExprBinder::FindWindow(const sql::WindowSpec& written) {
  if (written.name.empty()) return &written;
  if (rules_.windows != nullptr) {
    for (const sql::NamedWindow& window : *rules_.windows) {
      if (SameName(window.name, written.name)) return &window.spec;
    }
  }
  diagnostics_->Add(written.at, "unknown window: " + written.name,
                    "define it: WINDOW " + written.name + " AS (PARTITION BY … ORDER BY …)");
  return nullptr;
}

bool ExprBinder::CheckWindowAllowed(const sql::Call& call, const sql::Location& at) {
  if (call.name != "row_number") {
    diagnostics_->Add(at, "unsupported window function: " + call.name,
                      "row_number() is the only one so far; for an aggregate, GROUP BY in a "
                      "subquery and join it");
    return false;
  }
  if (!inside_.empty() || !rules_.windows_allowed || rules_.calls == nullptr) {
    std::string where = inside_.empty() ? rules_.clause : inside_;
    diagnostics_->Add(at, fmt::format("window function in {}: {}", where, call.name),
                      "select it under a name in a subquery, and use that name outside");
    return false;
  }
  if (!call.args.empty()) {
    diagnostics_->Add(at, "row_number takes no arguments", "write row_number() OVER (…)");
    return false;
  }
  return true;
}

ExprPtr ExprBinder::BindWindow(const sql::Call& call, const sql::Location& at) {
  if (!CheckWindowAllowed(call, at)) return nullptr;
  ExprBinder inner = *this;
  inner.inside_ = "OVER";
  const sql::WindowSpec* window = FindWindow(*call.over);
  if (window == nullptr) return nullptr;
  if (window->order_by.empty()) {
    diagnostics_->Add(at, "row_number() needs an ORDER BY in its OVER clause",
                      "say which row comes first: OVER (PARTITION BY … ORDER BY …)");
    return nullptr;
  }
  RowNumber row_number;
  bool partition_valid = inner.BindAll(window->partition_by, &row_number.partition_by);
  bool order_valid = inner.BindOrderKeys(window->order_by, &row_number.order_by);
  if (!partition_valid || !order_valid) return nullptr;
  for (const ExprPtr& key : row_number.partition_by) {
    if (!CheckOrderable(*key->type, "PARTITION BY", key->at, diagnostics_)) return nullptr;
  }
  int column = Collect(rules_.calls, std::move(row_number), SqlText(at));
  return MakeColumn(column, arrow::int32(), false, at);
}

}  // namespace tarn::plan
