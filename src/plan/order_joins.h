#pragma once

#include <vector>

#include "plan/join_cost.h"
#include "plan/join_graph.h"

/// Chooses in which order the inputs of inner joins are joined. docs/adr/0019 has the reasons.
namespace tarn::plan {

/// \brief Each input as soon as it has keys with those before it, else in their own order: nothing
/// is known of their sizes.
JoinTreePtr OrderByKeys(const JoinGraph& graph);

/// \brief The order that costs the least; one without keys only where there is no other.
JoinTreePtr OrderByCost(const JoinGraph& graph, JoinCost* cost);

/// \brief How many joins of `tree` pair all rows of their inputs.
int NumCrossJoins(const JoinGraph& graph, const JoinTree& tree);

}  // namespace tarn::plan
