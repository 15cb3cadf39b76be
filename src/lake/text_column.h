#pragma once

#include <memory>

#include "base/error.h"
#include "lake/column_chunk.h"

namespace tarn::lake {

/// \brief A column of text or binary, whose batches may have codes into dictionaries (TextRows).
///
/// Its bytes are those of Arrow's writer for the values in one array: the same whatever came as
/// codes, into which dictionaries, and in how many batches. Rows are neither copied together nor
/// compared one by one: codes of a batch's dictionary are mapped to those of the file's, in which
/// texts stand in the order of their first rows.
Result<std::unique_ptr<ColumnChunk>> MakeTextColumn(ColumnTarget target);

}  // namespace tarn::lake
