#include "local/expr/compiled_expr.h"

#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>

#include "local/expr/expr_node_internal.h"
#include "local/expr/failing_row_internal.h"
#include "local/expr/selection_internal.h"
#include "local/kernels/spread_internal.h"
#include "plan/known_functions.h"

namespace tarn::local {
namespace {

using arrow::Array;
using arrow::Datum;
using arrow::RecordBatch;
using plan::Expr;

// The value that `node`, of constant arguments, has in every row.
Result<ScalarPtr> ValueOfConstant(const ExprNode& node) {
  const auto one_row = RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector());
  ARROW_ASSIGN_OR_RAISE(const Datum value, node.Evaluate(*one_row));
  if (value.is_scalar()) return value.scalar();
  return value.make_array()->GetScalar(0);
}

// nvl2(a, b, c) as CASE WHEN a IS NULL THEN c ELSE b END.
plan::ExprPtr CaseOfNvl2(const Expr& call) {
  auto choice = std::make_shared<Expr>(call);
  choice->kind = Expr::Kind::kCase;
  choice->args = {MakePredicate(plan::kIsNull, {call.args[0]}), call.args[2], call.args[1]};
  return choice;
}

ExprNodePtr Compile(const plan::ExprPtr& expr, const ExprContext& context);

ExprNodePtr MakeCallWithLambdas(const plan::ExprPtr& call, const ExprContext& context) {
  const LambdaClosure closure = CloseLambdas(*call);
  LambdaParts parts;
  parts.num_values = closure.values.size();
  for (const auto& value : closure.values) parts.args.push_back(Compile(value, context));
  for (const auto& column : closure.captured) parts.args.push_back(Compile(column, context));
  for (const auto& body : closure.bodies) parts.bodies.push_back(Compile(body, context));
  return MakeLambdaNode(call, std::move(parts), context);
}

// A node with arguments.
ExprNodePtr MakeNode(const plan::ExprPtr& expr, const ExprContext& context) {
  if (HasLambda(*expr)) return MakeCallWithLambdas(expr, context);
  std::vector<ExprNodePtr> args;
  for (const plan::ExprPtr& arg : expr->args) args.push_back(Compile(arg, context));
  if (expr->kind == Expr::Kind::kField) return MakeFieldNode(expr, std::move(args));
  const bool is_lazy = expr->kind == Expr::Kind::kCase ||
                       (expr->kind == Expr::Kind::kCall && expr->function->traits.lazy);
  return is_lazy ? MakeLazyNode(expr, std::move(args))
                 : MakeKernelNode(expr, std::move(args), context);
}

ExprNodePtr Compile(const plan::ExprPtr& expr, const ExprContext& context) {
  if (expr->kind == Expr::Kind::kColumn) return MakeColumnNode(expr);
  if (expr->kind == Expr::Kind::kLiteral) return MakeConstantNode(expr, expr->literal);
  if (IsCall(*expr, plan::kIsNull) && plan::IsColumn(*expr->args[0])) return MakeNullTestNode(expr);
  if (IsCall(*expr, plan::kNvl2)) return Compile(CaseOfNvl2(*expr), context);
  ExprNodePtr node = MakeNode(expr, context);
  const bool is_constant =
      !plan::IsRandomItself(*expr) &&
      std::all_of(node->args().begin(), node->args().end(),
                  [](const ExprNodePtr& arg) { return arg->constant() != nullptr; });
  return is_constant ? MakeConstantNode(expr, ValueOfConstant(*node)) : std::move(node);
}

Result<std::shared_ptr<Array>> EvaluateAtOnce(const ExprNode& node, const RecordBatch& input) {
  Result<Datum> value = node.Evaluate(input);
  if (value.ok()) value = Spread(*value, input.num_rows());
  ARROW_RETURN_NOT_OK(LocateCapacityError(*node.expr(), value.status()));
  return value->make_array();
}

}  // namespace

Result<std::shared_ptr<Array>> EvaluateToArray(const ExprNode& node, const RecordBatch& input) {
  Result<std::shared_ptr<Array>> all = EvaluateAtOnce(node, input);
  const int64_t half = input.num_rows() / 2;
  if (!all.status().IsCapacityError() || half == 0 || !arrow::is_fixed_width(node.type()->id())) {
    return all;
  }
  // Texts on the way to the values take too much memory.
  ARROW_ASSIGN_OR_RAISE(auto first, EvaluateToArray(node, *input.Slice(0, half)));
  ARROW_ASSIGN_OR_RAISE(auto second, EvaluateToArray(node, *input.Slice(half)));
  return arrow::Concatenate({first, second});
}

CompiledExpr::CompiledExpr(const plan::ExprPtr& expr, const ExprContext& context)
    : root_(Compile(expr, context)) {}
CompiledExpr::CompiledExpr(CompiledExpr&&) noexcept = default;
CompiledExpr::~CompiledExpr() = default;

Result<std::shared_ptr<Array>> CompiledExpr::Evaluate(const RecordBatch& input) const {
  // A constant that fails does so only where there is a row.
  if (input.num_rows() == 0) return arrow::MakeEmptyArray(root_->type());
  if (root_->expr()->kind == Expr::Kind::kColumn) return input.column(root_->expr()->column);
  Result<std::shared_ptr<Array>> values = EvaluateToArray(*root_, input);
  return values.ok() ? values : ErrorOfFirstRow(*root_, input, values.status());
}

std::vector<CompiledExpr> CompileAll(const std::vector<plan::ExprPtr>& exprs,
                                     const ExprContext& context) {
  std::vector<CompiledExpr> compiled;
  compiled.reserve(exprs.size());
  for (const plan::ExprPtr& expr : exprs) compiled.emplace_back(expr, context);
  return compiled;
}

Result<arrow::ArrayVector> EvaluateAll(const std::vector<CompiledExpr>& exprs,
                                       const RecordBatch& input) {
  arrow::ArrayVector columns;
  columns.reserve(exprs.size());
  for (const CompiledExpr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), expr.Evaluate(input));
  }
  return columns;
}

Result<std::shared_ptr<RecordBatch>> FilterRows(const CompiledExpr& predicate,
                                                const RecordBatch& input,
                                                const std::shared_ptr<RecordBatch>& output) {
  ARROW_ASSIGN_OR_RAISE(const auto truth, predicate.Evaluate(input));
  ARROW_ASSIGN_OR_RAISE(const auto mask, ToMask(Datum(truth), input.num_rows()));
  const int64_t num_kept = mask->true_count();
  if (num_kept == input.num_rows()) return output;
  if (num_kept == 0 || output->num_columns() == 0) return output->Slice(0, num_kept);
  ARROW_ASSIGN_OR_RAISE(Datum kept, arrow::compute::Filter(Datum(output), Datum(mask)));
  return kept.record_batch();
}

}  // namespace tarn::local
