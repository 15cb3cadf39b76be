#pragma once

#include <vector>

#include "plan/diagnostics.h"
#include "plan/plan.h"

/// Subqueries of expressions: bound as expressions (Expr::Kind::kSubquery), then made joins.
namespace tarn::plan {

/// \brief A query that an expression has the value of.
///
/// Its expressions may have kOuter columns, which stand for the arguments of the kSubquery.
struct BoundSubquery {
  enum class Kind {
    kScalar,  ///< of its one column and row, NULL without a row
    kExists,  ///< whether it has a row
    kIn,      ///< whether it has the row of the last `num_values` arguments
  };
  Kind kind = Kind::kScalar;
  NodePtr node;
  size_t num_values = 0;  ///< kIn: as many as the query has columns, of the same types; else 0
  sql::Location at;
};

/// \brief A query that is computed for each row of a left input, in FROM: LATERAL.
struct LateralQuery {
  NodePtr node;
  std::vector<ExprPtr> outer;  ///< what its kOuter columns stand for, over the left input
  sql::Location at;
};

/// \brief Whether there is a kSubquery in `expr`.
bool HasSubquery(const Expr& expr);

/// \brief Whether there is a kOuter in `expr`.
bool HasOuter(const Expr& expr);

/// \brief `root` with joins in the place of all subqueries.
///
/// Reports those that depend on the row around them in a way that no join computes. \param[in]
/// root's expressions have no kOuter but inside of subqueries
NodePtr JoinSubqueries(const NodePtr& root, Diagnostics* diagnostics);

/// \brief The rows of `left` with those that `right` has for them; columns: those of both.
///
/// \param[in] kind kInner or kLeft
/// \param[in] on over left ++ right; may be null
/// \return null after an error
NodePtr JoinLateral(const NodePtr& left, const LateralQuery& right, Join::Kind kind,
                    const ExprPtr& on, Diagnostics* diagnostics);

}  // namespace tarn::plan
