#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/scope.h"

namespace tarn::plan {

/// \brief A column of a query's result; its type is in the node's schema.
struct OutputColumn {
  std::string name;
  bool named = true;  ///< false: an expression without AS; `name` is its text then
  bool valid = true;  ///< false: its expression had an error, already reported
  sql::Location at;   ///< of its expression; nowhere for a source's column
};

/// \brief A query after binding. There is always a node; after an error it is good for nothing but
/// to bind the rest.
struct BoundQuery {
  NodePtr node;
  std::vector<OutputColumn> columns;  ///< one per field of node->schema
  bool complete = true;  ///< false: columns may be missing, because a table could not be bound
};

/// \brief What FROM can name.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// \brief The source or table `name`, with its columns named as in SQL. None when there is none.
  virtual std::optional<BoundQuery> Find(const std::string& name) const = 0;

  /// \brief All names that Find knows, for hints.
  virtual std::vector<std::string> Names() const = 0;
};

/// \brief Binds one query after the other against a catalog.
class QueryBinder {
 public:
  /// \param[in] diagnostics borrowed, as `catalog`; takes the errors
  QueryBinder(const Catalog& catalog, Diagnostics* diagnostics)
      : catalog_(catalog), diagnostics_(diagnostics) {}

  /// \brief Errors go to the diagnostics.
  BoundQuery Bind(const sql::Query& query);

 private:
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
  /// What the parser refuses as not supported.
  Relation BindTable(const auto&, const sql::TableRef&);
  Relation BindJoin(const sql::Join& join, const sql::TableRef& ref, Relation left, Relation right);
  Join BindUsing(const sql::Join& join, const sql::Location& at, int left_width, Scope* left,
                 Scope* right, std::vector<ScopeColumn>* merged);
  void ApplyColumnAliases(const sql::TableRef& ref, Scope* scope);

  const Catalog& catalog_;
  Diagnostics* diagnostics_;
  bool too_large_ = false;                                         // said so
  std::vector<std::pair<std::string, BoundQuery>> common_tables_;  ///< WITH, innermost last
};

/// \brief The result of `query` as a relation whose columns answer to `qualifier`.
Relation MakeRelation(const BoundQuery& query, const std::string& qualifier);

/// \brief `2` in ORDER BY 2 or GROUP BY 2, if `expr` is such a position.
std::optional<int64_t> PositionOf(const sql::Expr& expr);

/// \brief The index that `position` means among `count` columns, or an error.
std::optional<size_t> CheckPosition(int64_t position, size_t count, const std::string& clause,
                                    const sql::Location& at, Diagnostics* diagnostics);

}  // namespace tarn::plan
