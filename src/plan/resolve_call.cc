#include "plan/resolve_call.h"

#include "plan/bind_expr.h"
#include "plan/functions.h"
#include "plan/text_options.h"

namespace tarn::plan {
namespace {

std::optional<int64_t> IntegerValue(const Expr& expr) {
  if (!IsLiteral(expr) || !expr.literal->is_valid) return std::nullopt;
  if (!arrow::is_signed_integer(expr.type->id())) return std::nullopt;
  auto wide = expr.literal->CastTo(arrow::int64());
  if (!wide.ok()) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(**wide).value;
}

std::optional<std::string> TextValue(const Expr& expr) {
  if (!IsLiteral(expr) || !expr.literal->is_valid) return std::nullopt;
  if (expr.type->id() != arrow::Type::STRING) return std::nullopt;
  return std::string(static_cast<const arrow::StringScalar&>(*expr.literal).view());
}

}  // namespace

Arguments ArgumentsOf(const std::vector<ExprPtr>& args) {
  Arguments arguments;
  for (const ExprPtr& arg : args) {
    arguments.push_back({arg->type, arg->nullable, IsLiteral(*arg), IntegerValue(*arg),
                         arg->is_cast, TextValue(*arg), TextMapOf(*arg)});
  }
  return arguments;
}

Result<ExprPtr> ResolveCall(const std::string& name, const std::vector<ExprPtr>& args,
                            const sql::Location& at) {
  const Function* function = FindFunction(name);
  if (function != nullptr && function->rewrite != nullptr) {
    ARROW_RETURN_NOT_OK(CheckArgumentCount(*function, args.size()));
    Result<ExprPtr> rewritten = function->rewrite(args, at);
    if (!rewritten.ok() && rewritten.status().detail() == nullptr) {
      return DoesNotFit(*function, name, rewritten.status());
    }
    if (!rewritten.ok() || *rewritten != nullptr) return rewritten;
  }
  ARROW_ASSIGN_OR_RAISE(const ResolvedFunction resolved, ResolveFunction(name, ArgumentsOf(args)));
  return MakeCall(*resolved.function, resolved.type, resolved.nullable,
                  CastAll(args, resolved.arg_types), at);
}

}  // namespace tarn::plan
