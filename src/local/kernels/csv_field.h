#pragma once

#include <arrow/type.h>

#include <string>

#include "local/kernels/text_cell.h"

namespace tarn::local {

/// \brief Read a field of a line of CSV that is not NULL, as Spark does.
/// \param[in] type not nested
/// \return false for what is none of the type
bool ReadCsvField(const std::string& text, const arrow::DataType& type, const TextFormats& formats,
                  TextCell* cell);

}  // namespace tarn::local
