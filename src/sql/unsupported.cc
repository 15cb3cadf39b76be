#include <algorithm>

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
  void VisitBody(const Select& select, const Location& at);
  void VisitBody(const SetOperation& both, const Location& at);
  void VisitBody(const Values& values, const Location& at);
  void VisitTable(const TableRef& table);
  void VisitJoin(const Join& join, const Location& at);

  void VisitNode(const ColumnRef&, const Location&) {}
  void VisitNode(const Star&, const Location&) {}
  void VisitNode(const Field& field, const Location&) { Visit(field.value); }
  void VisitNode(const Subscript& subscript, const Location& at);
  void VisitNode(const Literal&, const Location&) {}
  void VisitNode(const Interval&, const Location& at);
  void VisitNode(const Parameter&, const Location& at);
  void VisitNode(const Call& call, const Location& at);
  void VisitNode(const Case& node, const Location& at);
  void VisitNode(const Cast& cast, const Location& at);
  void VisitNode(const Collate& collate, const Location& at);
  void VisitNode(const Lambda& lambda, const Location& at);
  void VisitNode(const ScalarSubquery&, const Location& at) { RefuseSubquery(at); }
  void VisitNode(const Exists&, const Location& at) { RefuseSubquery(at); }
  void VisitNode(const InSubquery&, const Location& at) { RefuseSubquery(at); }
  void RefuseSubquery(const Location& at) {
    Refuse(at, "a subquery in an expression", "join with the subquery in FROM instead");
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
  if (query.offset > 0) {
    Refuse(query.at, "OFFSET", "number the rows with row_number(), and filter in WHERE");
  }
  if (!query.sort_by.empty() || !query.distribute_by.empty()) {
    Refuse(query.at, "SORT BY, DISTRIBUTE BY or CLUSTER BY",
           "set partition_by and sort_within in tarn.toml");
  }
}

void Finder::VisitBody(const Select& select, const Location&) {
  for (const SelectItem& item : select.items) {
    if (!item.aliases.empty()) Refuse(item.expr->at, "several names after AS", "name one column");
    Visit(item.expr);
  }
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
  if (table.sample) Refuse(table.at, "TABLESAMPLE", "filter the rows in WHERE");
  if (table.lateral) Refuse(table.at, "LATERAL", "join with a subquery that has the key");
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
  } else if (std::holds_alternative<LateralView>(table.node)) {
    Refuse(table.at, "LATERAL VIEW", "declare the exploded data as a source of its own");
  } else if (std::holds_alternative<TableFunction>(table.node)) {
    Refuse(table.at, "a function in FROM", "declare the data as a source");
  } else if (std::holds_alternative<Pivot>(table.node)) {
    Refuse(table.at, "PIVOT", "write one max(CASE WHEN … THEN … END) per column");
  } else {
    Refuse(table.at, "UNPIVOT", "UNION ALL one SELECT per column");
  }
}

void Finder::VisitJoin(const Join& join, const Location& at) {
  VisitTable(*join.left);
  VisitTable(*join.right);
  if (join.kind == JoinKind::kLeftSemi) {
    Refuse(at, "SEMI JOIN", "INNER JOIN with a SELECT DISTINCT of the keys");
  } else if (join.kind == JoinKind::kLeftAnti) {
    Refuse(at, "ANTI JOIN", "LEFT JOIN and keep rows WHERE the right key IS NULL");
  }
  Visit(join.on);
}

void Finder::Visit(const ExprPtr& expr) {
  if (expr == nullptr) return;
  std::visit([&](const auto& node) { VisitNode(node, expr->at); }, expr->node);
}

void Finder::VisitNode(const Subscript& subscript, const Location& at) {
  Visit(subscript.value);
  Refuse(at, "access to an element", "declare the element as a column of the source's schema");
}

void Finder::VisitNode(const Interval&, const Location& at) {
  Refuse(at, "INTERVAL", "add days with date_add(x, n), months with add_months(x, n)");
}

