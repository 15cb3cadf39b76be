#include "sql/expr_converter_internal.h"

namespace tarn::sql {
namespace {

const std::map<std::string_view, std::string_view>& OperatorNames() {
  static const std::map<std::string_view, std::string_view> kNames = {
      {"+", "add"}, {"-", "subtract"}, {"*", "multiply"}, {"/", "divide"},
      {"%", "mod"}, {"||", "concat"},  {"=", "eq"},       {"<>", "ne"},
      {"<", "lt"},  {"<=", "le"},      {">", "gt"},       {">=", "ge"},
  };
  return kNames;
}

std::string OperatorHint(std::string_view symbol) {
  if (symbol == "==") return "write =";
  if (symbol == "<=>") return "write a IS NOT DISTINCT FROM b";
  if (symbol.starts_with("~") || symbol.starts_with("!~")) return "write rlike(x, 'pattern')";
  if (symbol == "^") return "write power(a, b)";
  if (symbol == "`") return "put names in double quotes: \"name\"";
  if (symbol.starts_with("->")) return "declare the field as a column of the source";
  return "supported are + - * / % || = <> < <= > >=";
}

std::string_view SymbolOf(const Json& body) {
  const Json& name = Member(body, "name");
  return name.empty() ? std::string_view() : StringOf(name.back());
}

// IN, LIKE, BETWEEN, IS NULL and NOT: to PostgreSQL operators among others, to Spark a layer above.
bool IsPredicate(std::string_view kind, const Json& body) {
  if (kind == "NullTest" || kind == "BooleanTest") return true;
  if (kind == "BoolExpr") return TextMember(body, "boolop") == "NOT_EXPR";
  if (kind != "A_Expr") return false;
  std::string_view operation = TextMember(body, "kind");
  return operation != "AEXPR_OP" && operation != "AEXPR_NULLIF";
}

bool IsSum(std::string_view kind, const Json& body) {
  std::string_view symbol = SymbolOf(body);
  return kind == "A_Expr" && body.contains("lexpr") && (symbol == "+" || symbol == "-");
}

}  // namespace

ExprPtr ExprConverter::ConvertAnyOperator(const Json& body, int token) {
  std::string_view kind = TextMember(body, "kind");
  Location at = context_.TokenRange(token, token);
  if (kind == "AEXPR_OP") return ConvertOperator(body, token);
  if (kind == "AEXPR_DISTINCT") return ConvertDistinct(body, token, true);
  if (kind == "AEXPR_NOT_DISTINCT") return ConvertDistinct(body, token, false);
  if (kind == "AEXPR_NULLIF") return ConvertNullIf(body, token);
  if (kind == "AEXPR_IN") return ConvertIn(body, token);
  if (kind == "AEXPR_LIKE") return ConvertLike(body, token, "like");
  if (kind == "AEXPR_ILIKE") return ConvertLike(body, token, "ilike");
  if (kind == "AEXPR_BETWEEN") return ConvertBetween(body, token, false);
  if (kind == "AEXPR_NOT_BETWEEN") return ConvertBetween(body, token, true);
  if (kind == "AEXPR_SIMILAR") return Reject(at, "SIMILAR TO", "write rlike(x, 'pattern')");
  if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL") {
    return Reject(at, "a comparison with ANY or ALL", "write IN (…), or AND and OR");
  }
  return Reject(at, "BETWEEN SYMMETRIC", "write BETWEEN least(a, b) AND greatest(a, b)");
}

ExprPtr ExprConverter::ConvertOperator(const Json& body, int token) {
  std::string_view symbol = SymbolOf(body);
  auto name = OperatorNames().find(symbol);
  if (!body.contains("lexpr")) return ConvertUnary(symbol, body, token);
  CheckBinding(body, token);
  ExprPtr left = Convert(Member(body, "lexpr"));
  ExprPtr right = Convert(Member(body, "rexpr"));
  if (name == OperatorNames().end() || Member(body, "name").size() > 1) {
    return Reject(context_.TokenRange(token, token), "operator " + std::string(symbol),
                  OperatorHint(symbol));
  }
  Location at = context_.Join(left->at, right->at);
  return MakeCall(std::string(name->second), {left, right}, at);
}

