#pragma once

#include <optional>
#include <vector>

#include "plan/plan.h"

/// What is merged at the top of a table, where rows of new files are taken together with what is
/// kept of older ones (docs/adr/0026).
namespace tarn::plan {

/// \brief The operator of a table whose rows change when its input grows, and what is above it.
struct MergePoint {
  /// An Aggregate or a TopRow.
  NodePtr node;
  /// What works row by row on its rows, the outermost one first.
  std::vector<NodePtr> above;
};

/// \brief Where a table with this root merges: its first Aggregate or TopRow below filters,
/// projections, Generate and views.
/// \return none: there is another operator in between
std::optional<MergePoint> MergePointOf(const Plan& plan, const NodePtr& root);

/// \brief The table's rows where `node` is in the place of the point's, whose columns it has.
NodePtr RootOver(const MergePoint& point, NodePtr node);

/// \brief Where a table's columns have the rows of a DISTINCT at its top, as they are: then its own
/// files say which of them are not new.
/// \return by column of the DISTINCT, one of the table's; none: the table has no such DISTINCT, or
///   not all of its columns, or some of them in the names of folders alone
std::optional<std::vector<int>> ColumnsOfDistinct(const Plan& plan, const TablePlan& table);

/// \brief Add a source to read as it is, all of its columns. \return its index in Plan::sources
int AddSource(Plan* plan, const pipeline::Source& source);

/// \brief Leave out of a DISTINCT at the top of Plan::tables[table] the rows that a source has.
/// \param[in] source index in Plan::sources; with the columns of the DISTINCT, and no others
void LeaveOutRows(Plan* plan, int table, int source);

}  // namespace tarn::plan
