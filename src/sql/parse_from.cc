#include <algorithm>

#include "base/ascii.h"
#include "base/lower_ascii.h"
#include "sql/parser_internal.h"

namespace tarn::sql {
namespace {

// Words that follow a table; as its alias they need quotes.
constexpr std::string_view kAfterTable[] = {
    "where",      "group", "having", "order",  "union",   "intersect", "except",      "minus",
    "setminus",   "limit", "offset", "window", "qualify", "lateral",   "cluster",     "sort",
    "distribute", "join",  "inner",  "left",   "right",   "full",      "cross",       "natural",
    "semi",       "anti",  "on",     "using",  "pivot",   "unpivot",   "tablesample", "as",
    "select",     "with",  "for",    "from",   "and",     "or",        "version",     "timestamp",
};

int DepthOf(const ExprPtr& expr) { return expr == nullptr ? 0 : expr->depth; }

// read_json('path'), read_parquet('path') and read_csv('path').
std::optional<NamedTable> FilesOf(const Expr& expr) {
  const auto* call = std::get_if<Call>(&expr.node);
  if (call == nullptr || call->args.size() != 1) return std::nullopt;
  const auto* path = std::get_if<Literal>(&call->args[0]->node);
  if (path == nullptr || path->kind != Literal::Kind::kString) return std::nullopt;
  if (call->name == "read_json") return NamedTable{path->text, {}, "json"};
  if (call->name == "read_parquet") return NamedTable{path->text, {}, "parquet"};
  if (call->name == "read_csv") return NamedTable{path->text, {}, "csv"};
  return std::nullopt;
}

struct TableDepth {
  int operator()(const NamedTable&) const { return 0; }
  int operator()(const Subquery& subquery) const { return subquery.query->depth; }
  int operator()(const TableFunction& function) const { return DepthOf(function.call); }
  int operator()(const Pivot& pivot) const { return pivot.input->depth; }
  int operator()(const Unpivot& unpivot) const { return unpivot.input->depth; }
  int operator()(const LateralView& view) const {
    return std::max(view.input == nullptr ? 0 : view.input->depth, DepthOf(view.call));
  }
  int operator()(const Join& join) const {
    return std::max({join.left->depth, join.right->depth, DepthOf(join.on)});
  }
  int operator()(const Values& values) const {
    int depth = 0;
    for (const std::vector<ExprPtr>& row : values.rows) {
      for (const ExprPtr& value : row) depth = std::max(depth, value->depth);
    }
    return depth;
  }
};

}  // namespace

Result<TableRefPtr> Parser::MakeTable(TableRef table) const {
  table.depth = 1 + std::visit(TableDepth{}, table.node);
  if (table.depth > kMaxDepth) return TooDeep(table.at);
  return std::make_shared<const TableRef>(std::move(table));
}

// A list of relations with commas between them, as cross joins.
Result<TableRefPtr> Parser::ParseFrom() {
  const int first = next_;
  TableRefPtr from;
  ARROW_RETURN_NOT_OK(ParseList([&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(TableRefPtr relation, ParseRelation());
    if (from != nullptr) {
      Join join{JoinKind::kCross, from, std::move(relation), nullptr, {}};
      TableRef table{std::move(join)};
      table.at = From(first);
      ARROW_ASSIGN_OR_RAISE(relation, MakeTable(std::move(table)));
    }
    from = std::move(relation);
    return Status::OK();
  }));
  while (Is("lateral") && Is("view", 1)) {
    ARROW_ASSIGN_OR_RAISE(from, ParseLateralView(from, first));
  }
  return from;
}

bool Parser::IsJoinHere() const {
  if (Is("join")) return true;
  if (IsAny({"inner", "cross", "semi", "anti", "natural"})) {
    return IsAny({"join", "inner", "left", "right", "full", "semi", "anti", "cross"}, 1);
  }
  return IsAny({"left", "right", "full"}) && IsAny({"join", "outer", "semi", "anti"}, 1);
}

Result<TableRefPtr> Parser::ParseRelation() {
  const int first = next_;
  ARROW_ASSIGN_OR_RAISE(TableRefPtr relation, ParseTable());
  while (true) {
    if (IsJoinHere()) {
      const bool natural = Accept("natural");
      ARROW_ASSIGN_OR_RAISE(std::optional<JoinKind> kind, ParseJoinKind());
      ARROW_ASSIGN_OR_RAISE(relation, ParseJoin(relation, *kind, natural, first));
    } else if (Is("pivot") && Is("(", 1)) {
      ARROW_ASSIGN_OR_RAISE(relation, ParsePivot(relation, first));
    } else if (Is("unpivot") && IsAny({"(", "include", "exclude"}, 1)) {
      ARROW_ASSIGN_OR_RAISE(relation, ParseUnpivot(relation, first));
    } else {
      return relation;
    }
  }
}

Result<std::optional<JoinKind>> Parser::ParseJoinKind() {
  JoinKind kind = JoinKind::kInner;
  if (Accept("cross")) {
    kind = JoinKind::kCross;
  } else if (Accept("right")) {
    kind = JoinKind::kRight;
  } else if (Accept("full")) {
    kind = JoinKind::kFull;
  } else if (!Accept("inner") && Accept("left")) {
    kind = JoinKind::kLeft;
  }
  const bool may_be_semi = kind == JoinKind::kInner || kind == JoinKind::kLeft;
  if (may_be_semi && Accept("semi")) {
    kind = JoinKind::kLeftSemi;
  } else if (may_be_semi && Accept("anti")) {
    kind = JoinKind::kLeftAnti;
  } else if (kind != JoinKind::kInner && kind != JoinKind::kCross) {
    Accept("outer");
  }
  ARROW_RETURN_NOT_OK(Expect("join", "between the tables"));
  return kind;
}

Result<TableRefPtr> Parser::ParseJoin(TableRefPtr left, JoinKind kind, bool natural, int first) {
  Join join;
  join.kind = kind;
  join.natural = natural;
  join.left = std::move(left);
  ARROW_ASSIGN_OR_RAISE(join.right, ParseTable());
  if (Accept("on")) {
    ARROW_ASSIGN_OR_RAISE(join.on, ParseExpr());
  } else if (Accept("using")) {
    ARROW_ASSIGN_OR_RAISE(join.using_columns, ParseNameList("a column's name"));
  }
  TableRef table{std::move(join)};
  table.at = From(first);
  return MakeTable(std::move(table));
}

Result<TableRefPtr> Parser::ParseTable() {
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  if (Is("lateral") && !Is("view", 1)) {
    ++next_;
    ARROW_ASSIGN_OR_RAISE(TableRefPtr table, ParseTable());
    auto lateral = std::make_shared<TableRef>(*table);
    lateral->lateral = true;
    return lateral;
  }
  if (Is("(")) return ParseBracketTable();
  if (Is("values") && !IsAny({",", ".", ")"}, 1) && next_ + 1 < tokens_.size()) {
    return ParseInlineTable();
  }
  return ParseNamedTable();
}

Result<TableRefPtr> Parser::ParseNamedTable() {
  const int first = next_;
  const bool is_clause = IsKind(Token::Kind::kName) &&
                         IsAny({"select", "where", "group", "order", "having", "on", "join"}) &&
                         !IsAny({",", ")", "."}, 1);
  if (is_clause) return Unexpected("a table");
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> parts, ParseDottedName("a table"));
  if (Is("(")) return ParseTableFunction(std::move(parts), first);
  NamedTable named{parts.back()};
  parts.pop_back();
  if (parts.size() == 1 && (SameName(parts[0], "json") || SameName(parts[0], "parquet"))) {
    named.format = LowerAscii(parts[0]);
    parts.clear();
  }
  named.schema = std::move(parts);
  TableRef table{std::move(named)};
  table.at = From(first);
  ARROW_RETURN_NOT_OK(ParseSample(&table));
  ARROW_RETURN_NOT_OK(ParseTableAlias(&table));
  return MakeTable(std::move(table));
}

