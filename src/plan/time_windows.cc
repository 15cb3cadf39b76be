#include "plan/time_windows.h"

#include <algorithm>

#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "sql/children.h"

namespace tarn::plan {
namespace {

// `expr` may be null.
const sql::Expr* FindIn(const sql::ExprPtr& expr) {
  if (expr == nullptr) return nullptr;
  const auto* call = std::get_if<sql::Call>(&expr->node);
  if (call != nullptr && IsTimeWindowName(call->name) && !call->over) return expr.get();
  const sql::Expr* found = nullptr;
  sql::ForEachChild(*expr, [&](const sql::ExprPtr& child) {
    if (found == nullptr) found = FindIn(child);
  });
  return found;
}

const sql::Expr* FindIn(const std::vector<sql::ExprPtr>& exprs) {
  for (const sql::ExprPtr& expr : exprs) {
    if (const sql::Expr* found = FindIn(expr)) return found;
  }
  return nullptr;
}

const sql::Expr* FindIn(const sql::WindowSpec& window) {
  const sql::Expr* found = nullptr;
  sql::ForEachChild(window, [&](const sql::ExprPtr& child) {
    if (found == nullptr) found = FindIn(child);
  });
  return found;
}

const sql::Expr* FindIn(const sql::GroupingSets& sets) {
  for (const std::vector<sql::ExprPtr>& set : sets.sets) {
    if (const sql::Expr* found = FindIn(set)) return found;
  }
  for (const sql::GroupingSets& nested : sets.nested) {
    if (const sql::Expr* found = FindIn(nested)) return found;
  }
  return nullptr;
}

ExprPtr IsNotNull(const ExprPtr& expr) {
  return MakePredicate(kNot, {MakePredicate(kIsNull, {expr})});
}

// From the partition's first row.
WindowFrame FrameUntil(bool is_rows, FrameBound::Kind end, int64_t num_rows = 0) {
  WindowFrame frame;
  frame.is_rows = is_rows;
  frame.end.kind = end;
  frame.end.num_rows = num_rows;
  return frame;
}

// `node` with the greatest `value` of the frame as a further column.
NodePtr AddGreatest(NodePtr node, const ExprPtr& value, std::vector<ExprPtr> partition_by,
                    std::vector<SortKey> order_by, WindowFrame frame) {
  WindowCall greatest;
  greatest.call.function = FindFunction("max");
  greatest.call.args = {value};
  greatest.call.type = value->type;
  greatest.frame = std::move(frame);
  Window window;
  window.calls = {std::move(greatest)};
  window.partition_by = std::move(partition_by);
  window.order_by = std::move(order_by);
  return MakeWindow(std::move(node), std::move(window), {"session"});
}

ExprPtr LastColumn(const NodePtr& node) {
  return MakeColumn(*node->schema, node->schema->num_fields() - 1);
}

}  // namespace

bool IsTimeWindowName(std::string_view name) {
  return name == "window" || name == "session_window";
}

const sql::Expr* FindTimeWindow(const sql::Select& select) {
  for (const sql::SelectItem& item : select.items) {
    if (const sql::Expr* found = FindIn(item.expr)) return found;
  }
  if (const sql::Expr* found = FindIn(select.group_by)) return found;
  for (const sql::GroupingSets& sets : select.grouping_sets) {
    if (const sql::Expr* found = FindIn(sets)) return found;
  }
  for (const sql::NamedWindow& window : select.windows) {
    if (const sql::Expr* found = FindIn(window.spec)) return found;
  }
  return nullptr;
}

NodePtr AddTimeWindow(NodePtr node, const ExprPtr& call) {
  const std::string name(call->function->name);
  if (call->type->id() == arrow::Type::LIST) {
    Generate windows;
    windows.collection = call;
    return MakeGenerate(std::move(node), std::move(windows), {name});
  }
  std::vector<ExprPtr> exprs = ColumnsOf(*node->schema);
  std::vector<std::string> names = node->schema->field_names();
  exprs.push_back(call);
  names.push_back(name);
  node = MakeProject(std::move(node), std::move(exprs), names);
  return MakeFilter(node, {IsNotNull(LastColumn(node))});
}

NodePtr MergeSessions(NodePtr node, size_t session, std::vector<ExprPtr>* keys) {
  const ExprPtr own = (*keys)[session];
  const ExprPtr start = MakeField(own, 0), end = MakeField(own, 1);
  std::vector<ExprPtr> others = *keys;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(session));
  const std::vector<SortKey> by_start = {{start}};
  const int width = node->schema->num_fields();
  std::vector<std::string> names = node->schema->field_names();
  names.push_back("session");
  // The end of those that started before; of equal starts, of those that came before.
  node = AddGreatest(std::move(node), end, others, by_start,
                     FrameUntil(true, FrameBound::Kind::kOffset, -1));
  // The start of the last one that touches none before: of rows of equal starts the same.
  const ExprPtr no_start = MakeLiteral(arrow::MakeNullScalar(start->type));
  const ExprPtr touches = MakePredicate(kGe, {LastColumn(node), start});
  const ExprPtr new_start = MakeCall(kIf, start->type, true, {touches, no_start, start});
  node = AddGreatest(std::move(node), new_start, others, by_start,
                     FrameUntil(false, FrameBound::Kind::kCurrentRow));
  const ExprPtr merged_start = LastColumn(node);
  others.push_back(merged_start);
  node = AddGreatest(std::move(node), end, others, {}, WindowFrame());

  const auto name = [](const char* field) {
    return MakeLiteral(std::make_shared<arrow::StringScalar>(field));
  };
  std::vector<ExprPtr> exprs = ColumnsOf(*node->schema);
  exprs.resize(width);
  exprs.push_back(MakeCall(kNamedStruct, own->type, false,
                           {name("start"), merged_start, name("end"), LastColumn(node)}));
  node = MakeProject(std::move(node), std::move(exprs), names);
  (*keys)[session] = LastColumn(node);
  return node;
}

}  // namespace tarn::plan
