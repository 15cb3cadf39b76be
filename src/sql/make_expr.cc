#include <algorithm>

#include "sql/parser_internal.h"

namespace tarn::sql {
namespace {

// What a node has below itself.
struct Below {
  int depth = 0;
  int64_t num_exprs = 0;

  void Add(const ExprPtr& expr, int64_t times = 1) {
    if (expr == nullptr) return;
    depth = std::max(depth, expr->depth);
    num_exprs += times * expr->num_exprs;
  }
  void Add(const std::vector<ExprPtr>& exprs) {
    for (const ExprPtr& expr : exprs) Add(expr);
  }
  void Add(const std::vector<OrderKey>& keys) {
    for (const OrderKey& key : keys) Add(key.expr);
  }
  void Add(const QueryPtr& query) { depth = std::max(depth, query->depth); }
};

// A value that its operator evaluates twice counts twice, and so does what is in it.
Below BelowCall(const Call& call) {
  Below below;
  below.Add(call.args);
  if (call.name == "between") below.Add(call.args[0]);
  below.Add(call.filter);
  below.Add(call.within_group);
  if (call.over) {
    below.Add(call.over->partition_by);
    below.Add(call.over->order_by);
    if (call.over->frame) {
      below.Add(call.over->frame->start.offset);
      below.Add(call.over->frame->end.offset);
    }
  }
  return below;
}

struct BelowOf {
  Below operator()(const auto&) const { return {}; }
  Below operator()(const Field& field) const { return Of(field.value); }
  Below operator()(const Cast& cast) const { return Of(cast.value); }
  Below operator()(const Collate& collate) const { return Of(collate.value); }
  Below operator()(const Lambda& lambda) const { return Of(lambda.body); }
  Below operator()(const Call& call) const { return BelowCall(call); }
  Below operator()(const Subscript& subscript) const {
    Below below = Of(subscript.value);
    below.Add(subscript.index);
    return below;
  }
  Below operator()(const Case& node) const {
    Below below = Of(node.otherwise);
    for (const Case::Branch& branch : node.branches) {
      below.Add(branch.condition);
      below.Add(branch.value);
    }
    return below;
  }
  Below operator()(const ScalarSubquery& subquery) const { return Of(subquery.query); }
  Below operator()(const Exists& exists) const { return Of(exists.query); }
  Below operator()(const InSubquery& in) const {
    Below below = Of(in.query);
    below.Add(in.value);
    return below;
  }

  template <class T>
  static Below Of(const T& child) {
    Below below;
    below.Add(child);
    return below;
  }
};

}  // namespace

Result<ExprPtr> Parser::Make(decltype(Expr::node) node, const Location& at) const {
  const Below below = std::visit(BelowOf{}, node);
  auto expr = std::make_shared<Expr>();
  expr->node = std::move(node);
  expr->at = at;
  expr->depth = below.depth + 1;
  expr->num_exprs = below.num_exprs + 1;
  if (expr->depth > kMaxDepth) return TooDeep(at);
  if (expr->num_exprs > kMaxExpressions) {
    is_too_large_ = true;
    return Fail(at, "too many expressions: more than " + std::to_string(kMaxExpressions),
                "CASE x and BETWEEN repeat their operand, and those within it again: compute it in "
                "a subquery or in a table of its own");
  }
  return expr;
}

Result<ExprPtr> Parser::MakeCall(std::string name, std::vector<ExprPtr> args,
                                 const Location& at) const {
  Call call;
  call.name = std::move(name);
  call.args = std::move(args);
  return Make(std::move(call), at);
}

Result<ExprPtr> Parser::MakeNot(Result<ExprPtr> arg, const Location& at, bool negated) const {
  if (!negated) return arg;
  ARROW_ASSIGN_OR_RAISE(ExprPtr value, std::move(arg));
  return MakeCall("not", {std::move(value)}, at);
}

Result<ExprPtr> Parser::MakeString(std::string text, const Location& at) const {
  return Make(Literal{Literal::Kind::kString, std::move(text)}, at);
}

}  // namespace tarn::sql