Result<TableRefPtr> Parser::ParseTableFunction(std::vector<std::string> name, int first) {
  ARROW_ASSIGN_OR_RAISE(ExprPtr call, ParseCall(std::move(name), first));
  const std::optional<NamedTable> files = FilesOf(*call);
  TableRef table;
  if (files) {
    table.node = *files;
  } else {
    table.node = TableFunction{std::move(call)};
  }
  table.at = From(first);
  ARROW_RETURN_NOT_OK(ParseTableAlias(&table));
  return MakeTable(std::move(table));
}

// A query, or a relation such as a join.
Result<TableRefPtr> Parser::ParseBracketTable() {
  ++next_;
  if (IsQueryStart()) {
    ARROW_ASSIGN_OR_RAISE(QueryPtr query, ParseQuery());
    TableRef table{Subquery{query}};
    table.at = query->at;
    ARROW_RETURN_NOT_OK(Expect(")", "after the query"));
    ARROW_RETURN_NOT_OK(ParseSample(&table));
    ARROW_RETURN_NOT_OK(ParseTableAlias(&table));
    return MakeTable(std::move(table));
  }
  ARROW_ASSIGN_OR_RAISE(TableRefPtr relation, ParseRelation());
  ARROW_RETURN_NOT_OK(Expect(")", "after the tables"));
  TableRef table = *relation;
  const int before = next_;
  ARROW_RETURN_NOT_OK(ParseSample(&table));
  TableRef named = table;
  named.alias.clear();
  named.column_aliases.clear();
  ARROW_RETURN_NOT_OK(ParseTableAlias(&named));
  if (next_ == before) return relation;
  return MakeTable(named.alias.empty() ? std::move(table) : std::move(named));
}

