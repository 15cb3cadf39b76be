#include <algorithm>

#include "base/lower_ascii.h"
#include "sql/parser_internal.h"

// What operators stand between.
namespace tarn::sql {
namespace {

// Words that end an expression; as names they need quotes.
constexpr std::string_view kEndWords[] = {
    "select", "from", "where", "group", "having",  "order",   "union", "intersect", "on",   "using",
    "and",    "or",   "in",    "is",    "between", "like",    "ilike", "rlike",     "then", "else",
    "when",   "end",  "as",    "by",    "join",    "qualify", "limit", "not",
};

constexpr std::string_view kWhat = "an expression";

}  // namespace

Result<ExprPtr> Parser::ParsePrimary() {
  const int first = next_;
  Result<ExprPtr> value = ExprPtr();
  if (AtEnd()) return Unexpected(kWhat);
  if (IsLiteral()) {
    value = ParseLiteral();
  } else if (Is("(")) {
    value = ParseBracket();
  } else if (Is("*")) {
    ++next_;
    return ParseStar({}, first);
  } else if (Is("?") || Is(":")) {
    value = ParseParameter();
  } else if (IsKind(Token::Kind::kName)) {
    value = ParseUnquotedWord();
  } else if (IsKind(Token::Kind::kQuotedName)) {
    value = Is("->", 1) ? ParseLambda() : ParseName();
  } else {
    return Unexpected(kWhat);
  }
  ARROW_RETURN_NOT_OK(value);
  return ParsePostfix(*std::move(value), first);
}

Result<ExprPtr> Parser::ParsePostfix(ExprPtr value, int first) {
  while (true) {
    if (Accept("[")) {
      ARROW_ASSIGN_OR_RAISE(ExprPtr index, ParseValue());
      ARROW_RETURN_NOT_OK(Expect("]", "after the index"));
      ARROW_ASSIGN_OR_RAISE(value, Make(Subscript{value, std::move(index)}, From(first)));
    } else if (Is(".") && IsName(1)) {
      ++next_;
      ARROW_ASSIGN_OR_RAISE(std::string name, ExpectName("a field's name"));
      if (const auto* column = std::get_if<ColumnRef>(&value->node)) {
        ColumnRef longer = *column;
        longer.parts.push_back(std::move(name));
        ARROW_ASSIGN_OR_RAISE(value, Make(std::move(longer), From(first)));
      } else {
        ARROW_ASSIGN_OR_RAISE(value, Make(Field{value, std::move(name)}, From(first)));
      }
    } else if (Accept("::")) {
      ARROW_ASSIGN_OR_RAISE(TypeName type, ParseType());
      ARROW_ASSIGN_OR_RAISE(value, Make(Cast{value, std::move(type)}, From(first)));
    } else if (Is("collate") && IsName(1)) {
      ++next_;
      ARROW_ASSIGN_OR_RAISE(std::string name, ExpectName("a collation"));
      ARROW_ASSIGN_OR_RAISE(value, Make(Collate{value, std::move(name)}, From(first)));
    } else {
      return value;
    }
  }
}

Result<ExprPtr> Parser::ParseUnquotedWord() {
  const int first = next_;
  const bool is_called = Is("(", 1);
  if (Is("case") && !IsAny({",", ")", ".", "from"}, 1)) return ParseCase();
  if (is_called && IsAny({"cast", "try_cast"})) return ParseCast();
  if (Is("->", 1)) return ParseLambda();
  if (IsAny({"current_date", "current_timestamp", "current_time", "localtimestamp"}) &&
      !is_called && !Is(".", 1)) {
    return MakeCall(LowerAscii(tokens_.TextOf(next_++)), {}, From(first));
  }
  const bool ends = std::any_of(std::begin(kEndWords), std::end(kEndWords),
                                [&](std::string_view word) { return Is(word); });
  // `like(a, b)` is a function, `order.id` a column of the table `order`.
  if (ends && !is_called && !Is(".", 1)) return Unexpected(kWhat);
  if (is_called && IsAny({"and", "or", "in", "on", "then", "else", "when", "where", "having"})) {
    return Unexpected(kWhat);
  }
  return ParseName();
}

// A column, `t.*`, or a function's name with its call.
Result<ExprPtr> Parser::ParseName() {
  const int first = next_;
  std::vector<std::string> parts;
  ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), ExpectName(kWhat));
  while (Is(".")) {
    if (Is("*", 1)) {
      next_ += 2;
      return ParseStar(std::move(parts), first);
    }
    if (!IsName(1)) {
      ++next_;
      return Unexpected("a name after the dot");
    }
    ++next_;
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), ExpectName("a name after the dot"));
  }
  if (Is("(")) return ParseCall(std::move(parts), first);
  return Make(ColumnRef{std::move(parts)}, From(first));
}

