#pragma once

#include <arrow/datum.h>
#include <arrow/record_batch.h>

#include <vector>

#include "base/error.h"
#include "local/expr/expr_node_internal.h"

/// Errors of rows, with the values that they come of.
namespace tarn::local {

/// \brief Whether it is an error that rows have by their values, at a place in the SQL.
bool IsOfValues(const Status& status);

/// \brief `status`, what a kernel said of the only row, with the values that the row has for the
/// call: "division by zero (clicks = 5, views = 0)". Constants are left out, and what the message
/// has already. Values are cut, and harmless on a terminal.
/// \param[in] status an error; unchanged where it is not IsOfValues, and where the function is one
///   that does not show its arguments
/// \param[in] values of node's arguments, in one row
Status TellValues(const ExprNode& node, const std::vector<arrow::Datum>& values,
                  const ExprContext& context, const Status& status);

/// \brief What the first row of `input` that fails says when it is evaluated alone, by which a
/// kernel tells its values.
/// \param[in] status what all rows together say, an error; given back where it is not IsOfValues,
///   or no row alone is an error
Status ErrorOfFirstRow(const ExprNode& node, const arrow::RecordBatch& input, const Status& status);

}  // namespace tarn::local
