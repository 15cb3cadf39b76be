#pragma once

#include <vector>

#include "plan/bind_expr.h"
#include "plan/bind_query.h"

namespace tarn::plan {

/// \brief Binds one SELECT with its ORDER BY and LIMIT, its FROM being bound already.
///
/// All clauses are bound over the columns of FROM, with aggregates and row numbers as columns
/// beyond them (CollectedCalls). Only then, in Assemble, the nodes are stacked: filter, aggregate,
/// having, row numbers, sort, limit, projection.
class SelectBinder {
 public:
  /// \param[in] query, select, diagnostics borrowed; `select` is the body of `query`
  SelectBinder(const sql::Query& query, const sql::Select& select, Relation from,
               Diagnostics* diagnostics);

  /// \brief Errors go to the diagnostics. Called once.
  BoundQuery Bind();

 private:
  struct Item {
    ExprPtr expr;  ///< null after an error
    OutputColumn column;
  };

  ClauseRules RulesFor(const std::string& clause) const;

  void BindWhere();
  void BindItems();
  void AddStarItems(const sql::Star& star, const sql::Location& at);
  void AddItem(const sql::SelectItem& item, size_t alias);
  void BindGroupBy();
  ExprPtr BindGroupKey(const sql::Expr& expr, ExprBinder* binder);
  void BindGroupByAll();
  void BindGroupingSets();
  void BindHaving();
  void BindQualify();
  void BindOrderBy();

  bool IsAggregate() const;
  NodePtr AddAggregate(NodePtr node);
  size_t AddKey(ExprPtr key);
  std::vector<std::vector<size_t>> SetsOf(const sql::GroupingSets& sets, ExprBinder* binder);
  NodePtr AddGroupingSet(const NodePtr& node, const Aggregate& all,
                         const std::vector<std::string>& names,
                         const std::vector<size_t>& set) const;
  NodePtr AddRowNumbers(NodePtr node) const;
  void RewriteOverGroups();
  void RewriteOrderOverItems();
  void ReportUngrouped(const Expr& column) const;
  void ReportGroupingCalls() const;
  NodePtr AddProject(NodePtr node) const;
  NodePtr AddSortAndLimit(NodePtr node) const;
  BoundQuery Assemble();

  const sql::Query& query_;
  const sql::Select& select_;
  Relation from_;
  Diagnostics* diagnostics_;
  CollectedCalls calls_;
  std::vector<SelectAlias> aliases_;
  ExprPtr where_;
  std::vector<Item> items_;
  std::vector<ExprPtr> keys_;
  bool keys_valid_ = true;
  /// Of GROUP BY with grouping sets: which of keys_ each of them has. Empty: one, of all keys.
  std::vector<std::vector<size_t>> grouping_sets_;
  ExprPtr having_;
  ExprPtr qualify_;
  std::vector<SortKey> order_by_;  ///< without those that had errors
};

}  // namespace tarn::plan
