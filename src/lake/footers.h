#pragma once

#include <parquet/metadata.h>

#include <functional>
#include <vector>

#include "base/error.h"
#include "storage/storage.h"

namespace tarn::lake {

/// \brief Called with a file's index and its metadata.
using FooterVisitor = std::function<Status(size_t file, const parquet::FileMetaData& metadata)>;

/// \brief Call `visit` for each Parquet file, in order; a remote storage is asked for many ahead.
/// \return kBadInput for a file that is not a complete Parquet file, the first error of a read or
/// of `visit`
Status VisitFooters(storage::Storage* storage, const std::vector<storage::ObjectInfo>& files,
                    const FooterVisitor& visit);

}  // namespace tarn::lake
