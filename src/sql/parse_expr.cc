#include "base/lower_ascii.h"
#include "base/utf8.h"
#include "sql/parser_internal.h"

// Operators and predicates, from the loosest to the tightest.
namespace tarn::sql {
namespace {

constexpr int kUnaryStrength = 8;

// An operand of AND or OR with its tokens, brackets among them.
struct Operand {
  ExprPtr expr;
  int first = 0;
  int last = 0;
};

// A long chain becomes a shallow tree: neighbours are joined in pairs, round by round.
template <class MakePair>
Result<ExprPtr> JoinInPairs(std::vector<Operand> operands, const MakePair& make_pair) {
  while (operands.size() > 1) {
    std::vector<Operand> joined;
    for (size_t i = 0; i + 1 < operands.size(); i += 2) {
      ARROW_ASSIGN_OR_RAISE(ExprPtr pair, make_pair(operands[i], operands[i + 1]));
      joined.push_back({std::move(pair), operands[i].first, operands[i + 1].last});
    }
    if (operands.size() % 2 != 0) joined.push_back(std::move(operands.back()));
    operands = std::move(joined);
  }
  return operands[0].expr;
}

}  // namespace

Result<ExprPtr> Parser::ParseOr() {
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  std::vector<Operand> operands;
  do {
    const int first = next_;
    ARROW_ASSIGN_OR_RAISE(ExprPtr operand, ParseAnd());
    operands.push_back({std::move(operand), first, next_ - 1});
  } while (Accept("or"));
  return JoinInPairs(std::move(operands), [&](const Operand& left, const Operand& right) {
    return MakeCall("or", {left.expr, right.expr},
                    {text_, TokenAt(left.first).begin, TokenAt(right.last).end});
  });
}

Result<ExprPtr> Parser::ParseAnd() {
  std::vector<Operand> operands;
  do {
    const int first = next_;
    ARROW_ASSIGN_OR_RAISE(ExprPtr operand, ParseNot());
    operands.push_back({std::move(operand), first, next_ - 1});
  } while (Accept("and"));
  return JoinInPairs(std::move(operands), [&](const Operand& left, const Operand& right) {
    return MakeCall("and", {left.expr, right.expr},
                    {text_, TokenAt(left.first).begin, TokenAt(right.last).end});
  });
}

Result<ExprPtr> Parser::ParseNot() {
  const int first = next_;
  if (Is("exists") && Is("(", 1) && IsQueryStart(2)) {
    next_ += 2;
    ARROW_ASSIGN_OR_RAISE(QueryPtr query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(")", "after the subquery"));
    return Make(Exists{std::move(query)}, From(first));
  }
  const bool is_name = Is("not") && IsAny({",", ")", "."}, 1);
  if (!is_name && (Accept("not") || Accept("!"))) {
    const Nested nested(this);
    ARROW_RETURN_NOT_OK(nested.Check());
    ARROW_ASSIGN_OR_RAISE(ExprPtr operand, ParseNot());
    return MakeCall("not", {std::move(operand)}, From(first));
  }
  ARROW_ASSIGN_OR_RAISE(ExprPtr value, ParseValue());
  return ParsePredicate(std::move(value), first);
}

Result<ExprPtr> Parser::ParsePredicate(ExprPtr value, int first) {
  if (Accept("is")) return ParseIs(std::move(value), first);
  const bool negated = IsAny({"not", "!"});
  const int ahead = negated ? 1 : 0;
  if (!IsAny({"between", "in", "like", "ilike", "rlike", "regexp"}, ahead)) return value;
  // `a in FROM`: a name for `a`.
  if (!negated && IsAny({",", ")", "from"}, 1)) return value;
  next_ += ahead;
  if (Accept("between")) return ParseBetween(std::move(value), first, negated);
  if (Accept("in")) return ParseIn(std::move(value), first, negated);
  if (Accept("rlike") || Accept("regexp")) {
    ARROW_ASSIGN_OR_RAISE(ExprPtr pattern, ParseValue());
    const Location at = From(first);
    return MakeNot(MakeCall("rlike", {std::move(value), std::move(pattern)}, at), at, negated);
  }
  return ParseLike(std::move(value), first, negated);
}

Result<ExprPtr> Parser::ParseBetween(ExprPtr value, int first, bool negated) {
  ARROW_ASSIGN_OR_RAISE(ExprPtr low, ParseValue());
  ARROW_RETURN_NOT_OK(Expect("and", "of BETWEEN"));
  ARROW_ASSIGN_OR_RAISE(ExprPtr high, ParseValue());
  const Location at = From(first);
  return MakeNot(MakeCall("between", {std::move(value), std::move(low), std::move(high)}, at), at,
                 negated);
}

Result<ExprPtr> Parser::ParseIn(ExprPtr value, int first, bool negated) {
  ARROW_RETURN_NOT_OK(Expect("(", "after IN"));
  if (IsQueryStart()) {
    ARROW_ASSIGN_OR_RAISE(QueryPtr query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(")", "after the subquery"));
    const Location at = From(first);
    return MakeNot(Make(InSubquery{std::move(value), std::move(query)}, at), at, negated);
  }
  std::vector<ExprPtr> args = {std::move(value)};
  ARROW_ASSIGN_OR_RAISE(std::vector<ExprPtr> list, ParseExprs());
  args.insert(args.end(), list.begin(), list.end());
  ARROW_RETURN_NOT_OK(Expect(")", "after the values of IN"));
  const Location at = From(first);
  return MakeNot(MakeCall("in", std::move(args), at), at, negated);
}

Result<ExprPtr> Parser::ParseLike(ExprPtr value, int first, bool negated) {
  std::string name = LowerAscii(tokens_.TextOf(next_++));
  const bool is_list = IsAny({"any", "some", "all"}) && Is("(", 1);
  if (is_list) {
    name += Is("all") ? "_all" : "_any";
    if (negated) name = "not_" + name;
    next_ += 2;
    std::vector<ExprPtr> args = {std::move(value)};
    if (!Is(")")) {
      ARROW_ASSIGN_OR_RAISE(std::vector<ExprPtr> patterns, ParseExprs());
      args.insert(args.end(), patterns.begin(), patterns.end());
    }
    ARROW_RETURN_NOT_OK(Expect(")", "after the patterns"));
    return MakeCall(std::move(name), std::move(args), From(first));
  }
  ARROW_ASSIGN_OR_RAISE(ExprPtr pattern, ParseValue());
  std::vector<ExprPtr> args = {std::move(value), std::move(pattern)};
  if (Accept("escape")) {
    const int escape = next_;
    ARROW_ASSIGN_OR_RAISE(std::string text, ExpectString("a string of one character after ESCAPE"));
    if (text.empty() || Utf8CharacterLength(text) != text.size()) {
      return Fail(From(escape), "an escape is one character", "write ESCAPE '/'");
    }
    ARROW_ASSIGN_OR_RAISE(args.emplace_back(), MakeString(std::move(text), From(escape)));
  }
  const Location at = From(first);
  return MakeNot(MakeCall(std::move(name), std::move(args), at), at, negated);
}

Result<ExprPtr> Parser::ParseIs(ExprPtr value, int first) {
  const bool negated = Accept("not") || Accept("!");
  if (Accept("distinct")) {
    ARROW_RETURN_NOT_OK(Expect("from", "after IS DISTINCT"));
    ARROW_ASSIGN_OR_RAISE(ExprPtr right, ParseValue());
    const Location at = From(first);
    return MakeNot(MakeCall("null_safe_eq", {std::move(value), std::move(right)}, at), at,
                   !negated);
  }
  if (Accept("null") || Accept("unknown")) {
    const Location at = From(first);
    return MakeNot(MakeCall("is_null", {std::move(value)}, at), at, negated);
  }
  if (!IsAny({"true", "false"})) return Unexpected("NULL, TRUE, FALSE or DISTINCT FROM after IS");
  Literal literal{Literal::Kind::kBoolean, LowerAscii(tokens_.TextOf(next_++))};
  const Location at = From(first);
  ARROW_ASSIGN_OR_RAISE(ExprPtr truth, Make(std::move(literal), TokenAt(next_ - 1)));
  return MakeNot(MakeCall("null_safe_eq", {std::move(value), std::move(truth)}, at), at, negated);
}

Parser::Operator Parser::NextOperator() const {
  static constexpr struct {
    std::string_view symbol;
    std::string_view function;
    int strength;
  } kOperators[] = {
      {"=", "eq", 1},          {"==", "eq", 1},        {"<=>", "null_safe_eq", 1},
      {"<>", "ne", 1},         {"!=", "ne", 1},        {"<", "lt", 1},
      {"<=", "le", 1},         {"!>", "le", 1},        {">=", "ge", 1},
      {"!<", "ge", 1},         {"|", "bitwise_or", 2}, {"^", "bitwise_xor", 3},
      {"&", "bitwise_and", 4}, {"<<", "shiftleft", 5}, {"+", "add", 6},
      {"-", "subtract", 6},    {"||", "concat", 6},    {"*", "multiply", 7},
      {"/", "divide", 7},      {"%", "mod", 7},
  };
  if (Is(">")) {
    const auto follows = [&](int ahead) {
      return Is(">", ahead) && tokens_[next_ + ahead].begin == tokens_[next_].begin + ahead;
    };
    if (!follows(1)) return {"gt", 1, 1};
    return follows(2) ? Operator{"shiftrightunsigned", 5, 3} : Operator{"shiftright", 5, 2};
  }
  for (const auto& known : kOperators) {
    if (Is(known.symbol)) return {known.function, known.strength, 1};
  }
  const bool is_name = IsAny({",", ")", "from"}, 1) || next_ + 1 >= tokens_.size();
  if (Is("div") && !is_name) return {"div", 7, 1};
  return {};
}

Result<ExprPtr> Parser::ParseValue(int strength) {
  const int first = next_;
  ARROW_ASSIGN_OR_RAISE(ExprPtr left, ParseUnary());
  while (true) {
    const Operator found = NextOperator();
    if (found.strength <= strength) return left;
    if (found.num_tokens > 1 && tokens_[next_].open_types > 0) {
      return Fail({text_, TokenAt(next_).begin, TokenAt(next_ + found.num_tokens - 1).end},
                  "an operator behind one of the words ARRAY, MAP and STRUCT that Spark takes for "
                  "the end of their types",
                  "write " + std::string(found.function) + "(value, bits)");
    }
    next_ += found.num_tokens;
    ARROW_ASSIGN_OR_RAISE(ExprPtr right, ParseValue(found.strength));
    ARROW_ASSIGN_OR_RAISE(left, MakeCall(std::string(found.function), {left, right}, From(first)));
  }
}

Result<ExprPtr> Parser::ParseUnary() {
  const int first = next_;
  if (Is("-") && IsKind(Token::Kind::kNumber, 1)) {
    ++next_;
    ARROW_ASSIGN_OR_RAISE(ExprPtr number, ParseNumber(/*negative=*/true, first));
    return ParsePostfix(std::move(number), first);
  }
  if (!IsAny({"-", "+", "~"})) return ParsePrimary();
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  const char* function = Is("+") ? "positive" : Is("-") ? "negate" : "bitwise_not";
  ++next_;
  ARROW_ASSIGN_OR_RAISE(ExprPtr operand, ParseValue(kUnaryStrength));
  return MakeCall(function, {std::move(operand)}, From(first));
}

Result<std::vector<ExprPtr>> Parser::ParseExprs() {
  std::vector<ExprPtr> exprs;
  ARROW_RETURN_NOT_OK(ParseList([&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(ExprPtr expr, ParseExpr());
    exprs.push_back(std::move(expr));
    return Status::OK();
  }));
  return exprs;
}

}  // namespace tarn::sql
