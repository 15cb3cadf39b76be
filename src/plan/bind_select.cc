#include "plan/bind_select.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/build_expr.h"
#include "plan/column_name.h"
#include "plan/group_rewriter.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/stack_windows.h"
#include "plan/subquery.h"
#include "plan/time_windows.h"
#include "plan/visit_exprs.h"

namespace tarn::plan {
namespace {

bool ReadsCalls(const Expr& expr, int input_width) {
  std::vector<int> columns;
  CollectColumns(expr, &columns);
  return std::any_of(columns.begin(), columns.end(),
                     [&](int column) { return column >= input_width; });
}

// Whether it is a scalar subquery that depends on the row.
bool IsValueOfRow(const Expr& expr) {
  return expr.kind == Expr::Kind::kSubquery &&
         expr.subquery->kind == BoundSubquery::Kind::kScalar && !expr.args.empty();
}

void ForEachValueOfRow(const Expr& expr, const std::function<void(const Expr&)>& visit) {
  VisitExpr(expr, [&](const Expr& part) {
    if (IsValueOfRow(part)) visit(part);
  });
}

// Visits the parts of `expr` that no key gives.
void VisitBesideKeys(const Expr& expr, const std::vector<ExprPtr>& keys,
                     const std::function<void(const Expr&)>& visit) {
  if (ContainsEqual(keys, expr)) return;
  visit(expr);
  for (const ExprPtr& arg : expr.args) VisitBesideKeys(*arg, keys, visit);
}

}  // namespace

void RewriteWindow(const std::function<ExprPtr(const ExprPtr&)>& rewriter, Window* window) {
  ForEachExpr(*window, [&](ExprPtr& expr) {
    // Literals that say how many rows stay so, whatever the keys are.
    if (expr != nullptr && !IsLiteral(*expr)) expr = rewriter(expr);
  });
  std::erase(window->partition_by, nullptr);
  std::erase_if(window->order_by, [](const SortKey& key) { return key.expr == nullptr; });
  for (WindowCall& call : window->calls) std::erase(call.call.args, nullptr);
}

SelectBinder::SelectBinder(const sql::Query& query, const sql::Select& select, Relation from,
                           QueryBinder* queries, Diagnostics* diagnostics)
    : query_(query),
      select_(select),
      from_(std::move(from)),
      queries_(queries),
      diagnostics_(diagnostics) {
  calls_.input_width = from_.node->schema->num_fields();
  for (const sql::SelectItem& item : select.items) aliases_.push_back({item.alias, nullptr});
}

BoundQuery SelectBinder::Bind() {
  BindWhere();
  BindTimeWindow();
  BindItems();
  BindGroupBy();
  BindHaving();
  BindQualify();
  BindOrderBy();
  return Assemble();
}

ClauseRules SelectBinder::RulesFor(const std::string& clause) const {
  ClauseRules rules;
  rules.clause = clause;
  rules.scope = &from_.scope;
  rules.aliases = &aliases_;
  rules.windows = &select_.windows;
  rules.queries = queries_;
  rules.is_grouped =
      !select_.group_by.empty() || select_.group_by_all || !select_.grouping_sets.empty();
  return rules;
}

void SelectBinder::BindWhere() {
  if (select_.where == nullptr) return;
  where_ = ExprBinder(RulesFor("WHERE"), diagnostics_).BindCondition(*select_.where);
}

void SelectBinder::BindItems() {
  size_t alias = 0;  // its place among aliases_
  for (const sql::SelectItem& item : select_.items) {
    if (const auto* star = std::get_if<sql::Star>(&item.expr->node)) {
      AddStarItems(*star, item.expr->at);
    } else if (const sql::Call* generator = GeneratorCallOf(*item.expr)) {
      alias += AddGeneratorItems(item, *generator, alias);
    } else {
      AddItem(item, alias);
    }
    ++alias;
  }
}

void SelectBinder::AddStarItems(const sql::Star& star, const sql::Location& at) {
  for (const ScopeColumn& column : ExpandStar(from_.scope, star, at, diagnostics_)) {
    items_.push_back(
        {column.expr, {column.name, true, column.expr != nullptr, at, column.time_window}});
    aliases_.push_back({column.name, column.expr});
  }
}

void SelectBinder::AddItem(const sql::SelectItem& item, size_t alias) {
  if (!item.aliases.empty()) {
    diagnostics_->Add(item.expr->at, "several names after AS, and no function that makes rows",
                      "name one column");
  }
  ClauseRules rules = RulesFor("the select list");
  rules.calls = &calls_;
  rules.windows_allowed = true;
  rules.time_windows_allowed = true;
  rules.alias_rule = AliasRule::kWhenNotInput;
  rules.num_aliases = alias;
  ExprPtr expr = ExprBinder(rules, diagnostics_).Bind(*item.expr);
  std::optional<std::string> name = item.alias;
  if (item.alias.empty()) name = NameOf(*item.expr, rules);
  const bool named = name.has_value();
  const auto time_window = expr == nullptr ? TimeWindow::kNone : TimeWindowOf(from_.scope, *expr);
  items_.push_back({expr,
                    {named ? *name : SqlText(item.expr->at), named, expr != nullptr, item.expr->at,
                     time_window}});
  // A column's own name is an alias too, so that ORDER BY finds it first among the selected.
  if (named) aliases_[alias] = {*name, expr};
}

// Spark's name for an item without one.
std::optional<std::string> SelectBinder::NameOf(const sql::Expr& expr, ClauseRules rules) const {
  ColumnNaming naming;
  naming.scope = &from_.scope;
  naming.windows = &select_.windows;
  naming.zone = queries_->zone();
  rules.is_bound = true;
  naming.is_outer = [&](const sql::ColumnRef& ref) {
    const auto end = aliases_.begin() + rules.num_aliases;
    return ref.parts.size() > 1 || std::none_of(aliases_.begin(), end, [&](const auto& alias) {
             return SameName(alias.name, ref.parts[0]);
           });
  };
  naming.is_correlated = [&](const sql::Query& query) {
    const ExprPtr bound = queries_->FindSubquery(query);
    return bound == nullptr || bound->args.size() > bound->subquery->num_values;
  };
  naming.type_of = [&](const sql::Expr& part) -> std::shared_ptr<arrow::DataType> {
    CollectedCalls ignored_calls = calls_;
    rules.calls = &ignored_calls;
    Diagnostics ignored;
    const ExprPtr bound = ExprBinder(rules, &ignored).Bind(part);
    return bound == nullptr ? nullptr : bound->type;
  };
  return ColumnNameOf(expr, naming);
}

void SelectBinder::BindGroupBy() {
  ClauseRules rules = RulesFor("GROUP BY");
  rules.time_windows_allowed = true;
  rules.alias_rule = AliasRule::kWhenNotInput;
  ExprBinder binder(rules, diagnostics_);
  for (const sql::ExprPtr& expr : select_.group_by) {
    ExprPtr key = BindGroupKey(*expr, &binder);
    if (key == nullptr) {
      keys_valid_ = false;
      continue;
    }
    AddKey(std::move(key));
  }
  if (select_.group_by_all) BindGroupByAll();
  if (!select_.grouping_sets.empty()) BindGroupingSets();
}

// The index of `key` among the keys; the same key written twice is one.
size_t SelectBinder::AddKey(ExprPtr key) {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const ExprPtr& other) { return Equal(*key, *other); });
  if (found != keys_.end()) return found - keys_.begin();
  keys_.push_back(std::move(key));
  return keys_.size() - 1;
}

