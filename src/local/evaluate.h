#pragma once

#include <arrow/array.h>
#include <arrow/datum.h>
#include <arrow/record_batch.h>

#include <memory>

#include "base/error.h"
#include "plan/expr.h"

namespace tarn::local {

/// \brief `expr` for each row of `input`: an array of input's length, or a scalar for a constant.
///
/// Spark's ANSI meaning: CASE, COALESCE, IF, AND and OR evaluate an argument only for the rows that
/// need it; overflow, division by zero and invalid casts are kBadInput with the SQL location.
/// Threads: any number at once.
Result<arrow::Datum> Evaluate(const plan::Expr& expr, const arrow::RecordBatch& input);

/// \brief Evaluate, with a scalar spread to an array.
Result<std::shared_ptr<arrow::Array>> EvaluateToArray(const plan::Expr& expr,
                                                      const arrow::RecordBatch& input);

/// \brief The rows of `input` for which the boolean `predicate` is true; `input` itself when all
/// are.
Result<std::shared_ptr<arrow::RecordBatch>> FilterRows(
    const plan::Expr& predicate, const std::shared_ptr<arrow::RecordBatch>& input);

}  // namespace tarn::local
