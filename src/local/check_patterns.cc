#include "local/check_patterns.h"

#include <arrow/compute/initialize.h>

#include <set>
#include <string_view>
#include <tuple>

#include "local/functions/kernel.h"
#include "plan/build_expr.h"
#include "plan/visit_exprs.h"

namespace tarn::local {
namespace {

using ScalarPtr = std::shared_ptr<arrow::Scalar>;

// What stands for an argument that is no constant. Null: its type is not one that a pattern meets.
ScalarPtr SampleOf(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
      return std::make_shared<arrow::StringScalar>("");
    case arrow::Type::INT64:
      return std::make_shared<arrow::Int64Scalar>(0);
    case arrow::Type::TIMESTAMP:
      return std::make_shared<arrow::TimestampScalar>(0, arrow::TimeUnit::MICRO, "UTC");
    default:
      return nullptr;
  }
}

bool TakesPattern(const plan::Function& function) {
  static const std::set<std::string_view> kFunctions = {
      "like",        "ilike",         "rlike",   "regexp_extract", "regexp_replace",
      "date_format", "from_unixtime", "to_date", "to_timestamp",   "unix_timestamp"};
  return kFunctions.contains(function.name);
}

// The call is computed for a sample. Only what comes of its pattern is an error.
Status CheckCall(const plan::Expr& call) {
  if (call.args.size() < 2) return Status::OK();
  std::vector<arrow::Datum> args;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const plan::Expr& arg = *call.args[i];
    const bool is_literal = plan::IsLiteral(arg) && arg.literal->is_valid;
    if (i > 0 && !is_literal) return Status::OK();
    ScalarPtr value = i > 0 ? arg.literal : SampleOf(*arg.type);
    if (value == nullptr) return Status::OK();
    args.emplace_back(std::move(value));
  }
  const Status computed = FindKernel(*call.function)({1, &call}, args).status();
  const bool is_sample_error = MessageOf(computed).find("CANNOT_PARSE") != std::string::npos;
  return is_sample_error ? Status::OK() : computed;
}

}  // namespace

Status CheckPatterns(const plan::Plan& plan) {
  ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
  std::vector<Diagnostic> errors;
  Status failure;
  std::set<std::tuple<std::string, int, int>> places;  // filters stand in several places of a plan
  const auto check = [&](const plan::Expr& expr) {
    if (expr.kind != plan::Expr::Kind::kCall || !TakesPattern(*expr.function)) return;
    const Status status = CheckCall(expr);
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
