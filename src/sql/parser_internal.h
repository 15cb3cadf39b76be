#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/ast.h"
#include "sql/token_list.h"

namespace tarn::sql {

/// \brief Levels of nesting that the tree may have, so that every later pass may recurse over it.
inline constexpr int kMaxDepth = 500;

/// \brief Expressions that a query may have, those that are evaluated twice counted twice.
inline constexpr int64_t kMaxExpressions = 1'000'000;

/// \brief Spark SQL by recursive descent: one method for each rule of the grammar.
///
/// A method returns the tree of what it took from the tokens, or the syntax error that it stands
/// at. Where a list's item has one, the list notes it and goes on behind the item, so that one pass
/// finds the errors of several items. Threads: one. Source: Spark's SqlBaseParser.g4.
class Parser {
 public:
  /// \param[in] tokens borrowed, of `text`
  Parser(const TokenList& tokens, std::shared_ptr<const Text> text)
      : tokens_(tokens), text_(std::move(text)) {}

  /// \brief The one query of the text.
  Result<QueryPtr> ParseStatement();
  /// \brief The one expression of the text.
  Result<ExprPtr> ParseLoneExpression();

 private:
  class Nested;

  // parser.cc: where it stands, what comes next, places and errors.
  bool AtEnd() const { return next_ >= tokens_.size(); }
  bool Is(std::string_view word, int ahead = 0) const { return tokens_.Is(next_ + ahead, word); }
  bool IsAny(std::initializer_list<std::string_view> words, int ahead = 0) const;
  bool IsKind(Token::Kind kind, int ahead = 0) const;
  bool IsName(int ahead = 0) const;
  bool IsQueryStart(int ahead = 0) const;
  bool Accept(std::string_view word);
  /// Both words, one after the other, or none.
  bool Accept(std::string_view first, std::string_view second);
  Status Expect(std::string_view word, std::string_view after);
  Result<std::string> ExpectName(std::string_view what);
  Result<std::string> ExpectString(std::string_view what);
  Result<int64_t> ExpectInteger(std::string_view what);
  Result<std::vector<std::string>> ParseDottedName(std::string_view what);
  Result<std::vector<std::string>> ParseNameList(std::string_view what);
  Location TokenAt(int index) const;
  Location From(int first) const;
  Status Fail(const Location& at, std::string message, std::string hint = "") const;
  Status Unexpected(std::string_view expected) const;
  Status TooDeep(const Location& at) const;
  Status NoteAndSkip(const Status& status, int depth);
  Status FinishErrors(Status status);
  template <class ParseItem>
  Status ParseList(const ParseItem& parse_item);

  // make_expr.cc: nodes, with their depth and their number.
  Result<ExprPtr> Make(decltype(Expr::node) node, const Location& at) const;
  Result<ExprPtr> MakeCall(std::string name, std::vector<ExprPtr> args, const Location& at) const;
  Result<ExprPtr> MakeNot(Result<ExprPtr> arg, const Location& at, bool negated) const;
  Result<ExprPtr> MakeString(std::string text, const Location& at) const;

  // parse_expr.cc: operators and predicates, the loosest first.
  Result<ExprPtr> ParseExpr() { return ParseOr(); }
  Result<ExprPtr> ParseOr();
  Result<ExprPtr> ParseAnd();
  Result<ExprPtr> ParseNot();
  Result<ExprPtr> ParsePredicate(ExprPtr value, int first);
  Result<ExprPtr> ParseBetween(ExprPtr value, int first, bool negated);
  Result<ExprPtr> ParseIn(ExprPtr value, int first, bool negated);
  Result<ExprPtr> ParseLike(ExprPtr value, int first, bool negated);
  Result<ExprPtr> ParseIs(ExprPtr value, int first);
  Result<ExprPtr> ParseValue(int strength = 0);
  Result<ExprPtr> ParseUnary();
  struct Operator {
    std::string_view function;  // empty: there is none here
    int strength = 0;
    int num_tokens = 1;
  };
  Operator NextOperator() const;
  Result<std::vector<ExprPtr>> ParseExprs();

  // parse_primary.cc: what operators stand between.
  Result<ExprPtr> ParsePrimary();
  Result<ExprPtr> ParsePostfix(ExprPtr value, int first);
  Result<ExprPtr> ParseUnquotedWord();
  Result<ExprPtr> ParseName();
  Result<ExprPtr> ParseStar(std::vector<std::string> parts, int first);
  Result<ExprPtr> ParseBracket();
  Result<ExprPtr> ParseCase();
  Result<ExprPtr> ParseCast();
  Result<ExprPtr> ParseLambda();
  Result<ExprPtr> ParseParameter();

