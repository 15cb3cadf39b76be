#include <algorithm>

#include "base/lower_ascii.h"
#include "sql/unsupported_internal.h"

namespace tarn::sql {
namespace {

class Finder {
 public:
  void Visit(const Query& query);
  void Visit(const ExprPtr& expr);
  std::vector<Diagnostic> Take();

 private:
  void Refuse(const Location& at, std::string what, std::string hint) {
    found_.push_back(MakeDiagnostic(at, std::move(what) + " is not supported", std::move(hint)));
  }
  void VisitAll(const std::vector<ExprPtr>& exprs) {
    for (const ExprPtr& expr : exprs) Visit(expr);
  }
  void VisitOrder(const std::vector<OrderKey>& keys) {
    for (const OrderKey& key : keys) Visit(key.expr);
  }
  void VisitItems(const std::vector<SelectItem>& items) {
    for (const SelectItem& item : items) Visit(item.expr);
  }
  void VisitBody(const Select& select, const Location& at);
  void VisitBody(const SetOperation& both, const Location& at);
  void VisitBody(const Values& values, const Location& at);
  void VisitTable(const TableRef& table);
  void VisitJoin(const Join& join, const Location& at);

  void VisitNode(const ColumnRef&, const Location&) {}
  void VisitNode(const Star&, const Location&) {}
  void VisitNode(const Field& field, const Location&) { Visit(field.value); }
  void VisitNode(const Subscript& subscript, const Location&);
  void VisitNode(const Literal&, const Location&) {}
  void VisitNode(const Interval&, const Location&) {}
  void VisitNode(const Parameter&, const Location& at);
  void VisitNode(const Call& call, const Location& at);
  void VisitNode(const Case& node, const Location& at);
  void VisitNode(const Cast& cast, const Location& at);
  void VisitNode(const Collate& collate, const Location& at);
  void VisitNode(const Lambda& lambda, const Location&) { Visit(lambda.body); }
  void VisitNode(const ScalarSubquery& scalar, const Location&) { Visit(*scalar.query); }
  void VisitNode(const Exists& exists, const Location&) { Visit(*exists.query); }
  void VisitNode(const InSubquery& in, const Location&) {
    Visit(in.value);
    Visit(*in.query);
  }
  void VisitWindow(const WindowSpec& window);
  void VisitSets(const GroupingSets& sets);
  void VisitCallClauses(const Call& call, const Location& at);
  void VisitType(const TypeName& type);

