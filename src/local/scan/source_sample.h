#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "plan/plan.h"
#include "plan/source_size.h"
#include "storage/storage.h"

namespace tarn::local {

/// \brief Read a few records of a source, to estimate it: always the same ones of the same files,
/// 256 KiB at most of what is stored, from places that are evenly spread. Of Parquet, the footers
/// of some files and, where they are on a disk, some thousand records.
///
/// \param[in] files of the source, as they were listed
/// \return none where no record can be read, for whatever reason: who reads it all will say
std::optional<plan::SourceSample> SampleSource(const plan::SourcePlan& source,
                                               const std::vector<storage::ObjectInfo>& files,
                                               const std::shared_ptr<storage::Storage>& storage);

}  // namespace tarn::local
