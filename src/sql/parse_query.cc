#include <algorithm>

#include "sql/parser_internal.h"

namespace tarn::sql {

namespace {

int DepthOf(const Values& values) {
  int depth = 0;
  for (const std::vector<ExprPtr>& row : values.rows) {
    for (const ExprPtr& value : row) depth = std::max(depth, value->depth);
  }
  return depth;
}

int DepthOf(const SetOperation& both) { return std::max(both.left->depth, both.right->depth); }

void Deepen(const ExprPtr& expr, int* depth) {
  if (expr != nullptr) *depth = std::max(*depth, expr->depth);
}

int DepthOf(const Select& select) {
  int depth = select.from == nullptr ? 0 : select.from->depth;
  for (const SelectItem& item : select.items) Deepen(item.expr, &depth);
  for (const ExprPtr& key : select.group_by) Deepen(key, &depth);
  Deepen(select.where, &depth);
  Deepen(select.having, &depth);
  Deepen(select.qualify, &depth);
  return depth;
}

}  // namespace

Result<QueryPtr> Parser::MakeQuery(decltype(Query::body) body, int first) const {
  auto query = std::make_shared<Query>();
  query->depth = 1 + std::visit([](const auto& node) { return DepthOf(node); }, body);
  query->body = std::move(body);
  query->at = From(first);
  if (query->depth > kMaxDepth) return TooDeep(query->at);
  return query;
}

Result<QueryPtr> Parser::ParseQuery() {
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  const int first = next_;
  std::vector<CommonTable> with;
  if (Is("with")) {
    ARROW_ASSIGN_OR_RAISE(with, ParseWith());
  }
  const int body = next_;
  ARROW_ASSIGN_OR_RAISE(QueryPtr term, ParseSetOperations(0));
  auto query = std::make_shared<Query>(*term);
  const bool was_in_brackets = tokens_.Is(next_ - 1, ")") && tokens_.Is(body, "(");
  const bool has_order = !query->order_by.empty() || query->limit != nullptr ||
                         query->offset != nullptr || !query->sort_by.empty() ||
                         !query->distribute_by.empty();
  if (was_in_brackets && (has_order || !query->with.empty())) {
    // What follows is said of the rows of the query in brackets.
    const int before = next_;
    Query outer;
    ARROW_RETURN_NOT_OK(ParseOrganization(&outer));
    if (next_ == before && with.empty()) return term;
    TableRef table{Subquery{term}};
    table.at = term->at;
    ARROW_ASSIGN_OR_RAISE(outer.body, AllRows(MakeTable(std::move(table))));
    outer.depth = term->depth + 2;
    *query = std::move(outer);
  } else {
    ARROW_RETURN_NOT_OK(ParseOrganization(query.get()));
  }
  query->with.insert(query->with.begin(), with.begin(), with.end());
  if (query->limit != nullptr) query->depth = std::max(query->depth, query->limit->depth + 1);
  if (query->offset != nullptr) query->depth = std::max(query->depth, query->offset->depth + 1);
  for (const CommonTable& table : with)
    query->depth = std::max(query->depth, table.query->depth + 1);
  query->at = From(first);
  if (query->depth > kMaxDepth) return TooDeep(query->at);
  return query;
}

Result<std::vector<CommonTable>> Parser::ParseWith() {
  ++next_;
  if (Is("recursive") && IsName(1)) {
    return Fail(TokenAt(next_), "WITH RECURSIVE is not supported",
                "it has no bound on its rows; write the levels that there are as joins");
  }
  std::vector<CommonTable> tables;
  do {
    const int first = next_;
    CommonTable table;
    ARROW_ASSIGN_OR_RAISE(table.name, ExpectName("the name of a common table"));
    table.at = From(first);
    std::vector<std::string> columns;
    if (Is("(") && !IsQueryStart(1)) {
      ARROW_ASSIGN_OR_RAISE(columns, ParseNameList("a column's name"));
    }
    Accept("as");
    ARROW_RETURN_NOT_OK(Expect("(", "and the query of " + table.name));
    ARROW_ASSIGN_OR_RAISE(table.query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(")", "after the query of " + table.name));
    if (!columns.empty()) {
      TableRef inner{Subquery{table.query}, table.name, std::move(columns)};
      inner.at = table.query->at;
      ARROW_ASSIGN_OR_RAISE(Select renamed, AllRows(MakeTable(std::move(inner))));
      const Location at = table.query->at;
      ARROW_ASSIGN_OR_RAISE(QueryPtr query, MakeQuery(std::move(renamed), first));
      auto placed = std::make_shared<Query>(*query);
      placed->at = at;
      table.query = std::move(placed);
    }
    tables.push_back(std::move(table));
  } while (Accept(","));
  return tables;
}

bool Parser::IsSetOperator() const {
  if (!IsAny({"union", "intersect", "except", "minus", "setminus"})) return false;
  // `minus` and `except` may be names.
  return IsQueryStart(1) || IsAny({"all", "distinct", "by"}, 1);
}

// INTERSECT (2) binds tighter than UNION and EXCEPT (1).
Result<QueryPtr> Parser::ParseSetOperations(int strength) {
  const int first = next_;
  ARROW_ASSIGN_OR_RAISE(QueryPtr left, ParseQueryTerm());
  while (IsSetOperator()) {
    using Kind = SetOperation::Kind;
    const Kind kind = Is("union")       ? Kind::kUnion
                      : Is("intersect") ? Kind::kIntersect
                                        : Kind::kExcept;
    const int found = kind == Kind::kIntersect ? 2 : 1;
    if (found <= strength) break;
    ++next_;
    SetOperation both{kind, Accept("all"), left, nullptr};
    if (!both.all) Accept("distinct");
    both.by_name = Accept("by", "name");
    ARROW_ASSIGN_OR_RAISE(both.right, ParseSetOperations(found));
    ARROW_ASSIGN_OR_RAISE(left, MakeQuery(std::move(both), first));
  }
  if (Is("|") && Is(">", 1)) return Unexpected("a query without the pipe |>");
  return left;
}

// SELECT * FROM `table`.
Result<Select> Parser::AllRows(Result<TableRefPtr> table) const {
  Select select;
  ARROW_ASSIGN_OR_RAISE(select.from, std::move(table));
  ARROW_ASSIGN_OR_RAISE(ExprPtr star, Make(Star{}, select.from->at));
  select.items.push_back({std::move(star), ""});
  return select;
}

Result<QueryPtr> Parser::ParseQueryTerm() {
  const int first = next_;
  if (Is("(")) {
    ++next_;
    ARROW_ASSIGN_OR_RAISE(QueryPtr query, ParseQuery());
    ARROW_RETURN_NOT_OK(Expect(")", "after the query"));
    return query;
  }
  if (Is("values")) {
    ARROW_ASSIGN_OR_RAISE(const TableRefPtr table, ParseInlineTable());
    if (table->alias.empty()) return MakeQuery(std::get<Values>(table->node), first);
    ARROW_ASSIGN_OR_RAISE(Select select, AllRows(table));
    return MakeQuery(std::move(select), first);
  }
  if (Is("table") && IsName(1)) {
    ++next_;
    ARROW_ASSIGN_OR_RAISE(Select select, AllRows(ParseNamedTable()));
    return MakeQuery(std::move(select), first);
  }
  if (Is("select") || Is("from")) return ParseSelect();
  return Unexpected("SELECT");
}

Status Parser::ParseOrganization(Query* query) {
  if (Accept("order", "by")) {
    ARROW_ASSIGN_OR_RAISE(query->order_by, ParseOrder());
  }
  if (Accept("cluster", "by")) {
    ARROW_ASSIGN_OR_RAISE(query->distribute_by, ParseExprs());
    for (const ExprPtr& key : query->distribute_by) query->sort_by.push_back({key});
  }
  if (Accept("distribute", "by")) {
    ARROW_ASSIGN_OR_RAISE(query->distribute_by, ParseExprs());
  }
  if (Accept("sort", "by")) {
    ARROW_ASSIGN_OR_RAISE(query->sort_by, ParseOrder());
  }
  if (auto* select = std::get_if<Select>(&query->body); select != nullptr && Accept("window")) {
    ARROW_RETURN_NOT_OK(ParseWindows(&select->windows));
  }
  if (Accept("limit") && !Accept("all")) {
    ARROW_ASSIGN_OR_RAISE(query->limit, ParseExpr());
  }
  if (Accept("offset")) {
    ARROW_ASSIGN_OR_RAISE(query->offset, ParseExpr());
  }
  return Status::OK();
}

Result<std::vector<OrderKey>> Parser::ParseOrder() {
  std::vector<OrderKey> keys;
  ARROW_RETURN_NOT_OK(ParseList([&]() -> Status {
    OrderKey key;
    ARROW_ASSIGN_OR_RAISE(key.expr, ParseExpr());
    key.descending = Accept("desc");
    if (!key.descending) Accept("asc");
    key.nulls_first = !key.descending;
    if (Accept("nulls")) {
      if (!IsAny({"first", "last"})) return Unexpected("FIRST or LAST after NULLS");
      key.nulls_first = Is("first");
      ++next_;
    }
    keys.push_back(std::move(key));
    return Status::OK();
  }));
  return keys;
}

}  // namespace tarn::sql