  // parse_literal.cc
  bool IsLiteral() const;
  Result<ExprPtr> ParseLiteral();
  Result<ExprPtr> ParseNumber(bool negative, int first);
  Result<ExprPtr> ParseTypedLiteral();
  Result<ExprPtr> ParseInterval();
  Result<Interval::Part> ParseIntervalPart();
  bool IsInterval() const;
  std::string ParseStrings();

  // parse_type.cc
  Result<TypeName> ParseType();
  Status ParseTypeArguments(TypeName* type);
  Status ParseNestedTypes(TypeName* type);
  Status ParseStructFields(TypeName* type);
  Status ParseIntervalType(TypeName* type);

  // parse_call.cc
  Result<ExprPtr> ParseCall(std::vector<std::string> name, int first);
  Status ParseArguments(Call* call);
  Status ParseArgument(Call* call);
  Status ParseCallClauses(Call* call);
  Result<std::optional<ExprPtr>> ParseSpecialCall(const std::string& name, int first);
  Result<ExprPtr> ParseExtract(int first);
  Result<ExprPtr> ParseSubstring(const std::string& name, int first);
  Result<ExprPtr> ParseTrim(int first);
  Result<ExprPtr> ParseOverlay(int first);
  Result<ExprPtr> ParsePosition(int first);
  Result<ExprPtr> ParseUnitCall(std::string name, int first);
  Result<WindowSpec> ParseWindow();
  Result<WindowFrame> ParseFrame();
  Result<FrameBound> ParseFrameBound();

  // parse_query.cc
  Result<QueryPtr> ParseQuery();
  Result<std::vector<CommonTable>> ParseWith();
  Result<QueryPtr> ParseSetOperations(int strength);
  Result<Select> AllRows(Result<TableRefPtr> table) const;
  Result<QueryPtr> ParseQueryTerm();
  Result<QueryPtr> MakeQuery(decltype(Query::body) body, int first) const;
  Status ParseOrganization(Query* query);
  Result<std::vector<OrderKey>> ParseOrder();
  bool IsSetOperator() const;

  // parse_select.cc
  Result<QueryPtr> ParseSelect();
  Status ParseSelectList(Select* select);
  Result<SelectItem> ParseSelectItem();
  Status ParseSelectClauses(Select* select);
  Status ParseGroupBy(Select* select);
  Result<GroupingSets> ParseGroupingSets();
  Result<std::vector<ExprPtr>> ParseGroupingSet();
  Status ParseWindows(std::vector<NamedWindow>* windows);
  bool IsGroupingSets() const;
  bool IsAliasHere() const;

  // parse_from.cc
  Result<TableRefPtr> ParseFrom();
  Result<TableRefPtr> ParseRelation();
  Result<TableRefPtr> ParseTable();
  Result<TableRefPtr> ParseNamedTable();
  Result<TableRefPtr> ParseBracketTable();
  Result<TableRefPtr> ParseTableFunction(std::vector<std::string> name, int first);
  Result<std::optional<JoinKind>> ParseJoinKind();
  Result<TableRefPtr> ParseJoin(TableRefPtr left, JoinKind kind, bool natural, int first);
  Result<TableRefPtr> ParseLateralView(TableRefPtr input, int first);
  Result<TableRefPtr> ParsePivot(TableRefPtr input, int first);
  Result<TableRefPtr> ParseUnpivot(TableRefPtr input, int first);
  Status ParseUnpivotSets(Unpivot* unpivot, bool several);
  Result<TableRefPtr> ParseInlineTable();
  Status ParseSample(TableRef* table);
  Status ParseTableAlias(TableRef* table);
  Result<TableRefPtr> MakeTable(TableRef table) const;
  bool IsJoinHere() const;

  const TokenList& tokens_;
  const std::shared_ptr<const Text> text_;
  int next_ = 0;                       // index of the next token
  int depth_ = 0;                      // rules that are open, of those that nest
  std::vector<Diagnostic> errors_;     // of items that were left out
  mutable bool is_too_large_ = false;  // no list goes on after the error that says so
};

/// \brief A rule that nests is open as long as this lives.
class Parser::Nested {
 public:
  explicit Nested(Parser* parser) : parser_(*parser) { ++parser_.depth_; }
  ~Nested() { --parser_.depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

  // A level of the tree takes two rules at most.
  Status Check() const {
    if (parser_.depth_ <= 2 * kMaxDepth) return Status::OK();
    return parser_.TooDeep(parser_.TokenAt(parser_.next_));
  }

 private:
  Parser& parser_;
};

// Items with commas between them, at least one.
template <class ParseItem>
Status Parser::ParseList(const ParseItem& parse_item) {
  const int depth = next_ < tokens_.size() ? tokens_[next_].depth : 0;
  do {
    Status status = parse_item();
    if (!status.ok()) ARROW_RETURN_NOT_OK(NoteAndSkip(status, depth));
  } while (Accept(","));
  return Status::OK();
}

}  // namespace tarn::sql
