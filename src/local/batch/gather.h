#pragma once

#include <vector>

#include "local/batch/operator.h"

namespace tarn::local {

/// \brief All rows of `batches` in one batch.
/// \param[in] schema of the result; the batches may differ from it in names and nullability.
/// \param[in] poll asked before each column
/// \return CapacityError when a column's text passes 2 GiB.
Result<BatchPtr> Concatenate(const SchemaPtr& schema, const std::vector<BatchPtr>& batches,
                             const Poll& poll = GoOn);

/// \brief Rows of `batch` by number; a null number gives a row of nulls.
/// \param[in] rows any integer type, within bounds.
/// \param[in] poll asked before each column
Result<BatchPtr> TakeRows(const BatchPtr& batch, const std::shared_ptr<arrow::Array>& rows,
                          const Poll& poll = GoOn);

/// \brief Everything that `input` puts out.
Result<std::vector<BatchPtr>> Drain(Operator* input);

/// \brief Everything that `input` puts out, as one batch of its schema.
Result<BatchPtr> DrainToOne(Operator* input, const Poll& poll = GoOn);

/// \brief Puts out one large batch in pieces of kBatchRows.
class Slicer {
 public:
  Slicer() = default;
  explicit Slicer(BatchPtr batch) : batch_(std::move(batch)) {}

  /// \brief The next piece; null at the end.
  BatchPtr Next();

 private:
  BatchPtr batch_;
  int64_t position_ = 0;
};

}  // namespace tarn::local
