#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "local/scan/file_columns.h"
#include "local/scan/scan_item.h"
#include "local/scan/scanned_part.h"
#include "plan/plan.h"
#include "plan/source_size.h"

namespace tarn::local {

/// \brief Read and filter a kParquet item of a source that has `columns`; row groups without a row
/// that passes are not read. Threads: any number at once.
Status ScanParquet(const FileColumns& columns, const std::shared_ptr<storage::Storage>& storage,
                   const ScanItem& item, const PartSink& sink);

/// \brief How many rows some files have for their bytes, by their footers: what of them passes the
/// filter is estimated. \return none when the files have no rows, or cannot be read
std::optional<plan::SourceSample> SampleParquet(const plan::SourcePlan& source,
                                                const std::vector<storage::ObjectInfo>& files,
                                                storage::Storage* storage);

}  // namespace tarn::local
