#pragma once

#include <arrow/util/cancel.h>

#include "base/error.h"
#include "engine/increment.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::engine {

/// \brief The files of a source.
/// \return kBadInput when there are none, or the folder or bucket is not there
/// \param[in] stop ends the listing with Cancelled
/// \param[in] increment whose files of the source are given in the place of a listing; may be null
Result<storage::Listing> ListSource(storage::Storages* storages, const pipeline::Source& source,
                                    const arrow::StopToken& stop = arrow::StopToken::Unstoppable(),
                                    const Increment* increment = nullptr);

}  // namespace tarn::engine
