#include <fmt/format.h>

#include "base/parse_number.h"
#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/fold_literal.h"

// LIMIT and OFFSET: whole numbers that the text says.
namespace tarn::plan {
namespace {

constexpr int64_t kCountMax = std::numeric_limits<int32_t>::max();

// Of a text with a whole number, and spaces around it at most.
std::optional<int64_t> NumberIn(const arrow::Scalar& scalar) {
  if (!scalar.is_valid || scalar.type->id() != arrow::Type::STRING) return std::nullopt;
  std::string_view text = static_cast<const arrow::StringScalar&>(scalar).view();
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return ParseNumber<int64_t>(text);
}

std::optional<int64_t> BindCount(const sql::Expr& written, const char* clause,
                                 Diagnostics* diagnostics) {
  const Scope no_columns;
  ClauseRules rules;
  rules.clause = clause;
  rules.scope = &no_columns;
  const ExprPtr count = ExprBinder(rules, diagnostics).Bind(written);
  if (count == nullptr) return std::nullopt;
  if (count->type->id() != arrow::Type::INT32) {
    diagnostics->Add(written.at,
                     fmt::format("{} is of type {}", clause, pipeline::DdlOf(*count->type)),
                     "write a whole number, an INT: from 0 to 2147483647");
    return std::nullopt;
  }
  const std::optional<int64_t> value = WholeNumberOf(*count);
  if (!value || *value > kCountMax) {
    diagnostics->Add(written.at, fmt::format("{} is not a number that is known here", clause),
                     "write the number, or a sum of such");
    return std::nullopt;
  }
  if (*value >= 0) return value;
  diagnostics->Add(written.at, fmt::format("{} is negative: {}", clause, *value),
                   "write a number from 0 to 2147483647");
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> WholeNumberOf(const Expr& expr) {
  if (IsLiteral(expr)) return IntegerOf(*expr.literal);
  if (expr.kind == Expr::Kind::kCast && IsLiteral(*expr.args[0])) {
    return NumberIn(*expr.args[0]->literal);
  }
  if (expr.kind != Expr::Kind::kCall) return std::nullopt;
  std::vector<int64_t> args;
  for (const ExprPtr& arg : expr.args) {
    const std::optional<int64_t> value = WholeNumberOf(*arg);
    if (!value || *value > kCountMax || *value < -kCountMax - 1) return std::nullopt;
    args.push_back(*value);
  }
  const std::string_view name = expr.function->name;
  if (name == "negate") return -args[0];
  if (name == "add") return args[0] + args[1];
  if (name == "subtract") return args[0] - args[1];
  if (name == "multiply") return args[0] * args[1];
  return std::nullopt;
}

std::optional<Limit> BindLimit(const sql::Query& query, Diagnostics* diagnostics) {
  if (query.limit == nullptr && query.offset == nullptr) return std::nullopt;
  std::optional<int64_t> num_rows = Limit::kAllRows, offset = 0;
  if (query.limit != nullptr) num_rows = BindCount(*query.limit, "LIMIT", diagnostics);
  if (query.offset != nullptr) offset = BindCount(*query.offset, "OFFSET", diagnostics);
  if (!num_rows || !offset) return std::nullopt;
  return Limit{*num_rows, *offset};
}

}  // namespace tarn::plan
