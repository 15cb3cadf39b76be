#include <algorithm>
#include <optional>

#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

// What a condition says of row numbers.
struct NumberLimit {
  int64_t most = 0;     // no greater number passes
  bool is_all = false;  // and all others do
};

std::optional<int64_t> IntegerOf(const Expr& expr) {
  if (!IsLiteral(expr) || !expr.literal->is_valid || expr.type->id() != arrow::Type::INT32) {
    return std::nullopt;
  }
  return static_cast<const arrow::Int32Scalar&>(*expr.literal).value;
}

bool IsNumber(const Expr& expr, int number_column) {
  return IsColumn(expr) && expr.column == number_column;
}

std::optional<NumberLimit> LimitOfList(const Expr& in, int number_column) {
  if (!IsNumber(*in.args[0], number_column)) return std::nullopt;
  NumberLimit limit;
  for (size_t i = 1; i < in.args.size(); ++i) {
    const std::optional<int64_t> value = IntegerOf(*in.args[i]);
    if (!value) return std::nullopt;
    limit.most = std::max(limit.most, *value);
  }
  return limit;
}

std::optional<NumberLimit> LimitOfComparison(const Expr& expr, int number_column) {
  if (expr.args.size() != 2) return std::nullopt;
  const bool is_swapped = IsColumn(*expr.args[1]);
  const std::optional<int64_t> value = IntegerOf(*expr.args[is_swapped ? 0 : 1]);
  if (!value || !IsNumber(*expr.args[is_swapped ? 1 : 0], number_column)) return std::nullopt;
  if (IsCall(expr, kEq)) return NumberLimit{*value, *value == 1};
  if (IsCall(expr, is_swapped ? kGe : kLe)) return NumberLimit{*value, true};
  if (IsCall(expr, is_swapped ? kGt : kLt)) return NumberLimit{*value - 1, true};
  return std::nullopt;
}

// None also where no row passes.
std::optional<NumberLimit> LimitOf(const Expr& expr, int number_column) {
  if (expr.kind != Expr::Kind::kCall) return std::nullopt;
  const std::optional<NumberLimit> limit =
      IsCall(expr, kIn) ? LimitOfList(expr, number_column) : LimitOfComparison(expr, number_column);
  return limit && limit->most >= 1 ? limit : std::nullopt;
}

// What still reads the number gets 1; pruning drops it when nothing does.
NodePtr UseTopRow(const RowNumber& row_number, const Node& numbered,
                  std::vector<ExprPtr> conjuncts) {
  NodePtr top = MakeTopRow(numbered.inputs[0], {row_number.partition_by, row_number.order_by});
  std::vector<ExprPtr> exprs = ColumnsOf(*top->schema);
  exprs.push_back(MakeLiteral(std::make_shared<arrow::Int32Scalar>(1)));
  for (ExprPtr& conjunct : conjuncts) {
    conjunct =
        ReplaceColumns(conjunct, [&](const ExprPtr& column) { return exprs[column->column]; });
  }
  return MakeProject(MakeFilter(top, conjuncts), std::move(exprs), numbered.schema->field_names());
}

NodePtr Rewrite(const NodePtr& node) {
  const auto* filter = As<Filter>(*node);
  if (filter == nullptr) return node;
  const NodePtr& input = node->inputs[0];
  const auto* row_number = As<RowNumber>(*input);
  if (row_number == nullptr) return node;
  const int number_column = input->schema->num_fields() - 1;
  std::vector<ExprPtr> conjuncts = SplitConjuncts(filter->predicate);
  std::optional<int64_t> most;
  for (const ExprPtr& conjunct : conjuncts) {
    const auto limit = LimitOf(*conjunct, number_column);
    if (limit) most = std::min(most.value_or(limit->most), limit->most);
  }
  if (!most) return node;
  std::erase_if(conjuncts, [&](const ExprPtr& conjunct) {
    const auto limit = LimitOf(*conjunct, number_column);
    return limit && limit->is_all;
  });
  if (*most == 1) return UseTopRow(*row_number, *input, std::move(conjuncts));
  RowNumber limited = *row_number;
  limited.limit = most;
  return MakeFilter(MakeRowNumber(input->inputs[0], std::move(limited),
                                  input->schema->field(number_column)->name()),
                    conjuncts);
}

}  // namespace

NodePtr LimitRowNumbers(const NodePtr& root) { return RewriteBottomUp(root, Rewrite); }

}  // namespace tarn::plan
