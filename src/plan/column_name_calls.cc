#include <arrow/type.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "base/ascii.h"
#include "plan/coercion.h"
#include "plan/column_namer.h"
#include "plan/named_arguments.h"
#include "plan/spark_call_name.h"
#include "plan/time_windows.h"
#include "sql/written_text.h"
#include "values/interval.h"

// What Spark calls operators and calls of functions.
namespace tarn::plan {
namespace {

struct Operator {
  std::string_view function;
  std::string_view symbol;
};

constexpr Operator kOperators[] = {
    {"add", "+"},         {"subtract", "-"},   {"multiply", "*"},    {"divide", "/"},
    {"mod", "%"},         {"div", "div"},      {"eq", "="},          {"lt", "<"},
    {"le", "<="},         {"gt", ">"},         {"ge", ">="},         {"null_safe_eq", "<=>"},
    {"and", "AND"},       {"or", "OR"},        {"bitwise_and", "&"}, {"bitwise_or", "|"},
    {"bitwise_xor", "^"}, {"shiftleft", "<<"}, {"shiftright", ">>"}, {"shiftrightunsigned", ">>>"},
};

// The letters, digits and underscores that `text` begins with.
std::string_view WordOf(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && IsWordByte(text[size])) ++size;
  return text.substr(0, size);
}

bool IsDecimalLiteral(const sql::Literal& literal) {
  using Kind = sql::Literal::Kind;
  return literal.kind == Kind::kBigDecimal ||
         (literal.kind == Kind::kDecimal && literal.text.find('e') == std::string::npos);
}

// What is written between two expressions, brackets and all.
std::string_view Between(const sql::Expr& left, const sql::Expr& right) {
  if (left.at.text == nullptr || right.at.begin < left.at.end) return {};
  return std::string_view(left.at.text->sql).substr(left.at.end, right.at.begin - left.at.end);
}

// Whether the call is written as `name(…)`, unlike an operator, whose left operand comes first.
bool IsWrittenAsCall(const sql::Call& call, const sql::Location& at) {
  const std::string_view text = sql::WrittenText(at);
  if (WordOf(text).empty()) return text.starts_with('`');
  return call.args.empty() || call.args[0]->at.begin > at.begin;
}

}  // namespace

std::string ColumnNamer::PrintNode(const sql::Call& call, const sql::Location& at) {
  if (HasNamedArguments(call)) {
    const Result<sql::Call> ordered = InOrder(call, at);
    return ordered.ok() ? PrintNode(*ordered, at) : Unknown();
  }
  if (IsCastFunction(call.name) && call.args.size() == 1) return Print(call.args[0]);
  if (!IsWrittenAsCall(call, at)) {
    for (const Operator& known : kOperators) {
      if (known.function == call.name && call.args.size() == 2) {
        return PrintOperator(call, known.symbol);
      }
    }
  }
  if (std::optional<std::string> predicate = PrintPredicate(call, at)) return *predicate;
  if (std::optional<std::string> special = PrintSpecial(call, at)) return *special;
  return PrintClauses(call);
}

std::string ColumnNamer::PrintOperator(const sql::Call& call, std::string_view symbol) {
  if (IsOneOf(call.name, {"add", "subtract"})) {
    for (const sql::ExprPtr& arg : call.args) {
      const std::shared_ptr<arrow::DataType> type = TypeOf(*arg);
      if (type == nullptr) return Unknown();
      if (type->id() == arrow::Type::DATE32) return PrintDateShift(call);
      if (!IsNumeric(*type) && !IsTemporal(*type) && type->id() != arrow::Type::STRING &&
          type->id() != arrow::Type::NA) {
        return Unknown();
      }
    }
  }
  if (IsOneOf(call.name, {"multiply", "divide"})) {
    for (const sql::ExprPtr& arg : call.args) {
      const std::shared_ptr<arrow::DataType> type = TypeOf(*arg);
      if (type != nullptr && IsCalendarInterval(*type)) return Unknown();
    }
  }
  if (IsOneOf(call.name, {"lt", "le", "gt", "ge"})) return PrintWholeComparison(call, symbol);
  return fmt::format("({} {} {})", Print(call.args[0]), symbol, Print(call.args[1]));
}

