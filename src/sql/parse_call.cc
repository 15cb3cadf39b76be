#include <algorithm>

#include "base/lower_ascii.h"
#include "sql/parser_internal.h"

namespace tarn::sql {
namespace {

// Functions whose first argument may be a unit of time, without quotes, and Spark's one name for
// each two of them.
std::string_view UnitFunction(std::string_view name) {
  if (name == "timestampadd" || name == "dateadd" || name == "date_add") return "timestampadd";
  if (name == "timestampdiff" || name == "datediff" || name == "date_diff" || name == "timediff") {
    return "timestampdiff";
  }
  return "";
}

}  // namespace

Result<ExprPtr> Parser::ParseCall(std::vector<std::string> name, int first) {
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  Call call;
  call.name = LowerAscii(name.back());
  name.pop_back();
  call.schema = std::move(name);
  ++next_;
  if (call.schema.empty() && tokens_[first].kind == Token::Kind::kName) {
    ARROW_ASSIGN_OR_RAISE(std::optional<ExprPtr> special, ParseSpecialCall(call.name, first));
    if (special) return *std::move(special);
  }
  if (!Is(")")) {
    // `ALL` before the arguments is what they are without it; a column may have that name.
    const bool is_name = IsAny({",", ")", "."}, 1);
    if (!is_name && Is("distinct")) call.distinct = true;
    if (!is_name && IsAny({"distinct", "all"})) ++next_;
    ARROW_RETURN_NOT_OK(ParseArguments(&call));
  }
  if (Accept("ignore", "nulls")) call.ignore_nulls = true;
  if (Accept("respect", "nulls")) call.respect_nulls = true;
  ARROW_RETURN_NOT_OK(Expect(")", "after the arguments of " + call.name));
  ARROW_RETURN_NOT_OK(ParseCallClauses(&call));
  return Make(std::move(call), From(first));
}

Status Parser::ParseArguments(Call* call) {
  ARROW_RETURN_NOT_OK(ParseList([&] { return ParseArgument(call); }));
  const bool has_names = std::any_of(call->arg_names.begin(), call->arg_names.end(),
                                     [](const std::string& name) { return !name.empty(); });
  if (!has_names) call->arg_names.clear();
  return Status::OK();
}

Status Parser::ParseArgument(Call* call) {
  std::string name;
  if (IsName() && Is("=>", 1)) {
    ARROW_ASSIGN_OR_RAISE(name, ExpectName("an argument's name"));
    ++next_;
  }
  const int first = next_;
  ExprPtr arg;
  if (Is("table") && (Is("(", 1) || IsName(1))) {
    // An argument that is a table; of its partitioning nothing is known here.
    next_ += Is("(", 1) ? 1 : 0;
    const bool in_brackets = Accept("(") && IsQueryStart();
    Result<QueryPtr> query = in_brackets ? ParseQuery() : ParseQueryTerm();
    ARROW_RETURN_NOT_OK(query);
    if (tokens_.Is(first + 1, "(")) ARROW_RETURN_NOT_OK(Expect(")", "after the table"));
    ARROW_ASSIGN_OR_RAISE(arg, Make(ScalarSubquery{*query}, From(first)));
  } else {
    ARROW_ASSIGN_OR_RAISE(arg, ParseExpr());
  }
  const bool is_row = call->name == "struct";
  if (is_row && (Accept("as") || IsName())) {
    ARROW_ASSIGN_OR_RAISE(name, ExpectName("a field's name"));
  }
  call->args.push_back(std::move(arg));
  call->arg_names.push_back(std::move(name));
  return Status::OK();
}

Status Parser::ParseCallClauses(Call* call) {
  if (Is("within") && Is("group", 1)) {
    next_ += 2;
    ARROW_RETURN_NOT_OK(Expect("(", "after WITHIN GROUP"));
    ARROW_RETURN_NOT_OK(Expect("order", "BY in WITHIN GROUP"));
    ARROW_RETURN_NOT_OK(Expect("by", "after ORDER"));
    ARROW_ASSIGN_OR_RAISE(call->within_group, ParseOrder());
    ARROW_RETURN_NOT_OK(Expect(")", "after the order of WITHIN GROUP"));
  }
  if (Is("filter") && Is("(", 1)) {
    next_ += 2;
    ARROW_RETURN_NOT_OK(Expect("where", "in FILTER"));
    ARROW_ASSIGN_OR_RAISE(call->filter, ParseExpr());
    ARROW_RETURN_NOT_OK(Expect(")", "after the condition of FILTER"));
  }
  if (Accept("ignore", "nulls")) call->ignore_nulls = true;
  if (Accept("respect", "nulls")) call->respect_nulls = true;
  if (Is("over") && (Is("(", 1) || IsName(1))) {
    ++next_;
    ARROW_ASSIGN_OR_RAISE(call->over, ParseWindow());
  }
  return Status::OK();
}

// After the bracket of a function whose arguments have a grammar of their own. None: they are
// written as those of any other.
Result<std::optional<ExprPtr>> Parser::ParseSpecialCall(const std::string& name, int first) {
  const int close = tokens_[next_ - 1].matching;
  const int depth = tokens_[next_ - 1].depth + 1;
  const auto has = [&](std::string_view word) {
    for (int i = next_; i < close; ++i) {
      if (tokens_[i].depth == depth && tokens_.Is(i, word)) return true;
    }
    return false;
  };
  Result<ExprPtr> call = ExprPtr();
  if (name == "extract" && has("from")) {
    call = ParseExtract(first);
  } else if ((name == "substring" || name == "substr") && has("from")) {
    call = ParseSubstring(name, first);
  } else if (name == "trim" && has("from")) {
    call = ParseTrim(first);
  } else if (name == "overlay" && has("placing")) {
    call = ParseOverlay(first);
  } else if (name == "position" && has("in") && !has(",")) {
    call = ParsePosition(first);
  } else if (!UnitFunction(name).empty() && IsKind(Token::Kind::kName) && Is(",", 1) && has(",")) {
    int num_commas = 0;
    for (int i = next_; i < close; ++i) {
      num_commas += tokens_[i].depth == depth && tokens_.Is(i, ",") ? 1 : 0;
    }
    if (num_commas != 2) return std::nullopt;
    call = ParseUnitCall(std::string(UnitFunction(name)), first);
  } else {
    return std::nullopt;
  }
  ARROW_RETURN_NOT_OK(call);
  return *std::move(call);
}

Result<ExprPtr> Parser::ParseExtract(int first) {
  const int field = next_;
  ARROW_ASSIGN_OR_RAISE(std::string name, ExpectName("a field such as YEAR"));
  ARROW_ASSIGN_OR_RAISE(ExprPtr text, MakeString(LowerAscii(name), From(field)));
  ARROW_RETURN_NOT_OK(Expect("from", "after the field"));
  ARROW_ASSIGN_OR_RAISE(ExprPtr value, ParseValue());
  ARROW_RETURN_NOT_OK(Expect(")", "after the value of EXTRACT"));
  return MakeCall("extract", {std::move(text), std::move(value)}, From(first));
}

Result<ExprPtr> Parser::ParseSubstring(const std::string& name, int first) {
  std::vector<ExprPtr> args;
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  ARROW_RETURN_NOT_OK(Expect("from", "after the text"));
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  if (Accept("for")) {
    ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  }
  ARROW_RETURN_NOT_OK(Expect(")", "after the arguments of " + name));
  return MakeCall(name, std::move(args), From(first));
}

Result<ExprPtr> Parser::ParseTrim(int first) {
  std::string name = Is("leading") ? "ltrim" : Is("trailing") ? "rtrim" : "trim";
  if (IsAny({"both", "leading", "trailing"})) ++next_;
  std::vector<ExprPtr> args;
  if (!Is("from")) {
    ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  }
  ARROW_RETURN_NOT_OK(Expect("from", "and a text in TRIM"));
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  ARROW_RETURN_NOT_OK(Expect(")", "after the text of TRIM"));
  return MakeCall(std::move(name), std::move(args), From(first));
}

Result<ExprPtr> Parser::ParseOverlay(int first) {
  std::vector<ExprPtr> args;
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  ARROW_RETURN_NOT_OK(Expect("placing", "after the text"));
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  ARROW_RETURN_NOT_OK(Expect("from", "and a position in OVERLAY"));
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  if (Accept("for")) {
    ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  }
  ARROW_RETURN_NOT_OK(Expect(")", "after the arguments of OVERLAY"));
  return MakeCall("overlay", std::move(args), From(first));
}

Result<ExprPtr> Parser::ParsePosition(int first) {
  std::vector<ExprPtr> args;
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  ARROW_RETURN_NOT_OK(Expect("in", "and a text in POSITION"));
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  ARROW_RETURN_NOT_OK(Expect(")", "after the text of POSITION"));
  return MakeCall("position", std::move(args), From(first));
}

Result<ExprPtr> Parser::ParseUnitCall(std::string name, int first) {
  const int unit = next_;
  ARROW_ASSIGN_OR_RAISE(std::string text, ExpectName("a unit such as DAY"));
  std::vector<ExprPtr> args;
  ARROW_ASSIGN_OR_RAISE(args.emplace_back(), MakeString(LowerAscii(text), From(unit)));
  while (Accept(",")) {
    ARROW_ASSIGN_OR_RAISE(args.emplace_back(), ParseValue());
  }
  ARROW_RETURN_NOT_OK(Expect(")", "after the arguments of " + name));
  return MakeCall(std::move(name), std::move(args), From(first));
}

Result<WindowSpec> Parser::ParseWindow() {
  const int first = next_;
  WindowSpec window;
  const bool is_name_alone = IsName() && !Is("(");
  const bool is_name_in_bracket = Is("(") && IsName(1) && Is(")", 2);
  if (is_name_alone || is_name_in_bracket) {
    next_ += is_name_in_bracket ? 1 : 0;
    ARROW_ASSIGN_OR_RAISE(window.name, ExpectName("a window's name"));
    next_ += is_name_in_bracket ? 1 : 0;
    window.at = From(first);
    return window;
  }
  ARROW_RETURN_NOT_OK(Expect("(", "after OVER"));
  if (Accept("partition", "by") || Accept("distribute", "by") || Accept("cluster", "by")) {
    ARROW_ASSIGN_OR_RAISE(window.partition_by, ParseExprs());
  }
  if (Accept("order", "by") || Accept("sort", "by")) {
    ARROW_ASSIGN_OR_RAISE(window.order_by, ParseOrder());
  }
  if (IsAny({"rows", "range", "groups"})) {
    ARROW_ASSIGN_OR_RAISE(window.frame, ParseFrame());
  }
  if (!Is(")")) return Unexpected("PARTITION BY, ORDER BY, ROWS, RANGE or ) in OVER");
  ++next_;
  window.at = From(first);
  return window;
}

Result<WindowFrame> Parser::ParseFrame() {
  const int first = next_;
  if (Is("groups")) return Unexpected("ROWS or RANGE; Spark has no GROUPS");
  WindowFrame frame;
  frame.is_rows = Is("rows");
  ++next_;
  const bool has_end = Accept("between");
  ARROW_ASSIGN_OR_RAISE(frame.start, ParseFrameBound());
  if (has_end) {
    ARROW_RETURN_NOT_OK(Expect("and", "and the frame's end"));
    ARROW_ASSIGN_OR_RAISE(frame.end, ParseFrameBound());
  }
  frame.at = From(first);
  return frame;
}

Result<FrameBound> Parser::ParseFrameBound() {
  using Kind = FrameBound::Kind;
  if (Accept("current", "row")) return FrameBound{Kind::kCurrentRow, nullptr};
  if (Accept("unbounded", "preceding")) return FrameBound{Kind::kUnboundedPreceding, nullptr};
  if (Accept("unbounded", "following")) return FrameBound{Kind::kUnboundedFollowing, nullptr};
  FrameBound bound;
  ARROW_ASSIGN_OR_RAISE(bound.offset, ParseValue());
  if (!IsAny({"preceding", "following"})) return Unexpected("PRECEDING or FOLLOWING");
  bound.kind = Is("preceding") ? Kind::kPreceding : Kind::kFollowing;
  ++next_;
  return bound;
}

}  // namespace tarn::sql
