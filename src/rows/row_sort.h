#pragma once

#include <cstdint>
#include <vector>

#include "base/poll.h"
#include "rows/row_key.h"

namespace tarn {

/// \brief The numbers of the rows in the order of their keys; rows with equal keys stay in order.
///
/// \return what `poll` returns when it fails: it is asked every few thousand rows, where a sort of
///   the standard library would be done with all of them first
Result<std::vector<int64_t>> SortRows(const RowKeys& keys, const Poll& poll);

}  // namespace tarn