void Finder::VisitNode(const Parameter&, const Location& at) {
  Refuse(at, "a parameter", "write the value; tarn.toml may take it from ${ENV}");
}

void Finder::VisitNode(const Call& call, const Location& at) {
  VisitCallClauses(call, at);
  VisitAll(call.args);
  Visit(call.filter);
  if (call.over) VisitWindow(*call.over);
}

void Finder::VisitWindow(const WindowSpec& window) {
  VisitAll(window.partition_by);
  VisitOrder(window.order_by);
  if (window.frame) {
    Refuse(window.frame->at, "a window frame (ROWS or RANGE)",
           "leave it out; rank with row_number(), aggregate with GROUP BY");
  }
}

void Finder::VisitSets(const GroupingSets& sets) {
  for (const std::vector<ExprPtr>& set : sets.sets) VisitAll(set);
  for (const GroupingSets& nested : sets.nested) VisitSets(nested);
}

void Finder::VisitCallClauses(const Call& call, const Location& at) {
  if ((call.name == "like" || call.name == "ilike") && call.args.size() > 2) {
    Refuse(at, "LIKE … ESCAPE", "escape with a backslash");
  }
  if (call.name.ends_with("like_any") || call.name.ends_with("like_all")) {
    Refuse(at, "LIKE ANY or ALL", "write the patterns one by one, with OR or AND");
  }
  if (call.name.starts_with("bitwise_") || call.name == "shiftleft" ||
      call.name.starts_with("shiftright")) {
    Refuse(at, "an operator on bits", "split the bits where the data is made");
  }
  if (call.name == "extract") {
    Refuse(at, "EXTRACT of this field",
           "fields are year, quarter, month, week, day, dow, doy, hour, minute");
  }
  if (!call.schema.empty()) {
    Refuse(at, "a schema before a function", "write the name alone");
  }
  const bool has_names = std::any_of(call.arg_names.begin(), call.arg_names.end(),
                                     [](const std::string& name) { return !name.empty(); });
  if (has_names) Refuse(at, "an argument by name", "pass the arguments in order");
  if (!call.within_group.empty()) {
    Refuse(at, "WITHIN GROUP", "use an aggregate without an order");
  }
  if (call.ignore_nulls) Refuse(at, "IGNORE NULLS", "add FILTER (WHERE x IS NOT NULL)");
}

void Finder::VisitNode(const Case& node, const Location&) {
  for (const Case::Branch& branch : node.branches) {
    Visit(branch.condition);
    Visit(branch.value);
  }
  Visit(node.otherwise);
}

void Finder::VisitNode(const Cast& cast, const Location& at) {
  Visit(cast.value);
  if (cast.is_try) Refuse(at, "TRY_CAST", "write CAST, in a CASE that tests the value first");
  VisitType(cast.type);
}

void Finder::VisitType(const TypeName& type) {
  static constexpr std::string_view kKnown[] = {"boolean", "tinyint", "smallint",  "int",
                                                "bigint",  "float",   "double",    "decimal",
                                                "string",  "date",    "timestamp", "binary"};
  if (type.name == "varchar" || type.name == "char") {
    Refuse(type.at, "a length of " + type.name, "write STRING, and left(x, n) to shorten");
  } else if (std::find(std::begin(kKnown), std::end(kKnown), type.name) == std::end(kKnown)) {
    Refuse(type.at, "type " + type.name + " in a cast",
           "declare the column with its type in the source's schema");
  } else if (type.name != "decimal" && !type.arguments.empty()) {
    Refuse(type.at, "a length or precision of " + type.name,
           "write " + type.name + " alone, and left(x, n) or round(x, n) to shorten");
  }
}

void Finder::VisitNode(const Collate& collate, const Location& at) {
  Visit(collate.value);
  Refuse(at, "COLLATE", "strings compare by their bytes; use lower(x) to ignore case");
}

void Finder::VisitNode(const Lambda&, const Location& at) {
  Refuse(at, "a lambda function", "keep the elements as columns");
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
