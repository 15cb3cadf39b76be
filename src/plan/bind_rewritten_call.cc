#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/functions.h"
#include "plan/known_functions.h"

// Calls that stand for others, by the number or the types of their arguments.
namespace tarn::plan {
namespace {

bool IsNull(const Expr& expr) { return expr.type->id() == arrow::Type::NA; }

// nullif of values that are no numbers and of different types.
bool IsMixed(const std::vector<ExprPtr>& args) {
  if (IsNull(*args[0]) || IsNull(*args[1])) return false;
  if (args[0]->type->Equals(*args[1]->type)) return false;
  return !IsNumeric(*args[0]->type) || !IsNumeric(*args[1]->type);
}

}  // namespace

ExprPtr ExprBinder::MakeCase(const std::vector<ExprPtr>& conditions, std::vector<ExprPtr> values,
                             const sql::Location& at) {
  Arguments arguments;
  for (const ExprPtr& value : values) arguments.push_back({value->type, value->nullable});
  Result<ResolvedFunction> common = ResolveFunction("coalesce", arguments);
  if (!common.ok()) {
    diagnostics_->Add(at, "the values have no common type", "CAST them to one type");
    return nullptr;
  }
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kCase;
  expr->type = common->type;
  expr->nullable = false;
  expr->at = at;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i < conditions.size()) expr->args.push_back(conditions[i]);
    expr->args.push_back(CastTo(values[i], common->type));
    expr->nullable = expr->nullable || values[i]->nullable;
  }
  return expr;
}

// decode(x, a, value, …[, default]): NULL equals NULL.
ExprPtr ExprBinder::BindChoiceByEquality(const std::vector<ExprPtr>& args,
                                         const sql::Location& at) {
  std::vector<ExprPtr> conditions, values;
  size_t next = 1;
  for (; next + 1 < args.size(); next += 2) {
    conditions.push_back(ResolveScalar("null_safe_eq", {args[0], args[next]}, at));
    if (conditions.back() == nullptr) return nullptr;
    values.push_back(args[next + 1]);
  }
  values.push_back(next < args.size() ? args[next]
                                      : MakeLiteral(std::make_shared<arrow::NullScalar>(), at));
  return MakeCase(conditions, std::move(values), at);
}

ExprPtr ExprBinder::BindAsOther(const std::string& name, const std::vector<ExprPtr>& args,
                                const sql::Location& at, bool* is_other) {
  *is_other = true;
  if (name == "decode" && args.size() > 2) return BindChoiceByEquality(args, at);
  if (name == "nullif" && args.size() == 2 && IsMixed(args)) {
    ExprPtr equal = ResolveScalar("eq", {args[0], args[1]}, at);
    if (equal == nullptr) return nullptr;
    return MakeCase({equal}, {MakeLiteral(std::make_shared<arrow::NullScalar>(), at), args[0]}, at);
  }
  const bool is_to_char = name == "to_char" || name == "to_varchar";
  if (is_to_char && args.size() == 2 && IsTemporal(*args[0]->type)) {
    return ResolveScalar("date_format", args, at);
  }
  *is_other = false;
  return nullptr;
}

}  // namespace tarn::plan
