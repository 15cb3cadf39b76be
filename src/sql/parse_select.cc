#include <algorithm>

#include "sql/parser_internal.h"

namespace tarn::sql {
namespace {

// Words that follow an item of the select list; as its name they need AS or quotes.
constexpr std::string_view kAfterItem[] = {
    "from",    "where",      "group",  "having",  "order",  "union",   "intersect", "except",
    "minus",   "setminus",   "limit",  "offset",  "window", "qualify", "lateral",   "cluster",
    "sort",    "distribute", "join",   "inner",   "left",   "right",   "full",      "cross",
    "natural", "on",         "using",  "and",     "or",     "is",      "in",        "like",
    "ilike",   "rlike",      "regexp", "between", "then",   "when",    "else",      "not",
    "as",      "escape",     "div",    "pivot",   "for",    "unpivot",
};

}  // namespace

bool Parser::IsAliasHere() const {
  if (IsKind(Token::Kind::kQuotedName)) return true;
  if (!IsKind(Token::Kind::kName)) return false;
  const bool follows = std::any_of(std::begin(kAfterItem), std::end(kAfterItem),
                                   [&](std::string_view word) { return Is(word); });
  // `SELECT a sort FROM t`: before what can only end an item, such a word is its name.
  return !follows || (IsAny({"left", "right", "limit", "offset", "minus", "sort", "cluster"}) &&
                      IsAny({",", "from"}, 1));
}

Result<QueryPtr> Parser::ParseSelect() {
  const int first = next_;
  Select select;
  const bool from_first = Accept("from");
  if (from_first) {
    ARROW_ASSIGN_OR_RAISE(select.from, ParseFrom());
  }
  ARROW_RETURN_NOT_OK(Expect("select", "after FROM"));
  const bool is_name = IsAny({",", ")", "."}, 1);
  if (!is_name && Is("distinct")) select.distinct = true;
  if (!is_name && IsAny({"distinct", "all"})) ++next_;
  ARROW_RETURN_NOT_OK(ParseSelectList(&select));
  if (!from_first && Accept("from")) {
    ARROW_ASSIGN_OR_RAISE(select.from, ParseFrom());
  }
  ARROW_RETURN_NOT_OK(ParseSelectClauses(&select));
  return MakeQuery(std::move(select), first);
}

Status Parser::ParseSelectList(Select* select) {
  return ParseList([&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(SelectItem item, ParseSelectItem());
    select->items.push_back(std::move(item));
    return Status::OK();
  });
}

Result<SelectItem> Parser::ParseSelectItem() {
  SelectItem item;
  ARROW_ASSIGN_OR_RAISE(item.expr, ParseExpr());
  const bool has_as = Accept("as");
  if (has_as && Is("(")) {
    ARROW_ASSIGN_OR_RAISE(item.aliases, ParseNameList("a column's name"));
  } else if (has_as || IsAliasHere()) {
    ARROW_ASSIGN_OR_RAISE(item.alias, ExpectName("a name after AS"));
    if (Is("-") && IsName(1)) {
      return Fail(From(next_ - 1), "a name with a hyphen needs quotes",
                  "write it in backticks: `" + item.alias + "-" + tokens_.NameOf(next_ + 1) + "`");
    }
  }
  return item;
}

Status Parser::ParseSelectClauses(Select* select) {
  while (Is("lateral") && Is("view", 1)) {
    ARROW_ASSIGN_OR_RAISE(select->from, ParseLateralView(select->from, next_));
  }
  if (Accept("where")) {
    ARROW_ASSIGN_OR_RAISE(select->where, ParseExpr());
  }
  if (Accept("group", "by")) ARROW_RETURN_NOT_OK(ParseGroupBy(select));
  if (Accept("having")) {
    ARROW_ASSIGN_OR_RAISE(select->having, ParseExpr());
  }
  if (Accept("window")) ARROW_RETURN_NOT_OK(ParseWindows(&select->windows));
  if (Accept("qualify")) {
    ARROW_ASSIGN_OR_RAISE(select->qualify, ParseExpr());
  }
  if (select->windows.empty() && Accept("window")) return ParseWindows(&select->windows);
  return Status::OK();
}

Status Parser::ParseWindows(std::vector<NamedWindow>* windows) {
  return ParseList([&]() -> Status {
    NamedWindow window;
    ARROW_ASSIGN_OR_RAISE(window.name, ExpectName("a window's name"));
    ARROW_RETURN_NOT_OK(Expect("as", "after the window's name"));
    ARROW_ASSIGN_OR_RAISE(window.spec, ParseWindow());
    windows->push_back(std::move(window));
    return Status::OK();
  });
}

bool Parser::IsGroupingSets() const {
  return (Is("grouping") && Is("sets", 1)) || (IsAny({"rollup", "cube"}) && Is("(", 1));
}

Status Parser::ParseGroupBy(Select* select) {
  if (Is("all") && !IsAny({".", "("}, 1)) {
    ++next_;
    select->group_by_all = true;
    return Status::OK();
  }
  const int first = next_;
  ARROW_RETURN_NOT_OK(ParseList([&]() -> Status {
    if (IsGroupingSets()) {
      ARROW_ASSIGN_OR_RAISE(GroupingSets sets, ParseGroupingSets());
      select->grouping_sets.push_back(std::move(sets));
      return Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(ExprPtr key, ParseExpr());
    select->group_by.push_back(std::move(key));
    return Status::OK();
  }));
  if (Is("grouping") && Is("sets", 1)) {
    // `GROUP BY a, b GROUPING SETS (…)`: the sets say all; the keys before are only named.
    ARROW_ASSIGN_OR_RAISE(GroupingSets sets, ParseGroupingSets());
    select->grouping_sets.push_back(std::move(sets));
    select->group_by.clear();
  }
  const bool rollup = Is("with") && Is("rollup", 1), cube = Is("with") && Is("cube", 1);
  if (!rollup && !cube) return Status::OK();
  next_ += 2;
  GroupingSets sets;
  sets.kind = rollup ? GroupingSets::Kind::kRollup : GroupingSets::Kind::kCube;
  for (const ExprPtr& key : select->group_by) sets.sets.push_back({key});
  sets.at = From(first);
  select->group_by.clear();
  select->grouping_sets.push_back(std::move(sets));
  return Status::OK();
}

Result<GroupingSets> Parser::ParseGroupingSets() {
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  const int first = next_;
  GroupingSets sets;
  if (Accept("rollup")) {
    sets.kind = GroupingSets::Kind::kRollup;
  } else if (Accept("cube")) {
    sets.kind = GroupingSets::Kind::kCube;
  } else {
    next_ += 2;
  }
  ARROW_RETURN_NOT_OK(Expect("(", "before the grouping sets"));
  do {
    if (sets.kind == GroupingSets::Kind::kSets && IsGroupingSets()) {
      ARROW_ASSIGN_OR_RAISE(GroupingSets nested_sets, ParseGroupingSets());
      sets.nested.push_back(std::move(nested_sets));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(std::vector<ExprPtr> set, ParseGroupingSet());
    sets.sets.push_back(std::move(set));
  } while (Accept(","));
  ARROW_RETURN_NOT_OK(Expect(")", "after the grouping sets"));
  sets.at = From(first);
  return sets;
}

// `(a, b)`, `()`, or one expression.
Result<std::vector<ExprPtr>> Parser::ParseGroupingSet() {
  if (Accept("(", ")")) return std::vector<ExprPtr>();
  const int close = Is("(") ? tokens_[next_].matching : -1;
  const bool is_list = close >= 0 && (tokens_.Is(close + 1, ",") || tokens_.Is(close + 1, ")"));
  if (!is_list) {
    ARROW_ASSIGN_OR_RAISE(ExprPtr key, ParseExpr());
    return std::vector<ExprPtr>{std::move(key)};
  }
  ++next_;
  ARROW_ASSIGN_OR_RAISE(std::vector<ExprPtr> set, ParseExprs());
  ARROW_RETURN_NOT_OK(Expect(")", "after the grouping set"));
  return set;
}

}  // namespace tarn::sql
