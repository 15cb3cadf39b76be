#pragma once

#include <arrow/scalar.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "storage/storage.h"

/// Columns of a source that its files' folders hold: `dt` of `events/dt=2024-01-01/a.json`.
namespace tarn::engine {

/// \brief Which columns of the source's schema, by index, are named by the folders `name=value`
/// right above its files. Their values are those of the folders, whatever the records say, as in
/// Spark.
///
/// \return kBadInput where only some of the files are in such folders, and for a value that is none
///   of its column's type
Result<std::vector<int>> FolderColumns(const pipeline::Source& source,
                                       const std::vector<storage::ObjectInfo>& files);

/// \brief The value of `field`, a column of folders, in the records of the file `path`.
/// \param[in] zone whose clocks the folders of a TIMESTAMP show
Result<std::shared_ptr<arrow::Scalar>> FolderValue(const arrow::Field& field, std::string_view path,
                                                   const TimeZone& zone);

/// \brief Their names.
std::vector<std::string> NamesOfColumns(const pipeline::Source& source,
                                        const std::vector<int>& columns);

}  // namespace tarn::engine
