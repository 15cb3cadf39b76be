#pragma once

#include <arrow/util/cancel.h>

#include <memory>

#include "storage/storages.h"

namespace tarn::storage {

/// \brief `storage`, whose reads end with Cancelled soon after `stop` is requested, whatever they
/// wait for. The calls behind them go on, but are not waited for.
///
/// Reads only: what is written or deleted must be put in order by who does that.
std::shared_ptr<Storage> StoppableReads(std::shared_ptr<Storage> storage, arrow::StopToken stop);

/// \brief As Storages::List, but ends with Cancelled soon after `stop` is requested. The listing
/// then goes on, on a thread of its own, until the process ends.
Result<Listing> ListUntil(const Storages& storages, const arrow::StopToken& stop,
                          const std::vector<std::string>& globs, const Period& period = {});

}  // namespace tarn::storage
