#pragma once

#include <set>

#include "plan/plan.h"

/// What a plan says of repeated rows.
namespace tarn::plan {

/// \brief Whether no two rows of `node` have the same values in all of `columns`, NULL being the
/// same as NULL (may miss some of which that holds).
/// \param[in] plan for the keys of its tables, which a run holds them to; null: only what `node`
///   itself makes unique counts
bool IsUnique(const Node& node, const std::set<int>& columns, const Plan* plan);

/// \brief Whether repeated rows of its input change nothing in what `aggregate` gives.
bool IgnoresRepeats(const Aggregate& aggregate);

}  // namespace tarn::plan
