#pragma once

#include "plan/estimate_rows.h"
#include "plan/plan.h"

/// The rules that make a bound plan cheap. Each keeps the result of every table as it is, and none
/// fails.
namespace tarn::plan {

/// \brief Apply all rules, and work out what is read of each source.
///
/// \param[in,out] plan as TableBinder leaves it; its `sources` are filled here.
void Optimize(Plan* plan);

/// \brief Work out what is read of each source, and leave the tables as they are.
void PlanUnoptimized(Plan* plan);

/// \brief Filter the input of an aggregate without keys by what its calls' FILTERs ask for.
NodePtr FilterAggregates(const NodePtr& root);

/// \brief Move conditions as near to the sources as they may go; make join keys of equalities.
///
/// A condition that may fail stays where it is, since a filter that used to be before it could have
/// kept the failing rows away.
NodePtr PushFilters(const NodePtr& root);

/// \brief Move conditions that may fail, too, through what gives them the same values below as
/// above, so that they fail where they would have: sorts, UNION ALL, groups by their keys.
NodePtr PushFailingFilters(const NodePtr& root);

/// \brief Filter each side of a join by what the rows of the other side are known to fulfil, where
/// the keys are equal: `id = 5` inside a subquery holds for what is joined with it by `id`, too.
///
/// Reads the keys that PushFilters makes; what it adds is for PushFilters to move on.
/// \return `root` itself where nothing is implied
NodePtr InferConditions(const NodePtr& root);

/// \brief Reorder inner joins of which some pair all rows of their inputs, though conditions
/// connect those over other inputs. How large inputs are is not looked at. \param[in,out] orders
/// gets a text for each that is reordered
NodePtr AvoidCrossJoins(const NodePtr& root, std::vector<std::string>* orders);

/// \brief Drop a DISTINCT, of rows or of an aggregate's values, where there are no repeated ones,
/// or where they do not count. \param[in] plan for the keys of its tables
NodePtr DropDistincts(const NodePtr& root, const Plan& plan);

/// \brief Drop repeated rows before a join, on a side that has nothing but keys, where repeated
/// rows do not count after it, and by `estimator` there are many. For OrderJoins: the columns are
/// pruned. \return `root` itself where there is no such join
NodePtr DistinctJoinKeys(const NodePtr& root, const Plan& plan, const RowEstimator& estimator);

/// \brief Swap the sides of outer joins of which the right one, which is held in memory, has
/// clearly more rows by `estimator`, where nothing depends on the order of their rows but the order
/// of groups. For OrderJoins. \param[in,out] orders gets a text for each that is swapped \return
/// `root` itself where there is none
NodePtr HoldSmallerSides(const NodePtr& root, const RowEstimator& estimator,
                         std::vector<std::string>* orders);

/// \brief Put a LIMIT also below what gives a row at least for each that it reads: projections, the
/// arms of UNION ALL, the left side of LEFT JOIN. A sort takes it for its own, unless it is large.
NodePtr PushLimits(const NodePtr& root);

/// \brief Replace Filter(row_number = 1) over RowNumber by TopRow; give RowNumber the limit that a
/// filter sets in another way, such as row_number <= 3.
NodePtr LimitRowNumbers(const NodePtr& root);

/// \brief Filters to apply while scanning, by index of Pipeline::sources; over the source's schema.
///
/// Conditions that the scan of a source then guarantees are taken out of the tables' trees.
std::vector<ExprPtr> PushIntoScans(Plan* plan);

/// \brief Drop columns and projections that are not needed; the root keeps its schema.
NodePtr PruneColumns(const NodePtr& root);

/// \brief Fill Plan::sources and renumber the scans accordingly.
/// \param[in] filters as PushIntoScans gives them.
void PlanSources(const std::vector<ExprPtr>& filters, Plan* plan);

}  // namespace tarn::plan