  std::vector<Diagnostic> found_;
};

void Finder::Visit(const Query& query) {
  for (const CommonTable& table : query.with) Visit(*table.query);
  std::visit([&](const auto& body) { VisitBody(body, query.at); }, query.body);
  VisitOrder(query.order_by);
  Visit(query.limit);
  Visit(query.offset);
  VisitOrder(query.sort_by);
  VisitAll(query.distribute_by);
}

void Finder::VisitBody(const Select& select, const Location&) {
  VisitItems(select.items);
  if (select.from != nullptr) VisitTable(*select.from);
  Visit(select.where);
  VisitAll(select.group_by);
  for (const GroupingSets& sets : select.grouping_sets) VisitSets(sets);
  Visit(select.having);
  Visit(select.qualify);
  for (const NamedWindow& window : select.windows) VisitWindow(window.spec);
}

void Finder::VisitBody(const SetOperation& both, const Location&) {
  Visit(*both.left);
  const Location between{both.left->at.text, both.left->at.end + 1, both.right->at.begin - 1};
  if (both.by_name) {
    Refuse(between, "UNION BY NAME",
           "Spark has it in DataFrames alone: select the columns in order");
  }
  Visit(*both.right);
}

void Finder::VisitBody(const Values& values, const Location&) {
  for (const std::vector<ExprPtr>& row : values.rows) VisitAll(row);
}

void Finder::VisitTable(const TableRef& table) {
  if (table.sample) Visit(table.sample->amount);
  if (const auto* named = std::get_if<NamedTable>(&table.node)) {
    if (!named->schema.empty()) {
      Refuse(table.at, "a schema before a table", "write the name of a source or a table alone");
    }
  } else if (const auto* subquery = std::get_if<Subquery>(&table.node)) {
    Visit(*subquery->query);
  } else if (const auto* join = std::get_if<Join>(&table.node)) {
    VisitJoin(*join, table.at);
    if (!table.alias.empty()) {
      Refuse(table.at, "a name for a join",
             "name the tables in it, or select from it in a subquery");
    }
  } else if (const auto* values = std::get_if<Values>(&table.node)) {
    VisitBody(*values, table.at);
  } else if (const auto* view = std::get_if<LateralView>(&table.node)) {
    if (view->input != nullptr) VisitTable(*view->input);
    Visit(view->call);
  } else if (const auto* function = std::get_if<TableFunction>(&table.node)) {
    Visit(function->call);
  } else if (const auto* pivot = std::get_if<Pivot>(&table.node)) {
    VisitTable(*pivot->input);
    VisitItems(pivot->aggregates);
    VisitItems(pivot->values);
  } else if (const auto* unpivot = std::get_if<Unpivot>(&table.node)) {
    VisitTable(*unpivot->input);
  }
}

void Finder::VisitJoin(const Join& join, const Location& at) {
  VisitTable(*join.left);
  VisitTable(*join.right);
  const bool is_existence = join.kind == JoinKind::kLeftSemi || join.kind == JoinKind::kLeftAnti;
  if (join.natural && is_existence) {
    Refuse(at, "NATURAL with SEMI or ANTI", "name the columns with USING");
  }
  Visit(join.on);
}

void Finder::Visit(const ExprPtr& expr) {
  if (expr == nullptr) return;
  std::visit([&](const auto& node) { VisitNode(node, expr->at); }, expr->node);
}

void Finder::VisitNode(const Subscript& subscript, const Location&) {
  Visit(subscript.value);
  Visit(subscript.index);
}

void Finder::VisitNode(const Parameter&, const Location& at) {
  Refuse(at, "a parameter", "write the value; tarn.toml may take it from ${ENV}");
}

void Finder::VisitNode(const Call& call, const Location& at) {
  VisitCallClauses(call, at);
  // The name alone has a meaning whatever compares by it.
  const bool is_name = call.name == "collation" && call.args.size() == 1;
  const auto* collate = is_name ? std::get_if<Collate>(&call.args[0]->node) : nullptr;
  if (collate != nullptr) {
    Visit(collate->value);
  } else {
    VisitAll(call.args);
  }
  Visit(call.filter);
  if (call.over) VisitWindow(*call.over);
}

void Finder::VisitWindow(const WindowSpec& window) {
  VisitAll(window.partition_by);
  VisitOrder(window.order_by);
  if (!window.frame) return;
  Visit(window.frame->start.offset);
  Visit(window.frame->end.offset);
}

void Finder::VisitSets(const GroupingSets& sets) {
  for (const std::vector<ExprPtr>& set : sets.sets) VisitAll(set);
  for (const GroupingSets& nested : sets.nested) VisitSets(nested);
}

void Finder::VisitCallClauses(const Call& call, const Location& at) {
  if (!call.schema.empty()) {
    Refuse(at, "a schema before a function", "write the name alone");
  }
  VisitOrder(call.within_group);
}

void Finder::VisitNode(const Case& node, const Location&) {
  for (const Case::Branch& branch : node.branches) {
    Visit(branch.condition);
    Visit(branch.value);
  }
  Visit(node.otherwise);
}

void Finder::VisitNode(const Cast& cast, const Location&) {
  Visit(cast.value);
  VisitType(cast.type);
}

void Finder::VisitType(const TypeName& type) {
  static constexpr std::string_view kKnown[] = {
      "boolean", "tinyint", "smallint", "int",    "bigint",       "float",
      "double",  "decimal", "time",     "string", "date",         "timestamp",
      "binary",  "array",   "map",      "struct", "timestamp_ntz"};
  for (const TypeField& field : type.fields) VisitType(field.type);
  if (type.name.starts_with("interval ")) return;
  if (type.name == "varchar" || type.name == "char") {
    Refuse(type.at, "a length of " + type.name, "write STRING, and left(x, n) to shorten");
  } else if (std::find(std::begin(kKnown), std::end(kKnown), type.name) == std::end(kKnown)) {
    Refuse(type.at, "type " + type.name + " in a cast",
           "declare the column with its type in the source's schema");
  } else if (type.name != "decimal" && type.name != "time" && !type.arguments.empty()) {
    Refuse(type.at, "a length or precision of " + type.name,
           "write " + type.name + " alone, and left(x, n) or round(x, n) to shorten");
  }
}

void Finder::VisitNode(const Collate& collate, const Location& at) {
  Visit(collate.value);
  if (LowerAscii(collate.collation) == "utf8_binary") return;
  Refuse(at, "COLLATE", "strings compare by their bytes; use lower(x) to ignore case");
}

std::vector<Diagnostic> Finder::Take() {
  std::stable_sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return std::move(found_);
}

}  // namespace

std::vector<Diagnostic> FindUnsupported(const Query& query) {
  Finder finder;
  finder.Visit(query);
  return finder.Take();
}

std::vector<Diagnostic> FindUnsupported(const Expr& expr) {
  Finder finder;
  finder.Visit(std::make_shared<const Expr>(expr));
  return finder.Take();
}

}  // namespace tarn::sql
