#pragma once

#include <memory>

#include "local/scan/scan_item.h"
#include "local/scan/scanned_part.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Read and filter a kParquet item. Threads: any number at once.
Status ScanParquet(const plan::SourcePlan& source, const std::shared_ptr<storage::Storage>& storage,
                   const ScanItem& item, const PartSink& sink);

}  // namespace tarn::local
