#pragma once

#include "plan/bind_expr.h"

namespace tarn::plan {

/// \brief `node` with the window functions among `calls` as further columns, in their order.
///
/// Those of the same partitions and order are computed by one node, unless one reads another.
/// \param[in] calls their expressions are over the columns of `node` and those of earlier windows
NodePtr AddWindows(NodePtr node, const CollectedCalls& calls);

}  // namespace tarn::plan
