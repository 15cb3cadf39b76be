#pragma once

#include <vector>

#include "base/error.h"
#include "base/poll.h"
#include "local/batch/batch.h"

namespace tarn::local {

/// \brief All rows of `batches` in one batch.
/// \param[in] batches if nobody else has them, one column at a time is in memory twice.
/// \param[in] schema of the result; the batches may differ from it in names and nullability.
/// \param[in] poll asked before each column
/// \return CapacityError when a column's text passes 2 GiB.
Result<BatchPtr> Concatenate(const SchemaPtr& schema, std::vector<BatchPtr> batches,
                             const Poll& poll = GoOn);

/// \brief Rows of `batch` by number; a null number gives a row of nulls.
/// \param[in] rows any integer type, within bounds.
/// \param[in] poll asked before each column
Result<BatchPtr> TakeRows(const BatchPtr& batch, const std::shared_ptr<arrow::Array>& rows,
                          const Poll& poll = GoOn);

/// \brief Values by row number of a column that lies in several chunks, without a copy of them all
/// where that is possible; null for the number after the last row's.
/// \param[in] column the chunks' type, and a name for messages
Result<std::shared_ptr<arrow::Array>> TakeFromChunks(const arrow::Field& column,
                                                     arrow::ArrayVector chunks,
                                                     const std::vector<uint64_t>& rows);

}  // namespace tarn::local
