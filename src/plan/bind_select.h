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
  void BindHaving();
  void BindOrderBy();

  bool IsAggregate() const;
  NodePtr AddAggregate(NodePtr node);
  NodePtr AddRowNumbers(NodePtr node) const;
  void RewriteOverGroups();
  void RewriteOrderOverItems();
  void ReportUngrouped(const Expr& column) const;
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
  ExprPtr having_;
  std::vector<SortKey> order_by_;  ///< without those that had errors
};

}  // namespace tarn::plan
