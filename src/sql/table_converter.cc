#include "sql/query_converter_internal.h"

namespace tarn::sql {

TableRefPtr QueryConverter::ConvertTables(const Json& from) {
  TableRefPtr tables;
  for (const Json& node : from) {
    TableRefPtr table = ConvertTable(node);
    if (tables == nullptr) {
      tables = table;
      continue;
    }
    auto cross = std::make_shared<TableRef>();
    cross->at = context_.Join(tables->at, table->at);
    cross->node = Join{JoinKind::kCross, std::move(tables), std::move(table), nullptr, {}};
    tables = std::move(cross);
  }
  return tables;
}

TableRefPtr QueryConverter::ConvertTable(const Json& node) {
  auto [kind, body] = Unwrap(node);
  if (kind == "RangeVar") return ConvertNamedTable(*body);
  if (kind == "RangeSubselect") return ConvertSubquery(*body);
  if (kind != "JoinExpr") return RejectTable(kind, node);
  int token = context_.tokens().IndexAt(FirstLocation(*body));
  TableRefPtr table = context_.Enter(context_.TokenRange(token, token))
                          ? ConvertJoin(*body)
                          : std::make_shared<TableRef>();
  context_.Leave();
  return table;
}

TableRefPtr QueryConverter::RejectTable(std::string_view kind, const Json& node) {
  int token = context_.tokens().IndexAt(FirstLocation(node));
  Location at = context_.TokenRange(token, token);
  if (kind == "RangeTableSample") {
    context_.Unsupported(at, "TABLESAMPLE", "filter by a condition");
  } else {
    context_.Unsupported(at, "a function in FROM", "read from a source, a table or a subquery");
  }
  auto table = std::make_shared<TableRef>();
  table->at = at;
  return table;
}

TableRefPtr QueryConverter::ConvertNamedTable(const Json& range) {
  int token = context_.tokens().IndexAt(LocationOf(range));
  auto table = std::make_shared<TableRef>();
  table->at = context_.TokenRange(token, token);
  if (range.contains("schemaname")) {
    context_.Unsupported(table->at, "a schema before a table",
                         "write the name of the source or table");
  } else if (!FlagMember(range, "inh")) {
    context_.Unsupported(table->at, "ONLY", "leave it out");
  }
  table->node = NamedTable{context_.OriginalName(TextMember(range, "relname"), &token)};
  ConvertAlias(range, token, table.get());
  return table;
}

TableRefPtr QueryConverter::ConvertSubquery(const Json& range) {
  auto table = std::make_shared<TableRef>();
  QueryPtr query = Convert(Member(Member(range, "subquery"), "SelectStmt"));
  table->at = query->at;
  if (FlagMember(range, "lateral")) {
    context_.Unsupported(table->at, "LATERAL", "join with a subquery that does not look outside");
  }
  ConvertAlias(range, context_.AfterBrackets(query->at), table.get());
  table->node = Subquery{std::move(query)};
  return table;
}

void QueryConverter::ConvertAlias(const Json& range, int after, TableRef* table) {
  const Json& alias = Member(range, "alias");
  if (alias.empty()) return;
  table->alias = context_.OriginalName(TextMember(alias, "aliasname"), &after);
  for (const Json& column : Member(alias, "colnames")) {
    table->column_aliases.push_back(context_.OriginalName(StringOf(column), &after));
  }
}

TableRefPtr QueryConverter::ConvertJoin(const Json& join) {
  auto table = std::make_shared<TableRef>();
  Join result;
  result.left = ConvertTable(Member(join, "larg"));
  result.right = ConvertTable(Member(join, "rarg"));
  table->at = context_.Join(result.left->at, result.right->at);
  std::string_view type = TextMember(join, "jointype");
  result.kind = type == "JOIN_LEFT"    ? JoinKind::kLeft
                : type == "JOIN_RIGHT" ? JoinKind::kRight
                : type == "JOIN_FULL"  ? JoinKind::kFull
                                       : JoinKind::kInner;
  if (join.contains("quals")) {
    result.on = exprs_.Convert(Member(join, "quals"));
    table->at = context_.Join(table->at, result.on->at);
  } else if (join.contains("usingClause")) {
    ConvertUsing(join, &result, &table->at);
  } else {
    result.kind = JoinKind::kCross;
  }
  if (FlagMember(join, "isNatural")) {
    context_.Unsupported(table->at, "NATURAL JOIN", "name the columns: JOIN … USING (a, b)");
  }
  if (join.contains("alias") || join.contains("join_using_alias")) {
    context_.Unsupported(table->at, "a name for a join", "name the tables in it");
  }
  table->node = std::move(result);
  return table;
}

void QueryConverter::ConvertUsing(const Json& join, Join* out, Location* at) {
  const TokenList& tokens = context_.tokens();
  int token = context_.Find(context_.TokenAfter(out->right->at), "using");
  int last = tokens.Is(token + 1, "(") ? tokens[token + 1].matching : token;
  for (const Json& column : Member(join, "usingClause")) {
    out->using_columns.push_back(context_.OriginalName(StringOf(column), &token));
  }
  *at = context_.Join(*at, context_.TokenRange(last, last));
}

}  // namespace tarn::sql
