#pragma once

#include <vector>

#include "base/error.h"
#include "lake/ordered_rows.h"

namespace tarn::lake {

/// \brief The columns of a file for which a dictionary is no use, as nearly all of their values
/// differ: it would be given up when it is full, after so many values were looked up in vain.
///
/// Few rows are looked at, the same of the same rows; where there are not many, none.
/// \param[in] rows the first ones of the file
/// \return by column
Result<std::vector<bool>> ColumnsWithoutDictionary(const OrderedRows& rows);

}  // namespace tarn::lake