// `d + 1` and `d - 1` of a DATE are functions; `d - d` is not.
std::string ColumnNamer::PrintDateShift(const sql::Call& call) {
  const std::shared_ptr<arrow::DataType> left = TypeOf(*call.args[0]);
  const std::shared_ptr<arrow::DataType> right = TypeOf(*call.args[1]);
  if (left == nullptr || right == nullptr) return Unknown();
  const bool is_minus = call.name == "subtract";
  if (is_minus && IsTemporal(*left) && IsTemporal(*right)) {
    return fmt::format("({} - {})", Print(call.args[0]), Print(call.args[1]));
  }
  const auto is_date = [](const arrow::DataType& type) { return type.id() == arrow::Type::DATE32; };
  const char* const function = is_minus ? "date_sub" : "date_add";
  if (is_date(*left) && IsInteger(*right)) {
    return fmt::format("{}({})", function, List(call.args));
  }
  if (!is_minus && IsInteger(*left) && is_date(*right)) {
    return fmt::format("{}({}, {})", function, Print(call.args[1]), Print(call.args[0]));
  }
  return Unknown();
}

// An integer compared with a DECIMAL literal: Spark takes the whole number next to it.
std::string ColumnNamer::PrintWholeComparison(const sql::Call& call, std::string_view symbol) {
  std::string sides[2] = {Print(call.args[0]), Print(call.args[1])};
  for (int i = 0; i < 2; ++i) {
    const auto* literal = std::get_if<sql::Literal>(&call.args[i]->node);
    if (literal == nullptr || !IsDecimalLiteral(*literal)) continue;
    const std::shared_ptr<arrow::DataType> other = TypeOf(*call.args[1 - i]);
    if (other == nullptr) return Unknown();
    if (!IsInteger(*other)) continue;
    const double value = std::strtod(literal->text.c_str(), nullptr);
    constexpr double kExactMax = 1e15;
    if (std::fabs(value) > kExactMax) return Unknown();
    // `a > 1.5` is `a > 1`, as `a <= 1.5` is `a <= 1`; the other way round with the sides.
    const bool is_down = IsOneOf(call.name, {"gt", "le"}) == (i == 1);
    sides[i] =
        fmt::format("{}", static_cast<int64_t>(is_down ? std::floor(value) : std::ceil(value)));
  }
  return fmt::format("({} {} {})", sides[0], symbol, sides[1]);
}

// IS NOT NULL and its like have the place of the whole; NOT before them has not.
std::string ColumnNamer::PrintNot(const sql::Call& call, const sql::Location& at) {
  const sql::Expr& arg = *call.args[0];
  const auto* inner = std::get_if<sql::Call>(&arg.node);
  if (inner != nullptr && inner->name == "is_null" && arg.at.begin == at.begin) {
    return fmt::format("({} IS NOT NULL)", Print(inner->args[0]));
  }
  return fmt::format("(NOT {})", Print(arg));
}

std::string ColumnNamer::PrintLike(const sql::Call& call) {
  std::string text = fmt::format("{} LIKE {}", Print(call.args[0]), Print(call.args[1]));
  if (call.args.size() < 3) return text;
  const std::string escape = Print(call.args[2]);
  return escape == "\\" ? text : fmt::format("{} ESCAPE '{}'", text, escape);
}