// By all that is selected and has no aggregate in it. As in Spark, a window function that is none,
// such as rank, is no aggregate.
void SelectBinder::BindGroupByAll() {
  for (const Item& item : items_) {
    if (item.expr == nullptr) {
      keys_valid_ = false;
    } else if (HasAggregate(*item.expr)) {
      continue;
    } else if (ReadsCalls(*item.expr, calls_.input_width)) {
      diagnostics_->Add(item.column.at, "GROUP BY ALL takes this window function for a group",
                        "name the groups in GROUP BY");
    } else if (CheckGroupable(*item.expr->type, "GROUP BY", item.column.at, diagnostics_)) {
      AddKey(item.expr);
    }
  }
}

// Whether one of the calls that `expr` reads is an aggregate, also over a window, or has one among
// its arguments. What generators make, and grouping(), count as such.
bool SelectBinder::HasAggregate(const Expr& expr) const {
  std::vector<int> columns;
  CollectColumns(expr, &columns);
  return std::any_of(columns.begin(), columns.end(), [&](int column) {
    if (column < calls_.input_width) return false;
    const auto index = static_cast<size_t>(column - calls_.input_width);
    if (index >= calls_.entries.size()) return true;
    const auto* window = std::get_if<Window>(&calls_.entries[index].call);
    if (window == nullptr) return true;
    bool has_aggregate =
        std::any_of(window->calls.begin(), window->calls.end(), [](const WindowCall& call) {
          return call.call.function->kind == FunctionKind::kAggregate;
        });
    ForEachExpr(*window, [&](const ExprPtr& part) {
      has_aggregate = has_aggregate || (part != nullptr && HasAggregate(*part));
    });
    return has_aggregate;
  });
}

