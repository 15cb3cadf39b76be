#pragma once

#include <optional>
#include <vector>

#include "plan/diagnostics.h"
#include "plan/plan.h"

/// Queries that depend on a row around them (kOuter), computed for all such rows at once.
namespace tarn::plan {

/// \brief The rows around a query.
struct OuterRows {
  NodePtr node;
  std::vector<ExprPtr> args;  ///< over `node`: what kOuter 0, 1, … stand for
};

/// \brief A correlated query, taken apart into rows that are the same for all outer rows, and what
/// depends on the outer row.
struct Correlated {
  NodePtr node;                     ///< has no kOuter
  std::vector<ExprPtr> outputs;     ///< per column of the query: over `node`, with kOuter
  std::vector<ExprPtr> conditions;  ///< rows of `node` that there are for an outer row; with kOuter

  /// The query aggregates all of its rows into one: where `node` has no row for an outer row, the
  /// query has that of `empty`, constants and kOuter.
  std::optional<std::vector<ExprPtr>> empty{};
  /// Then, what its HAVING asks for of a row of `node`, and of the row of `empty`.
  std::vector<ExprPtr> having{}, empty_having{};
};

/// \brief Take the query `root` apart.
///
/// \param[in] outer the distinct ones of these rows are joined with where nothing else helps
/// \return none after an error, reported at `at`
std::optional<Correlated> TakeApart(const NodePtr& root, const OuterRows& outer,
                                    const sql::Location& at, Diagnostics* diagnostics);

/// \brief `query` with its outputs as columns: they and its `conditions` stand for all there is.
Correlated WithRows(const Correlated& query, const OuterRows& outer);

/// \brief `expr` over left ++ right: kOuter i becomes args[i], over left, and column c becomes
/// column left_width + c.
ExprPtr OverBoth(const ExprPtr& expr, const std::vector<ExprPtr>& args, int left_width);

/// \brief `expr` with kOuter i replaced by args[i].
ExprPtr ReplaceOuter(const ExprPtr& expr, const std::vector<ExprPtr>& args);

/// \brief `otherwise` where `condition` is not true, else `value`.
ExprPtr MakeChoice(const ExprPtr& condition, const ExprPtr& value, const ExprPtr& otherwise);

/// \brief Adds a column TRUE to `node`.
NodePtr WithMarker(const NodePtr& node);

}  // namespace tarn::plan
