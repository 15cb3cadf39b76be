#pragma once

#include <arrow/array.h>

#include <string>

#include "cli/table_text.h"

namespace tarn::cli {

/// \brief One value as `tarn show` prints it: as Spark's show() does, on one line, printable.
///
/// NULL is dim; a string that is empty or reads NULL is quoted, so that it can't be taken for one.
Cell FormatCell(const arrow::Array& column, int64_t row);

/// \brief Whether values of `type` are aligned right.
bool IsNumber(const arrow::DataType& type);

}  // namespace tarn::cli