// A value that depends on the row is grouped by only where it is selected too, as in Spark.
bool SelectBinder::CheckSubqueriesOfKey(const Expr& key) const {
  std::vector<const Expr*> missing;
  ForEachValueOfRow(key, [&](const Expr& subquery) { missing.push_back(&subquery); });
  for (const Item& item : items_) {
    if (item.expr == nullptr) continue;
    ForEachValueOfRow(*item.expr, [&](const Expr& subquery) {
      std::erase_if(missing, [&](const Expr* other) { return Equal(*other, subquery); });
    });
  }
  if (missing.empty()) return true;
  diagnostics_->Add(missing[0]->at, "a subquery in GROUP BY depends on the row around it",
                    "select it too, or select its value under a name in a subquery of FROM");
  return false;
}

ExprPtr SelectBinder::BindGroupKey(const sql::Expr& expr, ExprBinder* binder) {
  ExprPtr key;
  if (std::optional<int64_t> position = PositionOf(expr)) {
    if (!from_.scope.complete) return nullptr;
    std::optional<size_t> index =
        CheckPosition(*position, items_.size(), "GROUP BY", expr.at, diagnostics_);
    if (index) key = items_[*index].expr;
  } else {
    key = binder->Bind(expr);
  }
  if (key == nullptr || !CheckGroupable(*key->type, "GROUP BY", expr.at, diagnostics_)) {
    return nullptr;
  }
  if (!CheckSubqueriesOfKey(*key)) return nullptr;
  if (!ReadsCalls(*key, calls_.input_width)) return key;
  diagnostics_->Add(
      expr.at, "GROUP BY names an aggregate, a window function or a generator of the select list",
      "group by columns of FROM, or aggregate in a subquery first");
  return nullptr;
}

void SelectBinder::BindHaving() {
  if (select_.having == nullptr) return;
  ClauseRules rules = RulesFor("HAVING");
  rules.alias_rule = AliasRule::kUnlessKey;
  rules.group_keys = &keys_;
  rules.calls = &calls_;
  having_ = ExprBinder(rules, diagnostics_).BindCondition(*select_.having);
  if (!ReadsGenerated(having_)) return;
  diagnostics_->Add(select_.having->at, "HAVING names what a generator makes",
                    "filter the rows in WHERE of a query around this one");
  having_ = nullptr;
}

void SelectBinder::BindOrderBy() {
  ClauseRules rules = RulesFor("ORDER BY");
  rules.alias_rule = AliasRule::kFirst;
  rules.calls = &calls_;
  rules.subqueries = SubqueryRule::kOfOrder;
  ExprBinder binder(rules, diagnostics_);
  // It does not change the rows.
  for (const sql::ExprPtr& expr : DistributionOf(query_)) binder.Bind(*expr);
  for (const sql::OrderKey& key : OrderOf(query_, diagnostics_)) {
    ExprPtr expr;
    if (std::optional<int64_t> position = PositionOf(*key.expr)) {
      if (!from_.scope.complete) continue;
      std::optional<size_t> index =
          CheckPosition(*position, items_.size(), "ORDER BY", key.expr->at, diagnostics_);
      if (index) expr = items_[*index].expr;
      if (expr != nullptr && !CheckNamedAgain(*expr, key.expr->at, diagnostics_)) continue;
    } else {
      expr = binder.Bind(*key.expr);
    }
    if (expr == nullptr || !CheckOrderable(*expr->type, "ORDER BY", key.expr->at, diagnostics_)) {
      continue;
    }
    order_by_.push_back({expr, key.descending, key.nulls_first});
  }
}

// Conditions over the rows that have the values of window functions.
void SelectBinder::BindQualify() {
  if (select_.qualify == nullptr) return;
  ClauseRules rules = RulesFor("QUALIFY");
  rules.group_keys = &keys_;
  rules.alias_rule = AliasRule::kUnlessKey;
  rules.calls = &calls_;
  rules.windows_allowed = true;
  qualify_ = ExprBinder(rules, diagnostics_).BindCondition(*select_.qualify);
  if (qualify_ == nullptr || calls_.HasWindow()) return;
  diagnostics_->Add(select_.qualify->at, "QUALIFY needs a window function, here or selected",
                    "filter rows in WHERE, groups in HAVING");
}

