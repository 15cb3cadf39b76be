#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/parse_context_internal.h"

namespace tarn::sql {

/// \brief PostgreSQL's expression trees as ours.
///
/// What is not supported becomes an error of the context and a NULL literal in the tree, so that
/// one pass finds every error.
class ExprConverter {
 public:
  explicit ExprConverter(ParseContext* context) : context_(*context) {}

  ExprPtr Convert(const Json& node);
  /// \brief Convert an operand that its operator evaluates `times` times.
  ExprPtr ConvertRepeated(const Json& node, size_t times);
  std::vector<ExprPtr> ConvertAll(const Json& nodes);
  std::vector<OrderKey> ConvertOrder(const Json& sort_clause);

  /// \brief `*` or `t.*`, or nothing when `node` is any other expression.
  std::optional<ExprPtr> ConvertStar(const Json& node);

 private:
  using Method = ExprPtr (ExprConverter::*)(const Json& body, int token);
  static const std::map<std::string_view, Method>& Methods();

  ExprPtr ConvertColumn(const Json& body, int token);
  ExprPtr ConvertIndirection(const Json& body, int token);
  ExprPtr ConvertConstant(const Json& body, int token);
  ExprPtr ConvertNumber(int token);
  ExprPtr ConvertString(int token);
  ExprPtr ConvertOperator(const Json& body, int token);
  ExprPtr ConvertAnyOperator(const Json& body, int token);
  ExprPtr ConvertUnary(std::string_view symbol, const Json& body, int token);
  ExprPtr ConvertDistinct(const Json& body, int token, bool negated);
  ExprPtr ConvertNullIf(const Json& body, int token);
  ExprPtr ConvertIn(const Json& body, int token);
  ExprPtr ConvertBetween(const Json& body, int token, bool negated);
  ExprPtr ConvertLike(const Json& body, int token, std::string name);
  ExprPtr ConvertBoolean(const Json& body, int token);
  ExprPtr ConvertNullTest(const Json& body, int token);
  ExprPtr ConvertBooleanTest(const Json& body, int token);
  ExprPtr ConvertCase(const Json& body, int token);
  ExprPtr ConvertCast(const Json& body, int token);
  ExprPtr ConvertCoalesce(const Json& body, int token);
  ExprPtr ConvertGreatest(const Json& body, int token);
  ExprPtr ConvertCurrent(const Json& body, int token);

  // call_converter.cc
  ExprPtr ConvertCall(const Json& body, int token);
  ExprPtr ConvertSpecialCall(std::string_view name, const Json& body, int token);
  ExprPtr ConvertExtract(const Json& body, const Location& at);
  ExprPtr ConvertSubstring(const Json& body, int token, const Location& at);
  ExprPtr ConvertTrim(std::string_view name, const Json& body, int token, const Location& at);
  std::optional<WindowSpec> ConvertWindow(const Json& over);
  void RejectCallClauses(const Json& body, const Location& at);
  Location CallRange(int token) const;

  /// \brief Report operands that Spark, whose operators bind in another order, would take apart
  /// otherwise.
  void CheckBinding(const Json& body, int token);
  void CheckOperand(const Json& operand, int token);

  /// \brief The names of `a.b.c`, `count` of them, the first at `token`.
  std::vector<std::string> NamesFrom(int token, size_t count) const;

  ExprPtr Make(decltype(Expr::node) node, const Location& at) const;
  ExprPtr MakeCall(std::string name, std::vector<ExprPtr> args, const Location& at) const;
  ExprPtr MakeNot(ExprPtr arg, const Location& at, bool negated) const;
  ExprPtr Reject(const Location& at, std::string_view what, std::string hint);
  ExprPtr Placeholder(const Location& at) const;

  ParseContext& context_;
};

/// \brief The type that the tokens from TypeName `body` on name, in Spark's words.
TypeName ConvertTypeName(const Json& body, ParseContext* context);

}  // namespace tarn::sql
