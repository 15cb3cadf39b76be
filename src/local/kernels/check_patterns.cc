#include "local/kernels/check_patterns.h"

#include <arrow/compute/initialize.h>

#include <set>
#include <tuple>

#include "local/kernels/kernel.h"
#include "plan/build_expr.h"
#include "plan/visit_exprs.h"

namespace tarn::local {
namespace {

// Whether the call's kernel can be prepared for its literals, and the session's zone.
Status CheckCall(const plan::Expr& call, const TimeZone* zone) {
  const Kernel kernel = FindKernel(*call.function);
  if (kernel.prepare == nullptr) return Status::OK();
  std::vector<ScalarPtr> constants;
  for (const plan::ExprPtr& arg : call.args) {
    constants.push_back(plan::IsLiteral(*arg) ? arg->literal : nullptr);
  }
  return kernel.prepare({.call = &call, .shared = {.zone = zone}}, constants).status();
}

}  // namespace

Status CheckPatterns(const plan::Plan& plan) {
  ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
  std::vector<Diagnostic> errors;
  Status failure;
  std::set<std::tuple<std::string, int, int>> places;  // filters stand in several places of a plan
  const auto check = [&](const plan::Expr& expr) {
    if (expr.kind != plan::Expr::Kind::kCall) return;
    const Status status = CheckCall(expr, plan.pipeline->dialect.zone);
    for (const Diagnostic& error : DiagnosticsOf(status)) {
      if (places.emplace(error.file, error.line, error.column).second) errors.push_back(error);
    }
    if (!status.ok() && DiagnosticsOf(status).empty()) failure = status;
  };
  for (const plan::SourcePlan& source : plan.sources) {
    if (source.filter != nullptr) plan::VisitExpr(*source.filter, check);
  }
  for (const plan::TablePlan& table : plan.tables) {
    plan::VisitExprs(*table.root, check);
    for (const plan::ExprPtr& condition : table.checks) plan::VisitExpr(*condition, check);
  }
  ARROW_RETURN_NOT_OK(failure);
  return errors.empty() ? Status::OK() : MakeError(std::move(errors));
}

}  // namespace tarn::local