bool SelectBinder::IsAggregate() const {
  return !select_.group_by.empty() || select_.group_by_all || !grouping_sets_.empty() ||
         select_.having != nullptr || calls_.HasAggregate();
}

void SelectBinder::ReportUngrouped(const Expr& column) const {
  // It may well be what the broken key was meant to be.
  if (!keys_valid_) return;
  std::string name = from_.node->schema->field(column.column)->name();
  std::string grouping = keys_.empty() ? "add GROUP BY " + name : "add it to GROUP BY";
  diagnostics_->Add(column.at, "column is neither in GROUP BY nor inside an aggregate: " + name,
                    fmt::format("{}, or use any_value({})", grouping, name));
}

// What Spark refuses in the select list of a query that aggregates.
bool SelectBinder::CheckItemOfGroups(const Expr& item, const sql::Location& at) const {
  const char* error = nullptr;
  const char* hint = "";
  VisitBesideKeys(item, keys_, [&](const Expr& expr) {
    if (IsValueOfRow(expr)) {
      error = "a subquery that depends on the row is neither in GROUP BY nor inside an aggregate";
      hint = "aggregate in a subquery of FROM, and select the value around it";
    } else if (expr.kind == Expr::Kind::kOuter) {
      error = "a subquery that aggregates selects a value of the query around it";
      hint = "use columns of the outer query in WHERE or HAVING of the subquery alone";
    }
  });
  if (error != nullptr) diagnostics_->Add(at, error, hint);
  return error == nullptr;
}

NodePtr SelectBinder::AddAggregate(NodePtr node) {
  Aggregate aggregate;
  aggregate.keys = keys_;
  std::vector<std::string> names;
  for (const ExprPtr& key : keys_) {
    auto selected = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
      return item.expr != nullptr && Equal(*item.expr, *key);
    });
    names.push_back(selected != items_.end() ? selected->column.name
                                             : ToString(*key, *node->schema));
  }
  for (const CollectedCalls::Entry& entry : calls_.entries) {
    if (const auto* call = std::get_if<AggregateCall>(&entry.call)) {
      aggregate.calls.push_back(*call);
      names.push_back(entry.name);
    }
  }
  ReportGroupingCalls();
  if (names.empty()) {
    // HAVING alone: one group of all rows, and nothing computed from it.
    AggregateCall count;
    count.function = &kCount;
    count.type = arrow::int64();
    count.nullable = false;
    aggregate.calls.push_back(std::move(count));
    names.push_back("count(*)");
  }
  if (grouping_sets_.empty()) {
    node = MergeKeySessions(std::move(node), &aggregate.keys);
    return MakeAggregate(std::move(node), std::move(aggregate), names);
  }
  std::vector<NodePtr> sets;
  for (const std::vector<size_t>& set : grouping_sets_) {
    sets.push_back(AddGroupingSet(node, aggregate, names, set));
  }
  return sets.size() == 1 ? sets[0] : MakeUnionAll(std::move(sets));
}

// `node` for groups of these keys: where one of them is a session, Spark merges those of equal
// other keys.
NodePtr SelectBinder::MergeKeySessions(NodePtr node, std::vector<ExprPtr>* keys) const {
  for (size_t i = 0; i < keys->size(); ++i) {
    if (TimeWindowOf(from_.scope, *(*keys)[i]) != TimeWindow::kSession) continue;
    return MergeSessions(std::move(node), i, keys);
  }
  return node;
}

// The items' rows, each once.
NodePtr SelectBinder::AddDistinct(NodePtr node) const {
  std::vector<ExprPtr> keys = ColumnsOf(*node->schema);
  const std::vector<std::string> names = node->schema->field_names();
  const auto session = std::find_if(items_.begin(), items_.end(), [](const Item& item) {
    return item.column.time_window == TimeWindow::kSession;
  });
  if (session != items_.end()) {
    node = MergeSessions(std::move(node), session - items_.begin(), &keys);
  }
  return MakeAggregate(std::move(node), {std::move(keys), {}}, names);
}

