#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/group_rewriter.h"

namespace tarn::plan {

/// \brief Binds one SELECT with its ORDER BY and LIMIT, its FROM being bound already.
///
/// All clauses are bound over the columns of FROM, with aggregates and window functions as
/// columns beyond them (CollectedCalls). Only then, in Assemble, the nodes are stacked: filter,
/// aggregate, having, generators and windows, qualify, sort, limit, projection.
class SelectBinder {
 public:
  /// \param[in] query, select, queries, diagnostics borrowed; `select` is the body of `query`
  SelectBinder(const sql::Query& query, const sql::Select& select, Relation from,
               QueryBinder* queries, Diagnostics* diagnostics);

  /// \brief Errors go to the diagnostics. Called once.
  BoundQuery Bind();

 private:
  struct Item {
    ExprPtr expr;  ///< null after an error
    OutputColumn column;
  };

  ClauseRules RulesFor(const std::string& clause) const;

  void BindWhere();
  void BindTimeWindow();
  void BindItems();
  void AddStarItems(const sql::Star& star, const sql::Location& at);
  void AddItem(const sql::SelectItem& item, size_t alias);
  /// \return how many aliases there are now behind `alias` that were not there
  size_t AddGeneratorItems(const sql::SelectItem& item, const sql::Call& call, size_t alias);
  std::optional<std::string> NameOf(const sql::Expr& expr, ClauseRules rules) const;
  void BindGroupBy();
  ExprPtr BindGroupKey(const sql::Expr& expr, ExprBinder* binder);
  bool CheckSubqueriesOfKey(const Expr& key) const;
  void BindGroupByAll();
  bool HasAggregate(const Expr& expr) const;
  void BindGroupingSets();
  void BindHaving();
  void BindQualify();
  void BindOrderBy();

  bool IsAggregate() const;
  NodePtr AddAggregate(NodePtr node);
  NodePtr AddDistinct(NodePtr node) const;
  NodePtr MergeKeySessions(NodePtr node, std::vector<ExprPtr>* keys) const;
  size_t AddKey(ExprPtr key);
  std::vector<std::vector<size_t>> SetsOf(const sql::GroupingSets& sets, ExprBinder* binder);
  NodePtr AddGroupingSet(const NodePtr& node, const Aggregate& all,
                         const std::vector<std::string>& names,
                         const std::vector<size_t>& set) const;
  void RewriteOverGroups();
  void RewriteOrderOverItems();
  void ReportUngrouped(const Expr& column) const;
  bool CheckItemOfGroups(const Expr& item, const sql::Location& at) const;
  void RewriteGeneratorsOverGroups(const GroupRewriter& rewriter);
  NodePtr AddGenerators(NodePtr node);
  void ReportGroupingCalls() const;
  NodePtr AddProject(NodePtr node) const;
  NodePtr AddSortAndLimit(NodePtr node) const;
  BoundQuery Assemble();

  const sql::Query& query_;
  const sql::Select& select_;
  Relation from_;
  QueryBinder* queries_;
  Diagnostics* diagnostics_;
  CollectedCalls calls_;
  std::vector<SelectAlias> aliases_;
  ExprPtr where_;
  std::vector<Item> items_;
  std::vector<ExprPtr> keys_;
  bool keys_valid_ = true;
  /// Of GROUP BY with grouping sets: which of keys_ each of them has. Empty: one, of all keys.
  std::vector<std::vector<size_t>> grouping_sets_;
  /// In the order of the select list. Each sees FROM's columns and aggregates; the columns that
  /// they make are numbered from CollectedCalls::kGenerated on until AddGenerators.
  std::vector<BoundGenerator> generators_;
  int num_generated_ = 0;  ///< columns, of all of them
  ExprPtr having_;
  ExprPtr qualify_;
  std::vector<SortKey> order_by_;  ///< without those that had errors
};

/// \brief Whether `expr`, which may be null, reads what a generator of the select list makes.
bool ReadsGenerated(const ExprPtr& expr);

/// \brief Put every expression of `window` through `rewriter`; one for which that gives null, after
/// an error, goes. Literals stay.
void RewriteWindow(const std::function<ExprPtr(const ExprPtr&)>& rewriter, Window* window);

}  // namespace tarn::plan
