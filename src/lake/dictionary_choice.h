#pragma once

#include <vector>

#include "base/error.h"
#include "lake/ordered_rows.h"

namespace tarn::lake {

/// \brief The columns of a file for which a dictionary is no use: it would be full before long, and
/// given up after so many values were looked up in vain, as nearly all of them differ, but for
/// those that follow each other.
///
/// A sample of the rows is looked at, the same of the same rows.
/// \param[in] rows the first ones of the file
/// \return by column
Result<std::vector<bool>> ColumnsWithoutDictionary(const OrderedRows& rows);

}  // namespace tarn::lake
