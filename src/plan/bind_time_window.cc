#include <fmt/format.h>

#include "plan/bind_select.h"
#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/time_windows.h"

// window(), session_window() and window_time().
namespace tarn::plan {

// The query's own window of time becomes a column of the rows that WHERE leaves: all other clauses
// see it, under the function's name unless FROM has a column of that name.
void SelectBinder::BindTimeWindow() {
  const sql::Expr* written = FindTimeWindow(select_);
  if (written == nullptr) return;
  const auto& call = std::get<sql::Call>(written->node);
  from_.node = MakeFilter(from_.node, SplitConjuncts(where_));
  where_ = nullptr;
  const bool is_known = !FindColumns(from_.scope, {call.name}).columns.empty();
  ScopeColumn column;
  column.name = is_known ? "" : call.name;
  column.is_of_query = true;
  column.call = ExprBinder(RulesFor(call.name), diagnostics_).BindTimeWindowCall(call, written->at);
  if (column.call != nullptr) {
    from_.node = AddTimeWindow(from_.node, column.call);
    column.expr = MakeColumn(*from_.node->schema, calls_.input_width);
    column.time_window = call.name == "window" ? TimeWindow::kWindow : TimeWindow::kSession;
    calls_.input_width = from_.node->schema->num_fields();
  }
  from_.scope.columns.push_back(std::move(column));
}

// The column that BindTimeWindow of the query has made of such a call.
ExprPtr ExprBinder::BindTimeWindow(const sql::Call& call, const sql::Location& at) {
  if (!rules_.time_windows_allowed) {
    diagnostics_->Add(at, fmt::format("{} in {}", call.name, rules_.clause),
                      "group by it or select it; around that query it is a column");
    return nullptr;
  }
  // There is one: FindTimeWindow has found this call, or another one.
  const auto column = std::find_if(rules_.scope->columns.begin(), rules_.scope->columns.end(),
                                   [](const ScopeColumn& other) { return other.is_of_query; });
  if (column->call == nullptr) return nullptr;
  const ExprPtr bound = BindTimeWindowCall(call, at);
  if (bound == nullptr) return nullptr;
  if (Equal(*bound, *column->call)) {
    return MakeColumn(column->expr->column, column->expr->type, column->expr->nullable, at);
  }
  diagnostics_->Add(at, "several windows of time in one query",
                    "make one of them in a subquery of FROM");
  return nullptr;
}

ExprPtr ExprBinder::BindTimeWindowCall(const sql::Call& call, const sql::Location& at) {
  ClauseRules rules;
  rules.clause = call.name;
  rules.scope = rules_.scope;
  rules.zone = Zone();
  ExprBinder of_rows(std::move(rules), diagnostics_);
  std::vector<ExprPtr> args;
  if (!of_rows.BindAll(call.args, &args)) return nullptr;
  // What is in a window already is put into this one by the window's time.
  if (!args.empty() && args[0]->type->id() == arrow::Type::STRUCT) {
    args[0] = of_rows.TimeOfWindow(args[0], args[0]->at);
    if (args[0] == nullptr) return nullptr;
  }
  return of_rows.ResolveScalar(call.name, std::move(args), at);
}

ExprPtr ExprBinder::BindWindowTime(const sql::Call& call, const sql::Location& at) {
  if (call.args.size() != 1) return BindScalarCall(call, at);
  const ExprPtr window = Bind(*call.args[0]);
  if (window == nullptr) return nullptr;
  // Its time is a column beside the window, which Spark does not group by.
  const bool is_of_group = rules_.is_grouped && (inside_.empty() || inside_ == "OVER");
  const bool is_own = std::any_of(
      rules_.scope->columns.begin(), rules_.scope->columns.end(), [&](const ScopeColumn& column) {
        return column.is_of_query && column.expr != nullptr && Equal(*column.expr, *window);
      });
  if (is_of_group && is_own) {
    diagnostics_->Add(at, "window_time of the window that this query groups by",
                      "group in a subquery of FROM, and ask for the time around it");
    return nullptr;
  }
  return TimeOfWindow(window, at);
}

// Spark knows windows by the functions that made them, whatever their type.
ExprPtr ExprBinder::TimeOfWindow(const ExprPtr& window, const sql::Location& at) {
  if (TimeWindowOf(*rules_.scope, *window) != TimeWindow::kNone) {
    return ResolveScalar("window_time", {window}, at);
  }
  diagnostics_->Add(window->at, "this is no column that window() or session_window() has made",
                    "select their column in a subquery, and name it here");
  return nullptr;
}

}  // namespace tarn::plan