// What has no brackets behind its name. None: it has.
std::optional<std::string> ColumnNamer::PrintPredicate(const sql::Call& call,
                                                       const sql::Location& at) {
  const std::string& name = call.name;
  const size_t num_args = call.args.size();
  if (name == "not" && num_args == 1) return PrintNot(call, at);
  if (name == "ne") return fmt::format("(NOT ({} = {}))", Print(call.args[0]), Print(call.args[1]));
  if (name == "negate") return fmt::format("(- {})", Print(call.args[0]));
  if (name == "positive") return fmt::format("(+ {})", List(call.args));
  if (name == "bitwise_not") return "~" + Print(call.args[0]);
  if (name == "div") return fmt::format("({} div {})", Print(call.args[0]), List(call.args, 1));
  if (IsOneOf(name, {"is_null", "isnull"})) return fmt::format("({} IS NULL)", List(call.args));
  if (name == "isnotnull") return fmt::format("({} IS NOT NULL)", List(call.args));
  if (name == "in") return fmt::format("({} IN ({}))", Print(call.args[0]), List(call.args, 1));
  if (name == "like" && num_args >= 2) return PrintLike(call);
  if (name.ends_with("like_any") || name.ends_with("like_all")) {
    const bool is_ilike = name.find("ilike") != std::string::npos;
    return fmt::format("{}like{}({})", name.starts_with("not_") ? "not" : "",
                       name.ends_with("any") ? "any" : "all",
                       is_ilike ? "lower(" + Print(call.args[0]) + ")" : Print(call.args[0]));
  }
  if (name == "if" && num_args == 3) return fmt::format("(IF({}))", List(call.args));
  if (name == "when" && num_args >= 2) {
    sql::Case node;
    for (size_t i = 0; i + 1 < num_args; i += 2) {
      node.branches.push_back({call.args[i], call.args[i + 1]});
    }
    if (num_args % 2 != 0) node.otherwise = call.args.back();
    return PrintNode(node, at);
  }
  return std::nullopt;
}

// Functions that have a form of their own.
std::optional<std::string> ColumnNamer::PrintSpecial(const sql::Call& call,
                                                     const sql::Location& at) {
  const std::string& name = call.name;
  const size_t num_args = call.args.size();
  if (IsWrittenAsCall(call, at) && SameName(WordOf(sql::WrittenText(at)), "extract")) {
    return PrintExtract(call, at);
  }
  if (name == "datepart" && num_args == 2) {
    return fmt::format("datepart({} FROM {})", Print(call.args[0]), Print(call.args[1]));
  }
  if (IsOneOf(name, {"try_to_time", "try_make_timestamp_ntz"}) && num_args <= 2) {
    return fmt::format("{}({}({}))", name, name.substr(4), List(call.args));
  }
  if (IsOneOf(name, {"trim", "ltrim", "rtrim"}) && num_args == 2) return PrintTrim(call);
  if (name == "struct") return PrintStruct(call, at);
  if (IsOneOf(name, {"timestampadd", "timestampdiff"}) && num_args == 3) {
    return fmt::format("{}({}, {})", name, sql::WrittenText(call.args[0]->at), List(call.args, 1));
  }
  if (name == "position" && num_args == 2 &&
      Between(*call.args[0], *call.args[1]).find(',') == std::string_view::npos) {
    return fmt::format("locate({}, 1)", List(call.args));
  }
  if (IsOneOf(name, {"substr", "substring"}) && num_args >= 2 &&
      Between(*call.args[0], *call.args[1]).find(',') == std::string_view::npos) {
    return fmt::format("substring({}{})", List(call.args), num_args == 2 ? ", 2147483647" : "");
  }
  if (IsOneOf(name, {"ceil", "floor"}) && num_args == 1) {
    return fmt::format("{}({})", UpperCase(name), Print(call.args[0]));
  }
  if (IsOneOf(name, {"lpad", "rpad"}) && num_args == 2) {
    const std::shared_ptr<arrow::DataType> type = TypeOf(*call.args[0]);
    if (type == nullptr) return Unknown();
    return fmt::format("{}({}, {})", name, List(call.args),
                       type->id() == arrow::Type::BINARY ? "X'00'" : " ");
  }
  if (name == "log" && num_args > 0) {
    return fmt::format("LOG({}{})", num_args == 1 ? "E(), " : "", List(call.args));
  }
  if (IsOneOf(name, {"aggregate", "reduce"}) && num_args == 3) {
    constexpr std::string_view kSame =
        "lambdafunction(namedlambdavariable(), namedlambdavariable())";
    return fmt::format("{}({}, {})", name, List(call.args), kSame);
  }
  if (IsTimeWindowName(name)) return std::string(name);  // its column's
  if (name == "array_sort" && num_args == 1) return Unknown();
  if (name == "instr" && num_args == 3) return fmt::format("instr({}, 1)", List(call.args));
  if (name == "assert_true" && num_args == 1) {
    const std::string condition = Print(call.args[0]);
    return fmt::format("assert_true({}, '{}' is not true!)", condition, condition);
  }
  if (name == "raise_error" && num_args == 1) {
    return fmt::format("raise_error(USER_RAISED_EXCEPTION, map(errorMessage, {}))",
                       Print(call.args[0]));
  }
  return std::nullopt;
}

