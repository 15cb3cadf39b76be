#include <charconv>

#include "sql/query_converter_internal.h"

namespace tarn::sql {
namespace {

// What a query without a single located part points at: the whole text.
Location WholeText(const ParseContext& context) {
  return context.TokenRange(0, context.tokens().size() - 1);
}

}  // namespace

QueryPtr QueryConverter::Convert(const Json& select) {
  Location at = WholeText(context_);
  QueryPtr query = context_.Enter(at)
                       ? ConvertNested(select)
                       : std::make_shared<const Query>(Query{{}, Select{}, {}, {}, at});
  context_.Leave();
  return query;
}

QueryPtr QueryConverter::ConvertNested(const Json& select) {
  auto query = std::make_shared<Query>();
  query->at = WholeText(context_);
  const Json& with = Member(select, "withClause");
  query->with = ConvertWith(with);
  std::string_view operation = TextMember(select, "op");
  if (operation == "SETOP_NONE") {
    query->body = ConvertSelect(select, &query->at);
  } else {
    query->body = ConvertUnion(select, &query->at);
  }
  query->order_by = exprs_.ConvertOrder(Member(select, "sortClause"));
  if (!query->order_by.empty()) {
    query->at = context_.Join(query->at, query->order_by.back().expr->at);
  }
  query->limit = ConvertLimit(select, &query->at);
  if (!with.empty()) {
    int token = context_.tokens().IndexAt(LocationOf(with));
    query->at = context_.Join(context_.TokenRange(token, token), query->at);
  }
  RejectClauses(select, query->at);
  return query;
}

Select QueryConverter::ConvertSelect(const Json& select, Location* at) {
  Select result;
  const Json& distinct = Member(select, "distinctClause");
  result.distinct = !distinct.empty();
  if (!distinct.empty() && !distinct.front().empty()) {
    ExprPtr first = exprs_.Convert(distinct.front());
    context_.Unsupported(first->at, "DISTINCT ON",
                         "keep row_number() OVER (PARTITION BY … ORDER BY …) = 1 of a subquery");
  }
  for (const Json& target : Member(select, "targetList")) {
    result.items.push_back(ConvertItem(Member(target, "ResTarget")));
  }
  if (!result.items.empty()) {
    int first = context_.FirstToken(result.items.front().expr->at);
    while (first > 0 && !context_.tokens().Is(first, "select")) --first;
    *at = context_.Join(context_.TokenRange(first, first), result.items.back().expr->at);
  }
  auto extend = [&](const Location& part) { *at = context_.Join(*at, part); };
  result.from = ConvertTables(Member(select, "fromClause"));
  if (result.from != nullptr) extend(result.from->at);
  if (select.contains("whereClause")) {
    result.where = exprs_.Convert(Member(select, "whereClause"));
    extend(result.where->at);
  }
  result.group_by = exprs_.ConvertAll(Member(select, "groupClause"));
  if (!result.group_by.empty()) extend(result.group_by.back()->at);
  if (select.contains("havingClause")) {
    result.having = exprs_.Convert(Member(select, "havingClause"));
    extend(result.having->at);
  }
  RejectUnlocated(select, *at);
  return result;
}

// Clauses of a SELECT that make it none of ours.
void QueryConverter::RejectUnlocated(const Json& select, const Location& at) {
  int first = context_.FirstToken(at);
  if (select.contains("valuesLists")) {
    int values = context_.Find(0, "values");
    context_.Unsupported(context_.TokenRange(values, values), "VALUES",
                         "write SELECT 1 AS a UNION ALL SELECT 2");
  } else if (!select.contains("targetList")) {
    context_.Unsupported(at, "a SELECT without columns", "name at least one column");
  }
  if (FlagMember(select, "groupDistinct")) {
    context_.Unsupported(at, "GROUP BY DISTINCT", "write GROUP BY");
  }
  if (select.contains("intoClause")) {
    int into = context_.Find(first, "into");
    context_.Unsupported(context_.TokenRange(into, into), "SELECT INTO",
                         "leave INTO out: the result goes into the file's table");
  }
  if (select.contains("windowClause")) {
    int window = context_.Find(first, "window");
    context_.Unsupported(context_.TokenRange(window, window), "WINDOW",
                         "write OVER (PARTITION BY … ORDER BY …)");
  }
}

Union QueryConverter::ConvertUnion(const Json& select, Location* at) {
  Union result;
  result.all = FlagMember(select, "all");
  result.left = Convert(Member(select, "larg"));
  result.right = Convert(Member(select, "rarg"));
  *at = context_.Join(result.left->at, result.right->at);
  std::string_view operation = TextMember(select, "op");
  if (operation == "SETOP_UNION") return result;
  bool is_except = operation == "SETOP_EXCEPT";
  int token =
      context_.Find(context_.TokenAfter(result.left->at), is_except ? "except" : "intersect");
  context_.Unsupported(context_.TokenRange(token, token), is_except ? "EXCEPT" : "INTERSECT",
                       is_except ? "LEFT JOIN and keep the rows WHERE the right side IS NULL"
                                 : "SELECT DISTINCT over an INNER JOIN");
  return result;
}

SelectItem QueryConverter::ConvertItem(const Json& target) {
  SelectItem item;
  const Json& value = Member(target, "val");
  std::optional<ExprPtr> star = exprs_.ConvertStar(value);
  item.expr = star ? *star : exprs_.Convert(value);
  std::string_view name = TextMember(target, "name");
  if (!name.empty()) {
    int token = context_.TokenAfter(item.expr->at);
    item.alias = context_.OriginalName(name, &token);
  }
  return item;
}

std::vector<CommonTable> QueryConverter::ConvertWith(const Json& with) {
  std::vector<CommonTable> tables;
  if (with.empty()) return tables;
  if (FlagMember(with, "recursive")) {
    int token = context_.tokens().IndexAt(LocationOf(with));
    context_.Unsupported(context_.TokenRange(token, token + 1), "WITH RECURSIVE",
                         "name each step as a table of its own");
  }
  for (const Json& node : Member(with, "ctes")) {
    tables.push_back(ConvertCommonTable(Member(node, "CommonTableExpr")));
  }
  return tables;
}

CommonTable QueryConverter::ConvertCommonTable(const Json& table) {
  int token = context_.tokens().IndexAt(LocationOf(table));
  CommonTable result;
  result.at = context_.TokenRange(token, token);
  result.name = context_.OriginalName(TextMember(table, "ctename"), &token);
  std::vector<std::string> columns;
  for (const Json& column : Member(table, "aliascolnames")) {
    columns.push_back(context_.OriginalName(StringOf(column), &token));
  }
  if (TextMember(table, "ctematerialized") != "CTEMaterializeDefault") {
    int keyword = context_.Find(token, "materialized");
    context_.Unsupported(context_.TokenRange(keyword, keyword), "MATERIALIZED", "leave it out");
  }
  if (table.contains("search_clause") || table.contains("cycle_clause")) {
    context_.Unsupported(result.at, "SEARCH or CYCLE", "leave it out");
  }
  auto [kind, body] = Unwrap(Member(table, "ctequery"));
  if (kind != "SelectStmt") {
    context_.Unsupported(result.at, "a statement other than SELECT in WITH", "write a SELECT");
    result.query = std::make_shared<const Query>(Query{{}, Select{}, {}, {}, result.at});
    return result;
  }
  result.query = Convert(*body);
  if (!columns.empty()) {
    result.query = RenameColumns(result.query, result.name, std::move(columns));
  }
  return result;
}

// `WITH t(a, b) AS (q)` is `SELECT * FROM (q) AS t(a, b)`.
QueryPtr QueryConverter::RenameColumns(QueryPtr query, const std::string& name,
                                       std::vector<std::string> columns) const {
  Location at = query->at;
  auto table = std::make_shared<TableRef>();
  table->node = Subquery{std::move(query)};
  table->alias = name;
  table->column_aliases = std::move(columns);
  table->at = at;
  Select select;
  select.items.push_back({std::make_shared<const Expr>(Expr{Star{}, at}), ""});
  select.from = std::move(table);
  return std::make_shared<const Query>(Query{{}, std::move(select), {}, {}, at});
}

std::optional<int64_t> QueryConverter::ConvertLimit(const Json& select, Location* at) {
  const Json& node = Member(select, "limitCount");
  if (node.empty()) return std::nullopt;
  int after = context_.TokenAfter(*at);
  int fetch = context_.Find(after, "fetch");
  int limit = context_.Find(after, "limit");
  if (fetch >= 0 && (limit < 0 || fetch < limit)) {
    context_.Unsupported(context_.TokenRange(fetch, fetch + 1), "FETCH FIRST", "write LIMIT n");
    return std::nullopt;
  }
  ExprPtr count = exprs_.Convert(node);
  *at = context_.Join(*at, count->at);
  const Literal* literal = std::get_if<Literal>(&count->node);
  if (literal != nullptr && literal->kind == Literal::Kind::kNull) return std::nullopt;
  int64_t value = -1;
  if (literal != nullptr && literal->kind == Literal::Kind::kInteger) {
    const char* end = literal->text.data() + literal->text.size();
    const std::errc error = std::from_chars(literal->text.data(), end, value).ec;
    if (error == std::errc::result_out_of_range && !literal->text.starts_with('-')) {
      context_.Error(count->at, "LIMIT is too large: " + literal->text,
                     "the largest is 9223372036854775807; without LIMIT there is none");
      return std::nullopt;
    }
    if (error != std::errc()) value = -1;
  }
  if (value < 0) {
    context_.Error(count->at, "LIMIT must be a whole number, not negative", "write LIMIT 100");
    return std::nullopt;
  }
  return value;
}

void QueryConverter::RejectClauses(const Json& select, const Location& at) {
  if (select.contains("limitOffset")) {
    ExprPtr offset = exprs_.Convert(Member(select, "limitOffset"));
    context_.Unsupported(offset->at, "OFFSET", "keep the rows that you want by a condition");
  }
  int after = context_.TokenAfter(at);
  if (select.contains("lockingClause")) {
    int token = context_.Find(after, "for");
    context_.Unsupported(context_.TokenRange(token, token + 1), "FOR UPDATE or FOR SHARE",
                         "leave it out: tables are read as they were at the start");
  }
}

}  // namespace tarn::sql