void SelectBinder::RewriteOverGroups() {
  GroupRewriter rewriter(keys_, calls_, [this](const Expr& column) { ReportUngrouped(column); });
  for (Item& item : items_) {
    const bool is_valid = item.expr != nullptr && CheckItemOfGroups(*item.expr, item.column.at);
    item.expr = is_valid ? rewriter.Rewrite(item.expr) : nullptr;
    item.column.valid = item.expr != nullptr;
  }
  RewriteGeneratorsOverGroups(rewriter);
  if (having_ != nullptr) having_ = rewriter.Rewrite(having_);
  if (qualify_ != nullptr) qualify_ = rewriter.Rewrite(qualify_);
  auto rewrite_keys = [&](std::vector<SortKey>* keys) {
    for (SortKey& key : *keys) key.expr = rewriter.Rewrite(key.expr);
    std::erase_if(*keys, [](const SortKey& key) { return key.expr == nullptr; });
  };
  rewrite_keys(&order_by_);
  for (CollectedCalls::Entry& entry : calls_.entries) {
    auto* window = std::get_if<Window>(&entry.call);
    if (window == nullptr) continue;
    RewriteWindow([&](const ExprPtr& expr) { return rewriter.Rewrite(expr); }, window);
  }
}

void SelectBinder::RewriteOrderOverItems() {
  std::vector<ExprPtr> selected;
  for (const Item& item : items_) {
    if (item.expr == nullptr) return;
    selected.push_back(item.expr);
  }
  // Calls are selected as a whole or not at all, so none is left to find a column for.
  CollectedCalls no_calls;
  no_calls.input_width = std::numeric_limits<int>::max();
  GroupRewriter rewriter(selected, no_calls, [this](const Expr& column) {
    diagnostics_->Add(column.at, "ORDER BY of SELECT DISTINCT uses what is not selected",
                      "select it too, or drop DISTINCT");
  });
  for (SortKey& key : order_by_) key.expr = rewriter.Rewrite(key.expr);
  std::erase_if(order_by_, [](const SortKey& key) { return key.expr == nullptr; });
}

NodePtr SelectBinder::AddProject(NodePtr node) const {
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (const Item& item : items_) {
    exprs.push_back(item.expr != nullptr ? item.expr
                                         : MakeLiteral(std::make_shared<arrow::NullScalar>()));
    names.push_back(item.column.name);
  }
  return MakeProject(std::move(node), std::move(exprs), names);
}

NodePtr SelectBinder::AddSortAndLimit(NodePtr node) const {
  if (!order_by_.empty()) node = MakeSort(std::move(node), {order_by_});
  if (const std::optional<Limit> limit = BindLimit(query_, diagnostics_)) {
    node = MakeLimit(std::move(node), *limit);
  }
  return node;
}

BoundQuery SelectBinder::Assemble() {
  NodePtr node = MakeFilter(from_.node, SplitConjuncts(where_));
  if (IsAggregate()) {
    node = AddAggregate(std::move(node));
    for (size_t i = 0; i < keys_.size() && !grouping_sets_.empty(); ++i) {
      // A set that leaves the key out has NULL for it.
      auto key = std::make_shared<Expr>(*keys_[i]);
      key->nullable = node->schema->field(static_cast<int>(i))->nullable();
      keys_[i] = key;
    }
    RewriteOverGroups();
    node = MakeFilter(std::move(node), SplitConjuncts(having_));
  }
  // The count that stands for a group without columns is none of those that windows come after.
  const bool is_count_alone = IsAggregate() && keys_.empty() && !calls_.HasAggregate();
  if (is_count_alone && grouping_sets_.empty() && calls_.HasWindow()) {
    node = MakeProjectColumns(node, {});
  }
  // As Spark has them: windows see the rows that generators make, unless these are of groups.
  node = IsAggregate() ? AddGenerators(AddWindows(std::move(node), calls_))
                       : AddWindows(AddGenerators(std::move(node)), calls_);
  node = MakeFilter(std::move(node), SplitConjuncts(qualify_));
  if (select_.distinct) {
    for (const Item& item : items_) {
      if (item.expr == nullptr) continue;
      CheckGroupable(*item.expr->type, "DISTINCT", item.column.at, diagnostics_);
    }
    RewriteOrderOverItems();
    node = AddSortAndLimit(AddDistinct(AddProject(std::move(node))));
  } else {
    node = AddProject(AddSortAndLimit(std::move(node)));
  }
  BoundQuery bound{node, {}, from_.scope.complete};
  for (const Item& item : items_) bound.columns.push_back(item.column);
  return bound;
}

}  // namespace tarn::plan
