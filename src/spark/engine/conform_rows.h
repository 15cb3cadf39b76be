#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <memory>

#include "base/error.h"

namespace tarn::spark {

/// \brief The rows that Spark sent, as the engine on this machine has them: with its names of
/// fields, its types where they differ in words alone (the zone of a timestamp) or in the unit (a
/// TIME's), its nullability.
/// \return Invalid where a column holds something else
Result<std::shared_ptr<arrow::RecordBatch>> ConformRows(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& schema);

}  // namespace tarn::spark
