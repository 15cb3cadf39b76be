#pragma once

#include <vector>

#include "local/keys/row_key.h"
#include "local/operators/operator.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Evaluate `keys` over `batch` and encode them.
Result<RowKeys> EncodeSortKeys(const std::vector<plan::SortKey>& keys,
                               const arrow::RecordBatch& batch);

}  // namespace tarn::local