std::string ColumnNamer::PrintExtract(const sql::Call& call, const sql::Location& at) {
  std::string_view text = sql::WrittenText(at);
  text.remove_prefix(std::min(text.find('(') + 1, text.size()));
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const std::string_view field = WordOf(text);
  if (field.empty()) return Unknown();
  return fmt::format("extract({} FROM {})", field, Print(call.args.back()));
}

std::string ColumnNamer::PrintTrim(const sql::Call& call) {
  const char* const side = call.name == "trim"    ? "BOTH"
                           : call.name == "ltrim" ? "LEADING"
                                                  : "TRAILING";
  return fmt::format("TRIM({} {} FROM {})", side, Print(call.args[0]), Print(call.args[1]));
}

// `struct(a, 1 AS b)` as it is; `(a, 1)` with the names of its fields.
std::string ColumnNamer::PrintStruct(const sql::Call& call, const sql::Location& at) {
  const bool is_row = !IsWrittenAsCall(call, at);
  std::string text;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const sql::Expr& arg = *call.args[i];
    std::string name = i < call.arg_names.size() ? call.arg_names[i] : "";
    const std::string value = Print(arg);
    text += i == 0 ? "" : ", ";
    if (!is_row) {
      text += value + (name.empty() ? "" : " AS " + name);
      continue;
    }
    const auto* column = std::get_if<sql::ColumnRef>(&arg.node);
    if (name.empty()) name = column != nullptr ? column->parts.back() : fmt::format("col{}", i + 1);
    text += name + ", " + value;
  }
  return (is_row ? "named_struct(" : "struct(") + text + ")";
}

std::string ColumnNamer::PrintFunction(const sql::Call& call) {
  const SparkCallName* const changed = FindSparkCallName(call.name);
  if (changed == nullptr) return call.name + "(" + PrintArguments(call, SIZE_MAX) + ")";
  if (!changed->is_known) return Unknown();
  std::string args = PrintArguments(call, changed->num_shown);
  const size_t num_defaults =
      std::find(changed->defaults.begin(), changed->defaults.end(), nullptr) -
      changed->defaults.begin();
  const size_t num_missing = changed->num_args - std::min(call.args.size(), changed->num_args);
  if (num_missing > num_defaults) return Unknown();
  for (size_t i = num_defaults - num_missing; i < num_defaults; ++i) {
    args += std::string(args.empty() ? "" : ", ") + changed->defaults[i];
  }
  return fmt::format("{}({})", changed->shown, args);
}

std::string ColumnNamer::PrintArguments(const sql::Call& call, size_t num_shown) {
  const auto* star = call.args.size() == 1 ? std::get_if<sql::Star>(&call.args[0]->node) : nullptr;
  const bool is_of_rows =
      star != nullptr && star->parts.empty() && star->except.empty() && !call.distinct;
  const std::string args = is_of_rows ? "1" : List(call.args, 0, num_shown);
  return (call.distinct ? "DISTINCT " : "") + args;
}

