#include "local/scan/source_filter.h"

#include <map>

#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/scan_filter.h"

namespace tarn::local {
namespace {

using Op = json::Comparison::Op;

json::Comparison ToComparison(const plan::Expr& expr) {
  if (IsCall(expr, plan::kIsNull)) return {expr.args[0]->column, Op::kIsNull, nullptr};
  if (IsCall(expr, plan::kNot)) return {expr.args[0]->args[0]->column, Op::kIsNotNull, nullptr};
  static const std::map<const plan::Function*, Op> kOps = {
      {&plan::kEq, Op::kEq}, {&plan::kNe, Op::kNe}, {&plan::kLt, Op::kLt},
      {&plan::kLe, Op::kLe}, {&plan::kGt, Op::kGt}, {&plan::kGe, Op::kGe}};
  return {expr.args[0]->column, kOps.at(expr.function), expr.args[1]->literal};
}

}  // namespace

Result<json::RowFilter> ToRowFilter(const plan::ExprPtr& filter) {
  std::optional<plan::AnyOf> any_of = plan::ToAnyOf(filter);
  if (!any_of.has_value()) return Status::UnknownError("a source's filter is not the scanner's");
  json::RowFilter result;
  for (const plan::Comparisons& comparisons : *any_of) {
    std::vector<json::Comparison>& all = result.any_of.emplace_back();
    for (const plan::ExprPtr& comparison : comparisons) all.push_back(ToComparison(*comparison));
  }
  return result;
}

}  // namespace tarn::local