Result<ExprPtr> Parser::ParseStar(std::vector<std::string> parts, int first) {
  Star star{std::move(parts)};
  if (Is("except") && Is("(", 1) && !IsQueryStart(2)) {
    next_ += 2;
    do {
      ARROW_ASSIGN_OR_RAISE(star.except.emplace_back(), ParseDottedName("a column's name"));
    } while (Accept(","));
    ARROW_RETURN_NOT_OK(Expect(")", "after the columns of EXCEPT"));
  }
  return Make(std::move(star), From(first));
}

Result<ExprPtr> Parser::ParseBracket() {
  const int first = next_;
  const int close = tokens_[first].matching;
  if (close >= 0 && tokens_.Is(close + 1, "->")) return ParseLambda();
  ++next_;
  if (IsQueryStart()) {
    ARROW_ASSIGN_OR_RAISE(QueryPtr query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(")", "after the subquery"));
    return Make(ScalarSubquery{std::move(query)}, From(first));
  }
  Call row;
  row.name = "struct";
  ARROW_RETURN_NOT_OK(ParseArguments(&row));
  ARROW_RETURN_NOT_OK(Expect(")", "after the expression"));
  if (row.args.size() == 1 && row.arg_names.empty()) return row.args[0];
  if (row.args.size() == 1) {
    return Fail(From(first), "a name in brackets", "write AS behind the bracket");
  }
  return Make(std::move(row), From(first));
}

Result<ExprPtr> Parser::ParseCase() {
  const int first = next_++;
  ExprPtr operand;
  if (!Is("when")) {
    ARROW_ASSIGN_OR_RAISE(operand, ParseExpr());
  }
  Case node;
  while (Accept("when")) {
    Case::Branch branch;
    ARROW_ASSIGN_OR_RAISE(branch.condition, ParseExpr());
    if (operand != nullptr) {
      const Location at = branch.condition->at;
      ARROW_ASSIGN_OR_RAISE(branch.condition, MakeCall("eq", {operand, branch.condition}, at));
    }
    ARROW_RETURN_NOT_OK(Expect("then", "after the condition of WHEN"));
    ARROW_ASSIGN_OR_RAISE(branch.value, ParseExpr());
    node.branches.push_back(std::move(branch));
  }
  if (node.branches.empty()) return Unexpected("WHEN");
  if (Accept("else")) {
    ARROW_ASSIGN_OR_RAISE(node.otherwise, ParseExpr());
  }
  ARROW_RETURN_NOT_OK(Expect("end", "of CASE"));
  return Make(std::move(node), From(first));
}

Result<ExprPtr> Parser::ParseCast() {
  const int first = next_;
  Cast cast;
  cast.is_try = Is("try_cast");
  next_ += 2;
  ARROW_ASSIGN_OR_RAISE(cast.value, ParseExpr());
  ARROW_RETURN_NOT_OK(Expect("as", "and a type in CAST"));
  ARROW_ASSIGN_OR_RAISE(cast.type, ParseType());
  ARROW_RETURN_NOT_OK(Expect(")", "after the type"));
  return Make(std::move(cast), From(first));
}

Result<ExprPtr> Parser::ParseLambda() {
  const int first = next_;
  Lambda lambda;
  if (Is("(")) {
    ARROW_ASSIGN_OR_RAISE(lambda.parameters, ParseNameList("a parameter's name"));
    if (lambda.parameters.size() == 1) {
      return Fail(From(first), "parentheses around a lambda's only parameter",
                  "write " + lambda.parameters[0] + " -> …");
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(lambda.parameters.emplace_back(), ExpectName("a parameter's name"));
  }
  ARROW_RETURN_NOT_OK(Expect("->", "after the parameters"));
  ARROW_ASSIGN_OR_RAISE(lambda.body, ParseExpr());
  return Make(std::move(lambda), From(first));
}

Result<ExprPtr> Parser::ParseParameter() {
  const int first = next_++;
  Parameter parameter;
  if (tokens_.Is(first, ":")) {
    ARROW_ASSIGN_OR_RAISE(parameter.name, ExpectName("a parameter's name"));
  }
  return Make(std::move(parameter), From(first));
}

}  // namespace tarn::sql
