#pragma once

#include <arrow/array.h>
#include <arrow/datum.h>
#include <arrow/record_batch.h>

#include <memory>

#include "local/expr/expr_node_internal.h"

/// Evaluation for some of a batch's rows.
namespace tarn::local {

/// \brief The rows where it is true; NULL counts as false.
using Mask = std::shared_ptr<arrow::BooleanArray>;

Result<Mask> AllRows(int64_t num_rows);
Result<Mask> And(const Mask& left, const Mask& right);
Result<Mask> AndNot(const Mask& mask, const Mask& without);

/// \brief The rows where the boolean `condition` is true; nothing in the result is NULL.
Result<Mask> ToMask(const arrow::Datum& condition, int64_t num_rows);

/// \brief The rows where `value` is not NULL.
Result<Mask> ValidRows(const arrow::Datum& value, int64_t num_rows);

/// \brief `node` for the rows of `mask` at least. Where it may fail, the other rows are not
/// evaluated but NULL.
Result<arrow::Datum> EvaluateWhere(const ExprNode& node, const arrow::RecordBatch& input,
                                   const Mask& mask);

/// \brief As EvaluateWhere, for a mask that nearly always has nearly all rows: all are evaluated
/// first, and the selected ones alone only when that fails. What the other rows get is undefined.
Result<arrow::Datum> EvaluateAtLeast(const ExprNode& node, const arrow::RecordBatch& input,
                                     const Mask& mask);

}  // namespace tarn::local
