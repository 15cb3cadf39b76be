#include <algorithm>

#include "sql/expr_converter_internal.h"
#include "sql/spark_calls.h"

namespace tarn::sql {
namespace {

// EXTRACT's fields that have a Spark function of the same meaning.
const std::map<std::string_view, std::string_view>& ExtractFunctions() {
  static const std::map<std::string_view, std::string_view> kFunctions = {
      {"year", "year"},     {"quarter", "quarter"}, {"month", "month"}, {"week", "weekofyear"},
      {"day", "day"},       {"dow", "dayofweek"},   {"hour", "hour"},   {"dayofweek", "dayofweek"},
      {"doy", "dayofyear"}, {"minute", "minute"},
  };
  return kFunctions;
}

}  // namespace

Location ExprConverter::CallRange(int token) const {
  const TokenList& tokens = context_.tokens();
  int open = context_.Find(token, "(");
  if (open < 0 || tokens[open].matching < 0) return context_.TokenRange(token, token);
  int last = tokens[open].matching;
  for (std::string_view clause : {"filter", "over"}) {
    if (!tokens.Is(last + 1, clause)) continue;
    bool has_parens = tokens.Is(last + 2, "(") && tokens[last + 2].matching > 0;
    last = has_parens ? tokens[last + 2].matching : last + 2;
  }
  return context_.TokenRange(token, last);
}

ExprPtr ExprConverter::ConvertCall(const Json& body, int token) {
  const Json& names = Member(body, "funcname");
  std::string name = CalledName(Lower(StringOf(names.back())), context_.tokens(), token);
  if (TextMember(body, "funcformat") == "COERCE_SQL_SYNTAX") {
    return ConvertSpecialCall(name, body, token);
  }
  Location at = CallRange(token);
  if (names.size() > 1) return Reject(at, "a schema before a function", "write the name alone");
  RejectCallClauses(body, at);
  Call call;
  call.name = std::move(name);
  if (FlagMember(body, "agg_star")) {
    int star = context_.Find(token, "*");
    call.args.push_back(Make(Star{}, context_.TokenRange(star, star)));
  } else {
    call.args = ConvertAll(Member(body, "args"));
  }
  call.distinct = FlagMember(body, "agg_distinct");
  if (body.contains("agg_filter")) call.filter = Convert(Member(body, "agg_filter"));
  if (body.contains("over")) call.over = ConvertWindow(Member(body, "over"));
  return Make(std::move(call), at);
}

void ExprConverter::RejectCallClauses(const Json& body, const Location& at) {
  if (FlagMember(body, "agg_within_group")) {
    context_.Unsupported(at, "WITHIN GROUP", "use an aggregate without an order");
  } else if (body.contains("agg_order")) {
    context_.Unsupported(at, "ORDER BY inside an aggregate",
                         "use min_by(x, key) or max_by(x, key)");
  }
  if (FlagMember(body, "func_variadic")) {
    context_.Unsupported(at, "VARIADIC", "pass the arguments one by one");
  }
}

std::optional<WindowSpec> ExprConverter::ConvertWindow(const Json& over) {
  constexpr int kFrameIsWritten = 1;
  const TokenList& tokens = context_.tokens();
  int token = tokens.IndexAt(LocationOf(over));
  WindowSpec window;
  window.partition_by = ConvertAll(Member(over, "partitionClause"));
  window.order_by = ConvertOrder(Member(over, "orderClause"));
  const Json& frame = Member(over, "frameOptions");
  bool has_frame = frame.is_number_integer() && (frame.get<int>() & kFrameIsWritten) != 0;
  if (over.contains("name") || over.contains("refname")) {
    context_.Unsupported(context_.TokenRange(token, token), "a named window",
                         "write OVER (PARTITION BY … ORDER BY …)");
  } else if (has_frame) {
    context_.Unsupported(context_.TokenRange(token, token),
                         "a window frame (ROWS, RANGE or GROUPS)",
                         "leave it out; rank with row_number(), aggregate with GROUP BY");
  }
  return window;
}

ExprPtr ExprConverter::ConvertSpecialCall(std::string_view name, const Json& body, int token) {
  const Json& args = Member(body, "args");
  Location at = context_.TokenRange(token, token);
  if (name == "timezone") {
    return Reject(at, "AT TIME ZONE",
                  "timestamps are moments, shown in UTC: add the zone's offset to unix_seconds(x), "
                  "and take timestamp_seconds(…) of it");
  }
  if (name == "extract") return ConvertExtract(body, CallRange(token));
  if (name == "substring") return ConvertSubstring(body, token, CallRange(token));
  if (name == "btrim" || name == "ltrim" || name == "rtrim") {
    return ConvertTrim(name, body, token, CallRange(token));
  }
  if (name == "overlay") return MakeCall("overlay", ConvertAll(args), CallRange(token));
  if (name == "position" && args.size() == 2) {
    // The grammar swaps the two for PostgreSQL's own function.
    return MakeCall("position", {Convert(args[1]), Convert(args[0])}, CallRange(token));
  }
  return Reject(at, context_.tokens().TextOf(token), "docs/sql.md lists the SQL that is supported");
}

ExprPtr ExprConverter::ConvertExtract(const Json& body, const Location& at) {
  const Json& args = Member(body, "args");
  std::string field = Lower(TextMember(Member(Member(args[0], "A_Const"), "sval"), "sval"));
  ExprPtr value = Convert(args[1]);
  auto function = ExtractFunctions().find(field);
  if (function != ExtractFunctions().end()) {
    return MakeCall(std::string(function->second), {value}, at);
  }
  if (field == "second") {
    return Reject(at, "EXTRACT(SECOND …)",
                  "write second(x) for whole seconds; Spark's EXTRACT has a fraction");
  }
  return Reject(at, "EXTRACT(" + field + " …)",
                "fields are year, quarter, month, week, day, dow, doy, hour, minute");
}

ExprPtr ExprConverter::ConvertSubstring(const Json& body, int token, const Location& at) {
  const TokenList& tokens = context_.tokens();
  int open = token + 1;
  int from = -1;
  int length = -1;
  for (int i = open + 1; i < tokens.size() && i < tokens[open].matching; ++i) {
    if (tokens[i].depth != tokens[open].depth + 1) continue;
    if (tokens.Is(i, "from")) from = i;
    if (tokens.Is(i, "for")) length = i;
  }
  if (from < 0 || (length >= 0 && length < from)) {
    return Reject(at, "this form of SUBSTRING", "write substring(x, from, length)");
  }
  return MakeCall("substring", ConvertAll(Member(body, "args")), at);
}

ExprPtr ExprConverter::ConvertTrim(std::string_view name, const Json& body, int token,
                                   const Location& at) {
  std::vector<ExprPtr> args = ConvertAll(Member(body, "args"));
  // Spark's functions take the characters first. So does TRIM(characters FROM text), which the
  // grammar turns around; TRIM(a, b) it leaves as it is.
  bool has_from = args.size() == 2 && args[1]->at.begin < args[0]->at.begin;
  if (has_from) std::swap(args[0], args[1]);
  return MakeCall(name == "btrim" ? "trim" : std::string(name), std::move(args), at);
}

}  // namespace tarn::sql
