#include <algorithm>

#include "sql/expr_converter_internal.h"
#include "sql/string_literal.h"

namespace tarn::sql {
namespace {

struct Refusal {
  std::string_view what;
  std::string_view hint;
};

// By PostgreSQL's node: what its users call it, and what to write instead.
Refusal RefusalOf(std::string_view node) {
  static const std::map<std::string_view, Refusal> kRefusals = {
      {"SubLink", {"a subquery in an expression", "join with the subquery in FROM instead"}},
      {"ParamRef", {"a parameter", "write the value; tarn.toml may take it from ${ENV}"}},
      {"A_ArrayExpr", {"ARRAY[…]", "keep the elements as columns"}},
      {"RowExpr", {"a row of values", "compare the columns one by one, with AND"}},
      {"CollateClause", {"COLLATE", "strings compare by their bytes; use lower(x) to ignore case"}},
      {"GroupingSet", {"GROUPING SETS, CUBE or ROLLUP", "UNION ALL one SELECT per grouping"}},
      {"GroupingFunc", {"GROUPING(…)", "UNION ALL one SELECT per grouping, with a literal"}},
      {"NamedArgExpr", {"an argument by name", "pass the arguments in order"}},
      {"SetToDefault", {"DEFAULT", "write the value"}},
  };
  auto refusal = kRefusals.find(node);
  return refusal == kRefusals.end()
             ? Refusal{"this expression", "docs/sql.md lists the SQL that is supported"}
             : refusal->second;
}

}  // namespace

const std::map<std::string_view, ExprConverter::Method>& ExprConverter::Methods() {
  static const std::map<std::string_view, Method> kMethods = {
      {"ColumnRef", &ExprConverter::ConvertColumn},
      {"A_Indirection", &ExprConverter::ConvertIndirection},
      {"A_Const", &ExprConverter::ConvertConstant},
      {"A_Expr", &ExprConverter::ConvertAnyOperator},
      {"BoolExpr", &ExprConverter::ConvertBoolean},
      {"NullTest", &ExprConverter::ConvertNullTest},
      {"BooleanTest", &ExprConverter::ConvertBooleanTest},
      {"CaseExpr", &ExprConverter::ConvertCase},
      {"TypeCast", &ExprConverter::ConvertCast},
      {"FuncCall", &ExprConverter::ConvertCall},
      {"CoalesceExpr", &ExprConverter::ConvertCoalesce},
      {"MinMaxExpr", &ExprConverter::ConvertGreatest},
      {"SQLValueFunction", &ExprConverter::ConvertCurrent},
  };
  return kMethods;
}

ExprPtr ExprConverter::Convert(const Json& node) {
  auto [kind, body] = Unwrap(node);
  bool has_place = kind != "A_Indirection";
  int token = context_.tokens().IndexAt(has_place ? LocationOf(*body) : FirstLocation(*body));
  Location at = context_.TokenRange(token, token);
  ExprPtr expr;
  if (!context_.Enter(at) || !context_.CountExpression(at)) {
    expr = Placeholder(at);
  } else if (auto method = Methods().find(kind); method != Methods().end()) {
    expr = (this->*method->second)(*body, token);
  } else {
    Refusal refusal = RefusalOf(kind);
    expr = Reject(at, refusal.what, std::string(refusal.hint));
  }
  context_.Leave();
  return expr;
}

ExprPtr ExprConverter::ConvertRepeated(const Json& node, size_t times) {
  const int64_t repeats = context_.Repeat(static_cast<int64_t>(times));
  ExprPtr expr = Convert(node);
  context_.set_repeats(repeats);
  return expr;
}

std::vector<ExprPtr> ExprConverter::ConvertAll(const Json& nodes) {
  std::vector<ExprPtr> exprs;
  for (const Json& node : nodes) exprs.push_back(Convert(node));
  return exprs;
}

std::vector<OrderKey> ExprConverter::ConvertOrder(const Json& sort_clause) {
  std::vector<OrderKey> keys;
  for (const Json& node : sort_clause) {
    const Json& sort = Member(node, "SortBy");
    OrderKey key;
    key.expr = Convert(Member(sort, "node"));
    key.descending = TextMember(sort, "sortby_dir") == "SORTBY_DESC";
    std::string_view nulls = TextMember(sort, "sortby_nulls");
    key.nulls_first =
        nulls == "SORTBY_NULLS_FIRST" || (nulls == "SORTBY_NULLS_DEFAULT" && !key.descending);
    if (TextMember(sort, "sortby_dir") == "SORTBY_USING") {
      context_.Unsupported(key.expr->at, "ORDER BY … USING", "write ASC or DESC");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

std::optional<ExprPtr> ExprConverter::ConvertStar(const Json& node) {
  const Json& fields = Member(Member(node, "ColumnRef"), "fields");
  if (fields.empty() || Unwrap(fields.back()).first != "A_Star") return std::nullopt;
  int token = context_.tokens().IndexAt(LocationOf(Member(node, "ColumnRef")));
  int last = token + 2 * (static_cast<int>(fields.size()) - 1);
  Location at = context_.TokenRange(token, last);
  return Make(Star{NamesFrom(token, fields.size() - 1)}, at);
}

ExprPtr ExprConverter::ConvertColumn(const Json& body, int token) {
  const TokenList& tokens = context_.tokens();
  const Json& fields = Member(body, "fields");
  int last = token + 2 * (static_cast<int>(fields.size()) - 1);
  Location at = context_.TokenRange(token, last);
  if (Unwrap(fields.back()).first == "A_Star") {
    return Reject(at, "* inside an expression", "name the columns");
  }
  if (tokens.TextOf(token).starts_with("U&") || tokens.TextOf(token).starts_with("u&")) {
    return Reject(at, "a U&\"…\" name", "write the name itself, in double quotes");
  }
  return Make(ColumnRef{NamesFrom(token, fields.size())}, at);
}

std::vector<std::string> ExprConverter::NamesFrom(int token, size_t count) const {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) {
    names.push_back(context_.tokens().NameOf(token + 2 * static_cast<int>(i)));
  }
  return names;
}

// `(value).name.name`.
ExprPtr ExprConverter::ConvertIndirection(const Json& body, int) {
  ExprPtr value = Convert(Member(body, "arg"));
  int token = context_.TokenAfter(value->at);
  while (context_.tokens().Is(token, ")")) ++token;
  for (const Json& step : Member(body, "indirection")) {
    std::string_view kind = Unwrap(step).first;
    Location at = context_.Join(value->at, context_.TokenRange(token, token + 1));
    if (kind == "A_Indices") {
      return Reject(at, "access to an element", "declare what you need of it as a column");
    }
    if (kind == "A_Star") return Reject(at, "* inside an expression", "name the columns");
    std::string name = context_.tokens().NameOf(token + 1);
    if (const auto* column = std::get_if<ColumnRef>(&value->node)) {
      std::vector<std::string> parts = column->parts;
      parts.push_back(std::move(name));
      value = Make(ColumnRef{std::move(parts)}, at);
    } else {
      value = Make(Field{value, std::move(name)}, at);
    }
    token += 2;
  }
  return value;
}

ExprPtr ExprConverter::ConvertConstant(const Json& body, int token) {
  Location at = context_.TokenRange(token, token);
  if (FlagMember(body, "isnull")) return Make(Literal{Literal::Kind::kNull, ""}, at);
  if (body.contains("boolval")) {
    bool value = FlagMember(Member(body, "boolval"), "boolval");
    return Make(Literal{Literal::Kind::kBoolean, value ? "true" : "false"}, at);
  }
  if (body.contains("sval")) return ConvertString(token);
  if (body.contains("bsval"))
    return Reject(at, "a bit or binary literal", "write CAST('…' AS BINARY)");
  return ConvertNumber(token);
}

ExprPtr ExprConverter::ConvertNumber(int token) {
  // The grammar folds `-5`, `- (5)` and `- -5` into one constant that begins at its first sign.
  const TokenList& tokens = context_.tokens();
  int number = token;
  bool negative = false;
  while (number < tokens.size() && tokens[number].kind != Token::Kind::kNumber) {
    if (tokens.Is(number, "-")) negative = !negative;
    ++number;
  }
  std::string digits(tokens.TextOf(number));
  bool is_integer = digits.find_first_not_of("0123456789") == std::string::npos;
  return Make(Literal{is_integer ? Literal::Kind::kInteger : Literal::Kind::kDecimal,
                      (negative ? "-" : "") + digits},
              context_.TokenRange(token, number));
}

ExprPtr ExprConverter::ConvertString(int token) {
  Location at = context_.TokenRange(token, token);
  std::string_view written = context_.tokens().TextOf(token);
  if (!written.starts_with('\'')) {
    return Reject(at, "a string with a prefix", "write it in plain single quotes: '…'");
  }
  std::optional<std::string> value = UnescapeString(written);
  if (!value) {
    context_.Error(at, "string that PostgreSQL and Spark end at different places",
                   "write \\\\ for a backslash, '' for a quote, and || between two strings");
    return Placeholder(at);
  }
  return Make(Literal{Literal::Kind::kString, std::move(*value)}, at);
}

ExprPtr ExprConverter::ConvertBoolean(const Json& body, int token) {
  std::vector<ExprPtr> args = ConvertAll(Member(body, "args"));
  std::string_view op = TextMember(body, "boolop");
  if (op == "NOT_EXPR") {
    Location not_at = context_.TokenRange(token, token);
    return MakeCall("not", {args[0]}, context_.Join(not_at, args[0]->at));
  }
  // The grammar gives `a AND b AND …` as one list. Halving it keeps the tree shallow and the order.
  std::string name = op == "AND_EXPR" ? "and" : "or";
  while (args.size() > 1) {
    std::vector<ExprPtr> pairs;
    for (size_t i = 0; i + 1 < args.size(); i += 2) {
      Location at = context_.Join(args[i]->at, args[i + 1]->at);
      pairs.push_back(MakeCall(name, {args[i], args[i + 1]}, at));
    }
    if (args.size() % 2 == 1) pairs.push_back(args.back());
    args = std::move(pairs);
  }
  return args[0];
}

ExprPtr ExprConverter::ConvertNullTest(const Json& body, int token) {
  const TokenList& tokens = context_.tokens();
  CheckOperand(Member(body, "arg"), token);
  ExprPtr arg = Convert(Member(body, "arg"));
  bool negated = TextMember(body, "nulltesttype") == "IS_NOT_NULL";
  if (!tokens.Is(token, "is")) {
    return Reject(context_.TokenRange(token, token), tokens.TextOf(token),
                  negated ? "write IS NOT NULL" : "write IS NULL");
  }
  int last = token + (negated ? 2 : 1);
  Location at = context_.Join(arg->at, context_.TokenRange(token, last));
  return MakeNot(MakeCall("is_null", {arg}, at), at, negated);
}

ExprPtr ExprConverter::ConvertBooleanTest(const Json& body, int token) {
  CheckOperand(Member(body, "arg"), token);
  ExprPtr arg = Convert(Member(body, "arg"));
  std::string_view test = TextMember(body, "booltesttype");
  bool negated = test.starts_with("IS_NOT_");
  int last = token + (negated ? 2 : 1);
  Location at = context_.Join(arg->at, context_.TokenRange(token, last));
  if (test.ends_with("UNKNOWN")) return MakeNot(MakeCall("is_null", {arg}, at), at, negated);
  ExprPtr value = Make(Literal{Literal::Kind::kBoolean, test.ends_with("TRUE") ? "true" : "false"},
                       context_.TokenRange(last, last));
  return MakeNot(MakeCall("null_safe_eq", {arg, value}, at), at, negated);
}

ExprPtr ExprConverter::ConvertCase(const Json& body, int token) {
  Case result;
  ExprPtr subject = body.contains("arg")
                        ? ConvertRepeated(Member(body, "arg"), Member(body, "args").size())
                        : nullptr;
  Location last = context_.TokenRange(token, token);
  for (const Json& node : Member(body, "args")) {
    const Json& when = Member(node, "CaseWhen");
    ExprPtr condition = Convert(Member(when, "expr"));
    if (subject != nullptr) condition = MakeCall("eq", {subject, condition}, condition->at);
    ExprPtr value = Convert(Member(when, "result"));
    last = value->at;
    result.branches.push_back({std::move(condition), std::move(value)});
  }
  if (body.contains("defresult")) {
    result.otherwise = Convert(Member(body, "defresult"));
    last = result.otherwise->at;
  }
  int end = context_.Find(context_.TokenAfter(last), "end");
  return Make(std::move(result), context_.TokenRange(token, std::max(token, end)));
}

ExprPtr ExprConverter::ConvertCast(const Json& body, int token) {
  const TokenList& tokens = context_.tokens();
  ExprPtr value = Convert(Member(body, "arg"));
  TypeName type = ConvertTypeName(Member(body, "typeName"), &context_);
  Location at = context_.Join(value->at, type.at);
  if (LocationOf(body) >= 0 && tokens.Is(token, "cast")) at = CallRange(token);
  bool is_typed_literal = LocationOf(body) < 0 && !type.name.empty();
  if (is_typed_literal && type.name != "date" && type.name != "timestamp") {
    return Reject(at, "a literal of this type", "write CAST('…' AS type)");
  }
  return Make(Cast{std::move(value), std::move(type)}, at);
}

ExprPtr ExprConverter::ConvertCoalesce(const Json& body, int token) {
  return MakeCall("coalesce", ConvertAll(Member(body, "args")), CallRange(token));
}

ExprPtr ExprConverter::ConvertGreatest(const Json& body, int token) {
  std::string name = TextMember(body, "op") == "IS_LEAST" ? "least" : "greatest";
  return MakeCall(std::move(name), ConvertAll(Member(body, "args")), CallRange(token));
}

ExprPtr ExprConverter::ConvertCurrent(const Json& body, int token) {
  Location at = context_.TokenRange(token, token);
  std::string_view op = TextMember(body, "op");
  if (op == "SVFOP_CURRENT_DATE") return MakeCall("current_date", {}, at);
  if (op == "SVFOP_CURRENT_TIMESTAMP") return MakeCall("current_timestamp", {}, at);
  const std::string word(context_.tokens().TextOf(token));
  if (op.find("TIME") != std::string_view::npos) {
    return Reject(at, word, "use CURRENT_DATE or CURRENT_TIMESTAMP");
  }
  return Reject(at, word,
                "it is a keyword: put the column's name in double quotes, \"" + word + "\"");
}

ExprPtr ExprConverter::Make(decltype(Expr::node) node, const Location& at) const {
  return std::make_shared<const Expr>(Expr{std::move(node), at});
}

ExprPtr ExprConverter::MakeCall(std::string name, std::vector<ExprPtr> args,
                                const Location& at) const {
  Call call;
  call.name = std::move(name);
  call.args = std::move(args);
  return Make(std::move(call), at);
}

ExprPtr ExprConverter::MakeNot(ExprPtr arg, const Location& at, bool negated) const {
  return negated ? MakeCall("not", {std::move(arg)}, at) : arg;
}

ExprPtr ExprConverter::Reject(const Location& at, std::string_view what, std::string hint) {
  context_.Unsupported(at, what, std::move(hint));
  return Placeholder(at);
}

ExprPtr ExprConverter::Placeholder(const Location& at) const {
  return Make(Literal{Literal::Kind::kNull, ""}, at);
}

}  // namespace tarn::sql