// The function with FILTER, WITHIN GROUP and OVER.
std::string ColumnNamer::PrintClauses(const sql::Call& call) {
  if (!call.schema.empty()) return Unknown();
  if (call.name == "mode" && (call.args.empty() || call.args.size() == 2)) {
    const bool is_within = !call.within_group.empty();
    if (!is_within && call.args.empty()) return Unknown();
    return fmt::format("mode() WITHIN GROUP (ORDER BY {} DESC)",
                       Print(is_within ? call.within_group[0].expr : call.args[0]));
  }
  std::string text = PrintFunction(call);
  if (call.over && call.ignore_nulls) {
    // Of these only the name is another one.
    if (call.name == "nth_value") text += " ignore nulls";
    if (call.name == "first_value" || call.name == "any_value") text.replace(0, 9, "first");
    if (call.name == "last_value") text.replace(0, 10, "last");
  }
  if (!call.within_group.empty()) {
    const bool is_percentile = call.name.starts_with("percentile_");
    const sql::OrderKey& key = call.within_group[0];
    text += fmt::format(" WITHIN GROUP (ORDER BY {})",
                        is_percentile ? Print(key.expr) + (key.descending ? " DESC" : "")
                                      : PrintOrder(call.within_group));
  }
  if (call.filter != nullptr) text += fmt::format(" FILTER (WHERE {})", Print(call.filter));
  return call.over ? text + " OVER (" + PrintWindow(call) + ")" : text;
}

std::string ColumnNamer::PrintWindow(const sql::Call& call) {
  const sql::WindowSpec* window = &*call.over;
  if (!window->name.empty()) {
    const auto named = std::find_if(
        naming_.windows->begin(), naming_.windows->end(),
        [&](const sql::NamedWindow& known) { return SameName(known.name, window->name); });
    if (named == naming_.windows->end()) return Unknown();
    window = &named->spec;
  }
  std::string text;
  if (!window->partition_by.empty()) text += "PARTITION BY " + List(window->partition_by) + " ";
  if (!window->order_by.empty()) text += "ORDER BY " + PrintOrder(window->order_by) + " ";
  return text + PrintFrame(call, *window);
}

// The frame as written, or the one that Spark takes.
std::string ColumnNamer::PrintFrame(const sql::Call& call, const sql::WindowSpec& window) {
  if (IsOneOf(call.name, {"lag", "lead"})) {
    std::string rows = "1";
    if (call.args.size() > 1) rows = Print(call.args[1]);
    if (call.name == "lag") rows = rows.starts_with('-') ? rows.substr(1) : "-" + rows;
    return fmt::format("ROWS BETWEEN {} FOLLOWING AND {} FOLLOWING", rows, rows);
  }
  if (window.frame) {
    return fmt::format("{} BETWEEN {} AND {}", window.frame->is_rows ? "ROWS" : "RANGE",
                       PrintBound(window.frame->start), PrintBound(window.frame->end));
  }
  const bool is_of_rows =
      IsOneOf(call.name, {"row_number", "rank", "dense_rank", "percent_rank", "ntile"});
  if (!is_of_rows && call.name != "cume_dist" && window.order_by.empty()) {
    return "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";
  }
  return std::string(is_of_rows ? "ROWS" : "RANGE") +
         " BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
}

std::string ColumnNamer::PrintBound(const sql::FrameBound& bound) {
  using Kind = sql::FrameBound::Kind;
  switch (bound.kind) {
    case Kind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case Kind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case Kind::kCurrentRow:
      return "CURRENT ROW";
    case Kind::kPreceding:
      return Print(bound.offset) + " PRECEDING";
    case Kind::kFollowing:
      return Print(bound.offset) + " FOLLOWING";
  }
  return Unknown();
}

std::string ColumnNamer::PrintOrder(const std::vector<sql::OrderKey>& keys) {
  std::string text;
  for (const sql::OrderKey& key : keys) {
    text += fmt::format("{}{} {} NULLS {}", text.empty() ? "" : ", ", Print(key.expr),
                        key.descending ? "DESC" : "ASC", key.nulls_first ? "FIRST" : "LAST");
  }
  return text;
}

}  // namespace tarn::plan
