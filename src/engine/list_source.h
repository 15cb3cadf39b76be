#pragma once

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::engine {

/// \brief The files of a source.
/// \return kBadInput when there are none, or the folder or bucket is not there
Result<storage::Listing> ListSource(storage::Storages* storages, const pipeline::Source& source);

}  // namespace tarn::engine
