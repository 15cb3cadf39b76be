#pragma once

#include <arrow/util/cancel.h>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

namespace tarn::engine {

/// \brief The files of a source.
/// \return kBadInput when there are none, or the folder or bucket is not there
/// \param[in] stop ends the listing with Cancelled
Result<storage::Listing> ListSource(storage::Storages* storages, const pipeline::Source& source,
                                    const arrow::StopToken& stop = arrow::StopToken::Unstoppable());

}  // namespace tarn::engine