Result<TableRefPtr> Parser::ParseLateralView(TableRefPtr input, int first) {
  next_ += 2;
  LateralView view;
  view.input = std::move(input);
  view.outer = Accept("outer");
  const int call = next_;
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> name, ParseDottedName("a generator function"));
  if (!Is("(")) return Unexpected("( after the generator function");
  ARROW_ASSIGN_OR_RAISE(view.call, ParseCall(std::move(name), call));
  TableRef table{std::move(view)};
  table.at = From(first);
  const auto is_end = [&] {
    return std::any_of(std::begin(kAfterTable), std::end(kAfterTable),
                       [&](std::string_view word) { return Is(word); });
  };
  if (IsName() && !is_end()) {
    ARROW_ASSIGN_OR_RAISE(table.alias, ExpectName("a table's name"));
  }
  if (Accept("as") || (IsName() && !is_end())) {
    do {
      ARROW_ASSIGN_OR_RAISE(table.column_aliases.emplace_back(), ExpectName("a column's name"));
    } while (Accept(","));
  }
  return MakeTable(std::move(table));
}

Result<TableRefPtr> Parser::ParsePivot(TableRefPtr input, int first) {
  next_ += 2;
  Pivot pivot;
  pivot.input = std::move(input);
  const auto parse_items = [&](std::vector<SelectItem>* items) {
    return ParseList([&]() -> Status {
      ARROW_ASSIGN_OR_RAISE(SelectItem item, ParseSelectItem());
      items->push_back(std::move(item));
      return Status::OK();
    });
  };
  ARROW_RETURN_NOT_OK(parse_items(&pivot.aggregates));
  ARROW_RETURN_NOT_OK(Expect("for", "and the columns to pivot by"));
  if (Is("(")) {
    ARROW_ASSIGN_OR_RAISE(pivot.columns, ParseNameList("a column's name"));
  } else {
    ARROW_ASSIGN_OR_RAISE(pivot.columns.emplace_back(), ExpectName("a column's name"));
  }
  ARROW_RETURN_NOT_OK(Expect("in", "and the values to pivot by"));
  ARROW_RETURN_NOT_OK(Expect("(", "before the values"));
  ARROW_RETURN_NOT_OK(parse_items(&pivot.values));
  ARROW_RETURN_NOT_OK(Expect(")", "after the values"));
  ARROW_RETURN_NOT_OK(Expect(")", "of PIVOT"));
  TableRef table{std::move(pivot)};
  table.at = From(first);
  ARROW_RETURN_NOT_OK(ParseTableAlias(&table));
  return MakeTable(std::move(table));
}

