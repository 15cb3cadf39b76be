#pragma once

#include <arrow/type.h>

namespace tarn::lake {

/// \brief Whether Spark reads a column of Parquet as another type than it has, and changes no value
/// by it: a wider one of the same kind. (Integers read as narrower ones wrap around in Spark.)
/// \param[in] file as Arrow has the column's type
/// \param[in] wanted the declared type
bool IsReadableAs(const arrow::DataType& file, const arrow::DataType& wanted);

}  // namespace tarn::lake
