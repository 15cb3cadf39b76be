#pragma once

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <memory>
#include <vector>

#include "base/error.h"
#include "local/kernels/kernel.h"
#include "plan/expr.h"

namespace tarn::local {

class ExprNode;

/// \brief An expression made ready for many batches: what is constant in it is computed, patterns
/// are parsed, kernels are found.
///
/// Spark's ANSI meaning: an argument is evaluated only for the rows that need it: that of CASE,
/// COALESCE, IF, AND and OR which decides, of IN up to the one that is found, of other functions up
/// to the first NULL where that makes the result NULL. Overflow, division by zero and invalid casts
/// are kBadInput with the SQL location, and the values of the first row that fails. So is a
/// constant that fails, such as 1 / 0, which fails only where a row needs it. Threads: any number
/// at once.
class CompiledExpr {
 public:
  /// \brief Never fails: Evaluate returns the error of a constant.
  CompiledExpr(const plan::ExprPtr& expr, const ExprContext& context);
  CompiledExpr(CompiledExpr&&) noexcept;
  ~CompiledExpr();

  /// \brief The value of each row of `input`; as codes into a dictionary where it is a column that
  /// has one.
  Result<std::shared_ptr<arrow::Array>> Evaluate(const arrow::RecordBatch& input) const;

 private:
  std::unique_ptr<const ExprNode> root_;
};

/// \brief One per expression, in order.
std::vector<CompiledExpr> CompileAll(const std::vector<plan::ExprPtr>& exprs,
                                     const ExprContext& context);

/// \brief One column per expression.
Result<arrow::ArrayVector> EvaluateAll(const std::vector<CompiledExpr>& exprs,
                                       const arrow::RecordBatch& input);

/// \brief The rows of `output` for which the boolean `predicate` is true of those of `input`, which
/// are as many; `output` itself when all are.
Result<std::shared_ptr<arrow::RecordBatch>> FilterRows(
    const CompiledExpr& predicate, const arrow::RecordBatch& input,
    const std::shared_ptr<arrow::RecordBatch>& output);

}  // namespace tarn::local
