#pragma once

#include <arrow/array.h>

#include <string>

#include "cli/table_text.h"
#include "values/time_zone.h"

namespace tarn::cli {

/// \brief One value as `tarn show` prints it: as Spark's show() does, on one line, printable.
///
/// NULL is dim; a string that is empty or reads NULL is quoted, so that it can't be taken for one.
/// \param[in] zone whose clocks a TIMESTAMP shows
Cell FormatCell(const arrow::Array& column, int64_t row, const TimeZone& zone = TimeZone::Utc());

/// \brief How a column of this field is laid out: numbers to the right, times never cut.
Column ColumnFor(const arrow::Field& field);

}  // namespace tarn::cli
