#pragma once

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "storage/storage.h"

namespace tarn::engine {

/// \brief The files of a source.
/// \return kBadInput when there are none
Result<storage::Listing> ListSource(const pipeline::Source& source);

}  // namespace tarn::engine
