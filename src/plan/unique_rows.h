#pragma once

#include <set>
#include <vector>

#include "plan/plan.h"

/// What a plan says of repeated rows.
namespace tarn::plan {

/// \brief Whether no two rows of `node` have the same values in all of `columns`, NULL being the
/// same as NULL (may miss some of which that holds).
/// \param[in] plan for the keys of its tables, which a run holds them to; null: only what `node`
///   itself makes unique counts
bool IsUnique(const Node& node, const std::set<int>& columns, const Plan* plan);

/// \brief The columns of the table's key, in its order.
std::vector<int> KeyColumns(const TablePlan& table);

/// \brief Whether rows of the table may have the same key, as far as its SQL says; not without one.
bool KeyMayRepeat(const TablePlan& table);

/// \brief Whether repeated rows of its input change nothing in what `aggregate` gives.
bool IgnoresRepeats(const Aggregate& aggregate);

}  // namespace tarn::plan