ExprPtr ExprConverter::ConvertUnary(std::string_view symbol, const Json& body, int token) {
  ExprPtr arg = Convert(Member(body, "rexpr"));
  Location at = context_.Join(context_.TokenRange(token, token), arg->at);
  if (symbol == "-") return MakeCall("negate", {arg}, at);
  if (symbol == "+") return arg;
  return Reject(context_.TokenRange(token, token), "operator " + std::string(symbol),
                OperatorHint(symbol));
}

ExprPtr ExprConverter::ConvertDistinct(const Json& body, int token, bool negated) {
  CheckBinding(body, token);
  ExprPtr left = Convert(Member(body, "lexpr"));
  ExprPtr right = Convert(Member(body, "rexpr"));
  Location at = context_.Join(left->at, right->at);
  return MakeNot(MakeCall("null_safe_eq", {left, right}, at), at, negated);
}

ExprPtr ExprConverter::ConvertNullIf(const Json& body, int token) {
  ExprPtr left = Convert(Member(body, "lexpr"));
  ExprPtr right = Convert(Member(body, "rexpr"));
  return MakeCall("nullif", {left, right}, CallRange(token));
}

ExprPtr ExprConverter::ConvertIn(const Json& body, int token) {
  CheckOperand(Member(body, "lexpr"), token);
  std::vector<ExprPtr> args = {Convert(Member(body, "lexpr"))};
  for (const Json& item : Member(Member(Member(body, "rexpr"), "List"), "items")) {
    args.push_back(Convert(item));
  }
  Location at = context_.Join(args[0]->at, CallRange(token));
  return MakeNot(MakeCall("in", std::move(args), at), at, SymbolOf(body) == "<>");
}

ExprPtr ExprConverter::ConvertBetween(const Json& body, int token, bool negated) {
  CheckOperand(Member(body, "lexpr"), token);
  std::vector<ExprPtr> args = {ConvertRepeated(Member(body, "lexpr"), 2)};
  for (const Json& bound : Member(Member(Member(body, "rexpr"), "List"), "items")) {
    CheckOperand(bound, token);
    args.push_back(Convert(bound));
  }
  Location at = context_.Join(args.front()->at, args.back()->at);
  return MakeNot(MakeCall("between", std::move(args), at), at, negated);
}

ExprPtr ExprConverter::ConvertLike(const Json& body, int token, std::string name) {
  CheckBinding(body, token);
  ExprPtr value = Convert(Member(body, "lexpr"));
  const Json& pattern_node = Member(body, "rexpr");
  const Json& names = Member(Member(pattern_node, "FuncCall"), "funcname");
  if (!names.empty() && StringOf(names.back()) == "like_escape") {
    return Reject(context_.TokenRange(token, token), "LIKE … ESCAPE",
                  "a backslash before % or _ takes it literally: LIKE '10\\%'");
  }
  ExprPtr pattern = Convert(pattern_node);
  Location at = context_.Join(value->at, pattern->at);
  return MakeNot(MakeCall(std::move(name), {value, pattern}, at), at,
                 SymbolOf(body).starts_with('!'));
}

void ExprConverter::CheckBinding(const Json& body, int token) {
  const Json& right = Member(body, "rexpr");
  CheckOperand(Member(body, "lexpr"), token);
  CheckOperand(right, token);
  auto [kind, sum] = Unwrap(right);
  int sum_token = context_.tokens().IndexAt(LocationOf(*sum));
  // PostgreSQL: a || (b + c). Spark: (a || b) + c.
  if (SymbolOf(body) == "||" && IsSum(kind, *sum) && sum_token < context_.tokens().size() &&
      context_.tokens()[sum_token].depth == context_.tokens()[token].depth) {
    context_.Error(context_.TokenRange(token, sum_token), "|| and + or - without parentheses",
                   "put parentheses: PostgreSQL and Spark bind them in a different order");
  }
}

void ExprConverter::CheckOperand(const Json& operand, int token) {
  const TokenList& tokens = context_.tokens();
  auto [kind, body] = Unwrap(operand);
  int other = tokens.IndexAt(LocationOf(*body));
  if (!IsPredicate(kind, *body) || other >= tokens.size() || token >= tokens.size()) return;
  if (tokens[other].depth != tokens[token].depth) return;
  context_.Error(context_.TokenRange(std::min(token, other), std::max(token, other)),
                 "two conditions in a row without parentheses",
                 "put parentheses around the inner one: Spark reads it only with them");
}

}  // namespace tarn::sql
