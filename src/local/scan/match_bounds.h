#pragma once

#include <vector>

#include "json/row_filter.h"
#include "lake/read_rows.h"

namespace tarn::local {

/// \brief Whether rows with these bounds may have one that passes `filter`. False is certain.
/// \param[in] bounds by field number of the filter
bool MayMatch(const json::RowFilter& filter, const std::vector<lake::ColumnBounds>& bounds);

}  // namespace tarn::local
