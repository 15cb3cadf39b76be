#pragma once

#include <arrow/memory_pool.h>

#include <memory>

#include "base/error.h"
#include "json/scanner.h"
#include "local/scan/file_columns.h"

namespace tarn::local {

/// \brief Reads lines of CSV as a scanner of JSON reads its lines, and as Spark does.
///
/// A line that has not as many fields as the source has columns, a value that is none of its
/// column's type, as far as the column is read, and text that is not UTF-8 make a record bad. Blank
/// lines are none. Columns are known by their places: a header that says others is kBadInput.
/// \param[in] columns borrowed; of a source of the format kCsv. Those of folders have no place in
/// lines
Result<std::unique_ptr<json::Scanner>> MakeCsvScanner(const FileColumns& columns,
                                                      arrow::MemoryPool* pool);

}  // namespace tarn::local
