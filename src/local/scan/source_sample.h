#pragma once

#include <optional>
#include <vector>

#include "plan/plan.h"
#include "plan/source_size.h"
#include "storage/storage.h"

namespace tarn::local {

/// \brief Read a few records of a source, to estimate it: always the same ones of the same files,
/// 256 KiB at most of what is stored, from places that are evenly spread.
///
/// \param[in] files of the source, as they were listed
/// \return none where no record can be read, for whatever reason: who reads it all will say
std::optional<plan::SourceSample> SampleSource(const plan::SourcePlan& source,
                                               const std::vector<storage::ObjectInfo>& files,
                                               storage::Storage* storage);

}  // namespace tarn::local
