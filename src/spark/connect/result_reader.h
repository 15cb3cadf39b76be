#pragma once

#include <arrow/record_batch.h>

#include <memory>

#include "spark/connect/execution.h"

namespace tarn::connect {

/// \brief The batches of an execution; see Session::Stream.
/// \return when the first batch is there, which gives the schema
Result<std::shared_ptr<arrow::RecordBatchReader>> MakeResultReader(
    std::unique_ptr<Execution> execution);

}  // namespace tarn::connect
