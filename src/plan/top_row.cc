#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

bool IsInteger(const Expr& expr, int32_t value) {
  return IsLiteral(expr) && expr.literal->Equals(arrow::Int32Scalar(value));
}

// Whether `expr` is true for row number 1 and for no other.
bool AsksForFirst(const Expr& expr, int number_column) {
  if (expr.kind != Expr::Kind::kCall || expr.args.size() != 2) return false;
  bool swapped = IsColumn(*expr.args[1]);
  const Expr& column = *expr.args[swapped ? 1 : 0];
  const Expr& bound = *expr.args[swapped ? 0 : 1];
  if (!IsColumn(column) || column.column != number_column) return false;
  if (IsInteger(bound, 1)) {
    return IsCall(expr, kEq) || IsCall(expr, swapped ? kGe : kLe);
  }
  return IsInteger(bound, 2) && IsCall(expr, swapped ? kGt : kLt);
}

NodePtr Rewrite(const NodePtr& node) {
  const auto* filter = As<Filter>(*node);
  if (filter == nullptr) return node;
  const NodePtr& input = node->inputs[0];
  const auto* row_number = As<RowNumber>(*input);
  if (row_number == nullptr) return node;
  int number_column = input->schema->num_fields() - 1;
  std::vector<ExprPtr> conjuncts = SplitConjuncts(filter->predicate);
  size_t num_asking = std::erase_if(
      conjuncts, [&](const ExprPtr& conjunct) { return AsksForFirst(*conjunct, number_column); });
  if (num_asking == 0) return node;
  NodePtr top = MakeTopRow(input->inputs[0], {row_number->partition_by, row_number->order_by});
  // What still reads the number gets 1; pruning drops it when nothing does.
  std::vector<ExprPtr> exprs = ColumnsOf(*top->schema);
  exprs.push_back(MakeLiteral(std::make_shared<arrow::Int32Scalar>(1)));
  for (ExprPtr& conjunct : conjuncts) {
    conjunct =
        ReplaceColumns(conjunct, [&](const ExprPtr& column) { return exprs[column->column]; });
  }
  return MakeProject(MakeFilter(top, conjuncts), std::move(exprs), input->schema->field_names());
}

}  // namespace

NodePtr UseTopRow(const NodePtr& root) { return RewriteBottomUp(root, Rewrite); }

}  // namespace tarn::plan