Result<TableRefPtr> Parser::ParseUnpivot(TableRefPtr input, int first) {
  ++next_;
  Unpivot unpivot;
  unpivot.input = std::move(input);
  unpivot.include_nulls = Accept("include", "nulls");
  Accept("exclude", "nulls");
  ARROW_RETURN_NOT_OK(Expect("(", "after UNPIVOT"));
  const bool several = Is("(");
  if (several) {
    ARROW_ASSIGN_OR_RAISE(unpivot.value_columns, ParseNameList("a column's name"));
  } else {
    ARROW_ASSIGN_OR_RAISE(unpivot.value_columns.emplace_back(), ExpectName("a column's name"));
  }
  ARROW_RETURN_NOT_OK(Expect("for", "and a name for the column of names"));
  ARROW_ASSIGN_OR_RAISE(unpivot.name_column, ExpectName("a column's name"));
  ARROW_RETURN_NOT_OK(Expect("in", "and the columns"));
  ARROW_RETURN_NOT_OK(ParseUnpivotSets(&unpivot, several));
  ARROW_RETURN_NOT_OK(Expect(")", "of UNPIVOT"));
  TableRef table{std::move(unpivot)};
  table.at = From(first);
  ARROW_RETURN_NOT_OK(ParseTableAlias(&table));
  return MakeTable(std::move(table));
}

Status Parser::ParseUnpivotSets(Unpivot* unpivot, bool several) {
  ARROW_RETURN_NOT_OK(Expect("(", "before the columns"));
  do {
    Unpivot::ColumnSet set;
    if (several) ARROW_RETURN_NOT_OK(Expect("(", "before the columns"));
    do {
      ARROW_ASSIGN_OR_RAISE(set.columns.emplace_back(), ParseDottedName("a column's name"));
    } while (several && Accept(","));
    if (several) ARROW_RETURN_NOT_OK(Expect(")", "after the columns"));
    if (Accept("as") || IsName()) {
      ARROW_ASSIGN_OR_RAISE(set.alias, ExpectName("a name after AS"));
    }
    unpivot->sets.push_back(std::move(set));
  } while (Accept(","));
  return Expect(")", "after the columns");
}

// VALUES, with its alias. A row is an expression, and that of several columns a row in brackets.
Result<TableRefPtr> Parser::ParseInlineTable() {
  const int first = next_++;
  Values values;
  ARROW_RETURN_NOT_OK(ParseList([&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(ExprPtr row, ParseExpr());
    const auto* call = std::get_if<Call>(&row->node);
    const bool is_row = call != nullptr && call->name == "struct" && row->at.text != nullptr &&
                        text_->sql[row->at.begin] == '(';
    values.rows.push_back(is_row ? call->args : std::vector<ExprPtr>{row});
    return Status::OK();
  }));
  TableRef table{std::move(values)};
  table.at = From(first);
  ARROW_RETURN_NOT_OK(ParseTableAlias(&table));
  return MakeTable(std::move(table));
}

Status Parser::ParseSample(TableRef* table) {
  if (!Is("tablesample") || !Is("(", 1)) return Status::OK();
  next_ += 2;
  Sample sample;
  if (Accept("bucket")) {
    sample.kind = Sample::Kind::kBuckets;
    ARROW_ASSIGN_OR_RAISE(sample.amount, ParseValue());
    if (!Accept("out", "of")) return Unexpected("OUT OF after the bucket's number");
    ARROW_ASSIGN_OR_RAISE(sample.num_buckets, ExpectInteger("the number of buckets"));
    if (Accept("on")) {
      ARROW_RETURN_NOT_OK(ParseValue());
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(sample.amount, ParseValue());
    sample.kind = Sample::Kind::kBytes;
    if (Accept("percent")) sample.kind = Sample::Kind::kPercent;
    if (Accept("rows")) sample.kind = Sample::Kind::kRows;
  }
  ARROW_RETURN_NOT_OK(Expect(")", "after the size of the sample"));
  if (Is("repeatable") && Is("(", 1)) {
    next_ += 2;
    ARROW_ASSIGN_OR_RAISE(sample.seed, ExpectInteger("a seed"));
    ARROW_RETURN_NOT_OK(Expect(")", "after the seed"));
  }
  table->sample = std::move(sample);
  return Status::OK();
}

Status Parser::ParseTableAlias(TableRef* table) {
  const bool ends =
      IsKind(Token::Kind::kName) && std::any_of(std::begin(kAfterTable), std::end(kAfterTable),
                                                [&](std::string_view word) { return Is(word); });
  if (!Accept("as") && (!IsName() || ends)) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(table->alias, ExpectName("a table's name"));
  if (Is("(")) {
    ARROW_ASSIGN_OR_RAISE(table->column_aliases, ParseNameList("a column's name"));
  }
  return Status::OK();
}

}  // namespace tarn::sql
