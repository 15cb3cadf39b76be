#include "local/aggregates/accumulators_internal.h"
#include "local/expr/compiled_expr.h"

namespace tarn::local {

Result<arrow::ScalarVector> ConstantsOf(const plan::AggregateCall& call) {
  const auto one_row = arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector());
  arrow::ScalarVector constants;
  for (const plan::ExprPtr& constant : call.constants) {
    const CompiledExpr compiled(constant, ExprContext());
    ARROW_ASSIGN_OR_RAISE(const auto value, compiled.Evaluate(*one_row));
    ARROW_ASSIGN_OR_RAISE(constants.emplace_back(), value->GetScalar(0));
  }
  return constants;
}

}  // namespace tarn::local
