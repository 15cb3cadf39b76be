#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/scope.h"
#include "plan/subquery.h"

namespace tarn::plan {

class ExprBinder;

/// \brief A column of a query's result; its type is in the node's schema.
struct OutputColumn {
  std::string name;
  bool named = true;  ///< false: an expression without AS whose name in Spark is not known
  bool valid = true;  ///< false: its expression had an error, already reported
  sql::Location at;   ///< of its expression; nowhere for a source's column
  TimeWindow time_window = TimeWindow::kNone;
};

/// \brief A query after binding. There is always a node; after an error it is good for nothing but
/// to bind the rest.
struct BoundQuery {
  NodePtr node;
  std::vector<OutputColumn> columns;  ///< one per field of node->schema
  bool complete = true;  ///< false: columns may be missing, because a table could not be bound
  int64_t num_subquery_operators = 0;  ///< of the subqueries in expressions of the tree
};

/// \brief What FROM can name.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// \brief The source, table or files that `table` names, with its columns named as in SQL. None
  /// when there is none.
  virtual std::optional<BoundQuery> Find(const sql::NamedTable& table) const = 0;

  /// \brief All names that Find knows, for hints.
  virtual std::vector<std::string> Names() const = 0;

  /// \brief The session's time zone, never null.
  virtual const TimeZone* zone() const = 0;
};

/// \brief Binds one query after the other against a catalog.
class QueryBinder {
 public:
  /// \param[in] diagnostics borrowed, as `catalog`; takes the errors
  QueryBinder(const Catalog& catalog, Diagnostics* diagnostics)
      : catalog_(catalog), diagnostics_(diagnostics) {}

  /// \brief The session's time zone, never null.
  const TimeZone* zone() const { return catalog_.zone(); }

  /// \brief Errors go to the diagnostics.
  BoundQuery Bind(const sql::Query& query);

  /// \brief Where the queries that were bound take all columns but those of files; a place may be
  /// there several times.
  const std::vector<AllButFileColumns>& all_but_file_columns() const {
    return all_but_file_columns_;
  }

  /// \brief Bind the query of an expression, whose columns it may name.
  /// \param[in] outer binds them; borrowed for the call
  /// \param[in,out] args gets what its kOuter columns stand for
  BoundQuery BindSubquery(const sql::Query& query, ExprBinder* outer, std::vector<ExprPtr>* args);

  /// \brief Keep what `query` was bound to as an expression. \return that
  ExprPtr KeepSubquery(const sql::Query& query, ExprPtr bound);

  /// \brief What was kept of `query`; null: nothing, as after an error.
  ExprPtr FindSubquery(const sql::Query& query) const;

  /// \brief A column of the row around the query that is being bound; null where there is none.
  ExprPtr FindOuter(const sql::ColumnRef& ref, const sql::Location& at);

 private:
  // What is around a query.
  struct Outer {
    ExprBinder* binder = nullptr;  // null: nothing
    std::vector<ExprPtr>* args = nullptr;
  };

  BoundQuery BindBody(const sql::Query& query, const sql::Select& select);
  BoundQuery BindBody(const sql::Query& query, const sql::SetOperation& both);
  BoundQuery BindBody(const sql::Query& query, const sql::Values& values);
  BoundQuery BindValues(const sql::Values& values, const sql::Location& at);
  bool BindCommonTypes(const sql::SetOperation& both, const BoundQuery& left,
                       const BoundQuery& right, BoundQuery* bound, std::vector<NodePtr>* sides);
  void BindOrderOfAll(const sql::Query& query, BoundQuery* bound);

  Relation BindFrom(const sql::TableRef& ref);
  bool IsTooLarge(const Node& node, const sql::Location& at);  // with an error
  Relation BindTable(const sql::NamedTable& table, const sql::TableRef& ref);
  Relation BindTable(const sql::Subquery& subquery, const sql::TableRef& ref);
  Relation BindTable(const sql::Join& join, const sql::TableRef& ref);
  Relation BindTable(const sql::Values& values, const sql::TableRef& ref);
  Relation BindTable(const sql::LateralView& view, const sql::TableRef& ref);
  Relation BindTable(const sql::TableFunction& function, const sql::TableRef& ref);
  Relation BindTable(const sql::Pivot& pivot, const sql::TableRef& ref);
  Relation BindTable(const sql::Unpivot& unpivot, const sql::TableRef& ref);
  Relation BindRange(const sql::Call& call, const sql::Location& at);
  /// `input` with what `call` makes of its rows, under the names that `ref` gives it.
  Relation AddGenerator(Relation input, const sql::Expr& call, bool outer,
                        const sql::TableRef& ref);
  Relation BindLateralGenerator(const sql::Join& join, const Relation& left);
  void ApplySample(const sql::Sample& sample, const sql::Location& at, Relation* relation);
  ExprPtr BindOn(const sql::Join& join, const Scope& scope, int left_width);
  Relation BindLateral(const sql::Join& join, const Relation& left);
  Relation BindJoin(const sql::Join& join, const sql::TableRef& ref, Relation left, Relation right);
  Join BindUsing(const sql::Join& join, const sql::Location& at, int left_width, Scope* left,
                 Scope* right, std::vector<ScopeColumn>* merged);
  void ApplyColumnAliases(const sql::TableRef& ref, Scope* scope);

  const Catalog& catalog_;
  Diagnostics* diagnostics_;
  bool too_large_ = false;  // said so
  std::vector<AllButFileColumns> all_but_file_columns_;
  Outer outer_;
  int64_t num_subquery_operators_ = 0;                             // of what is being bound
  std::vector<std::pair<std::string, BoundQuery>> common_tables_;  ///< WITH, innermost last
  std::map<const sql::Query*, ExprPtr> subqueries_;                // kept
};

/// \brief The result of `query` as a relation whose columns answer to `qualifier`.
Relation MakeRelation(const BoundQuery& query, const std::string& qualifier);

/// \brief The LIMIT and OFFSET of `query`; none where it has neither, or after an error.
std::optional<Limit> BindLimit(const sql::Query& query, Diagnostics* diagnostics);

/// \brief The value of whole numbers, their sums, differences and products; none of anything else.
std::optional<int64_t> WholeNumberOf(const Expr& expr);

/// \brief What stands for a table after an error.
Relation UnknownRelation();

/// \brief What the rows of `query` are ordered by: SORT BY orders all of them, too.
/// \return nothing after an error
const std::vector<sql::OrderKey>& OrderOf(const sql::Query& query, Diagnostics* diagnostics);

/// \brief What the rows of `query` are distributed by, but for what they are sorted by as well.
std::vector<sql::ExprPtr> DistributionOf(const sql::Query& query);

/// \brief `2` in ORDER BY 2 or GROUP BY 2, if `expr` is such a position.
std::optional<int64_t> PositionOf(const sql::Expr& expr);

/// \brief The index that `position` means among `count` columns, or an error.
std::optional<size_t> CheckPosition(int64_t position, size_t count, const std::string& clause,
                                    const sql::Location& at, Diagnostics* diagnostics);

}  // namespace tarn::plan
