#include <algorithm>
#include <set>
#include <utility>

#include "base/lower_ascii.h"
#include "sql/children.h"
#include "sql/parse.h"
#include "sql/token_list.h"

namespace tarn::sql {
namespace {

using Names = std::set<std::string>;

// Walks a tree; `hidden` are the WITH names in sight, which are no sources.
class Collector {
 public:
  void Collect(const Query& query, Names hidden);
  std::vector<Reference> Take() && { return std::move(references_); }

 private:
  void CollectTable(const TableRef& table, const Names& hidden);
  void CollectSelect(const Select& select, const Names& hidden);
  void CollectExpr(const ExprPtr& expr, const Names& hidden);
  void CollectAll(const std::vector<ExprPtr>& exprs, const Names& hidden) {
    for (const ExprPtr& expr : exprs) CollectExpr(expr, hidden);
  }

  std::vector<Reference> references_;
};

void Collector::Collect(const Query& query, Names hidden) {
  for (const CommonTable& table : query.with) {
    Collect(*table.query, hidden);
    hidden.insert(LowerAscii(table.name));
  }
  if (const auto* both = std::get_if<SetOperation>(&query.body)) {
    Collect(*both->left, hidden);
    Collect(*both->right, hidden);
  } else if (const auto* select = std::get_if<Select>(&query.body)) {
    CollectSelect(*select, hidden);
  }
  for (const OrderKey& key : query.order_by) CollectExpr(key.expr, hidden);
  for (const OrderKey& key : query.sort_by) CollectExpr(key.expr, hidden);
  CollectAll(query.distribute_by, hidden);
}

void Collector::CollectSelect(const Select& select, const Names& hidden) {
  for (const SelectItem& item : select.items) CollectExpr(item.expr, hidden);
  if (select.from != nullptr) CollectTable(*select.from, hidden);
  CollectExpr(select.where, hidden);
  CollectAll(select.group_by, hidden);
  CollectExpr(select.having, hidden);
  CollectExpr(select.qualify, hidden);
  for (const NamedWindow& window : select.windows) {
    ForEachChild(window.spec, [&](const ExprPtr& key) { CollectExpr(key, hidden); });
  }
}

void Collector::CollectTable(const TableRef& table, const Names& hidden) {
  if (const auto* join = std::get_if<Join>(&table.node)) {
    CollectTable(*join->left, hidden);
    CollectTable(*join->right, hidden);
    CollectExpr(join->on, hidden);
  } else if (const auto* subquery = std::get_if<Subquery>(&table.node)) {
    Collect(*subquery->query, hidden);
  } else if (const auto* view = std::get_if<LateralView>(&table.node)) {
    if (view->input != nullptr) CollectTable(*view->input, hidden);
    CollectExpr(view->call, hidden);
  } else if (const auto* pivot = std::get_if<Pivot>(&table.node)) {
    CollectTable(*pivot->input, hidden);
  } else if (const auto* unpivot = std::get_if<Unpivot>(&table.node)) {
    CollectTable(*unpivot->input, hidden);
  } else if (const auto* function = std::get_if<TableFunction>(&table.node)) {
    CollectExpr(function->call, hidden);
  } else if (const auto* named = std::get_if<NamedTable>(&table.node)) {
    const bool is_hidden = named->format.empty() && hidden.contains(LowerAscii(named->name));
    if (!is_hidden) references_.push_back({named->name, table.at, named->format});
  }
}

// Queries in expressions read tables, too.
void Collector::CollectExpr(const ExprPtr& expr, const Names& hidden) {
  if (expr == nullptr) return;
  ForEachChild(*expr, [&](const ExprPtr& child) { CollectExpr(child, hidden); });
  if (const QueryPtr query = QueryBelow(*expr)) Collect(*query, hidden);
}

}  // namespace

std::vector<Reference> References(const Query& query) {
  Collector collector;
  collector.Collect(query, {});
  std::vector<Reference> all = std::move(collector).Take();
  std::stable_sort(all.begin(), all.end(),
                   [](const Reference& a, const Reference& b) { return a.at.begin < b.at.begin; });
  std::vector<Reference> references;
  std::set<std::pair<std::string, std::string>> seen;  // by format: a path may be a table's name
  for (Reference& reference : all) {
    const bool is_path = !reference.format.empty();  // these differ by case
    std::string name = is_path ? reference.name : LowerAscii(reference.name);
    if (!seen.emplace(reference.format, std::move(name)).second) continue;
    references.push_back(std::move(reference));
  }
  return references;
}

}  // namespace tarn::sql
