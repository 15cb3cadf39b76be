#include "plan/group_rewriter.h"

#include "plan/build_expr.h"

namespace tarn::plan {

GroupRewriter::GroupRewriter(const std::vector<ExprPtr>& keys, const CollectedCalls& calls,
                             std::function<void(const Expr& column)> report_column)
    : keys_(keys), input_width_(calls.input_width), report_column_(std::move(report_column)) {
  // In this order they are in the output, whatever order they are written in.
  int next_aggregate = static_cast<int>(keys.size()), next_grouping = next_aggregate;
  for (const CollectedCalls::Entry& entry : calls.entries) {
    if (std::holds_alternative<AggregateCall>(entry.call)) ++next_grouping;
  }
  int next_window = next_grouping;
  for (const CollectedCalls::Entry& entry : calls.entries) {
    if (std::holds_alternative<GroupingCall>(entry.call)) ++next_window;
  }
  for (const CollectedCalls::Entry& entry : calls.entries) {
    const bool is_aggregate = std::holds_alternative<AggregateCall>(entry.call);
    int* next = is_aggregate ? &next_aggregate : &next_grouping;
    if (entry.is_window()) next = &next_window;
    call_columns_.push_back((*next)++);
  }
}

ExprPtr GroupRewriter::Rewrite(const ExprPtr& expr) const {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (Equal(*keys_[i], *expr)) {
      return MakeColumn(static_cast<int>(i), expr->type, expr->nullable || keys_[i]->nullable,
                        expr->at);
    }
  }
  if (IsColumn(*expr)) {
    if (expr->column >= CollectedCalls::kGenerated) return expr;
    if (expr->column >= input_width_) {
      return MakeColumn(call_columns_[expr->column - input_width_], expr->type, expr->nullable,
                        expr->at);
    }
    report_column_(*expr);
    return nullptr;
  }
  std::vector<ExprPtr> args;
  bool valid = true;
  for (const ExprPtr& arg : expr->args) {
    args.push_back(Rewrite(arg));
    valid = valid && args.back() != nullptr;
  }
  return valid ? WithArgs(expr, std::move(args)) : nullptr;
}

}  // namespace tarn::plan
