#include "sql/children.h"

namespace tarn::sql {
namespace {

struct Children {
  const VisitExpr& visit;

  void operator()(const auto&) const {}
  void operator()(const Field& field) const { Visit(field.value); }
  void operator()(const Cast& cast) const { Visit(cast.value); }
  void operator()(const Collate& collate) const { Visit(collate.value); }
  void operator()(const Lambda& lambda) const { Visit(lambda.body); }
  void operator()(const InSubquery& in) const { Visit(in.value); }
  void operator()(const Subscript& subscript) const {
    Visit(subscript.value);
    Visit(subscript.index);
  }
  void operator()(const Case& cases) const {
    for (const Case::Branch& branch : cases.branches) {
      Visit(branch.condition);
      Visit(branch.value);
    }
    Visit(cases.otherwise);
  }
  void operator()(const Call& call) const {
    for (const ExprPtr& arg : call.args) Visit(arg);
    Visit(call.filter);
    for (const OrderKey& key : call.within_group) Visit(key.expr);
    if (call.over) (*this)(*call.over);
  }
  void operator()(const WindowSpec& window) const {
    for (const ExprPtr& key : window.partition_by) Visit(key);
    for (const OrderKey& key : window.order_by) Visit(key.expr);
    if (!window.frame) return;
    Visit(window.frame->start.offset);
    Visit(window.frame->end.offset);
  }

  void Visit(const ExprPtr& child) const {
    if (child != nullptr) visit(child);
  }
};

}  // namespace

void ForEachChild(const Expr& expr, const VisitExpr& visit) {
  std::visit(Children{visit}, expr.node);
}

void ForEachChild(const WindowSpec& window, const VisitExpr& visit) { Children{visit}(window); }

QueryPtr QueryBelow(const Expr& expr) {
  if (const auto* scalar = std::get_if<ScalarSubquery>(&expr.node)) return scalar->query;
  if (const auto* exists = std::get_if<Exists>(&expr.node)) return exists->query;
  if (const auto* in = std::get_if<InSubquery>(&expr.node)) return in->query;
  return nullptr;
}

}  // namespace tarn::sql
