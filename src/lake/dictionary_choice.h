#pragma once

#include <vector>

#include "base/error.h"
#include "lake/ordered_rows.h"

namespace tarn::lake {

/// \brief The columns of a file for which a dictionary is no use, as nearly all values differ, but
/// for those that follow each other: it would be no smaller than they are, or full before long, and
/// given up after so many values were looked up in vain.
///
/// A sample of the rows is looked at, the same of the same rows.
/// \param[in] rows the first ones of the file
/// \return by column
Result<std::vector<bool>> ColumnsWithoutDictionary(const OrderedRows& rows);

}  // namespace tarn::lake
