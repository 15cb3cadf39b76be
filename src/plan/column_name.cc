#include "plan/column_name.h"

#include <fmt/format.h>

#include "plan/column_namer.h"
#include "values/spark_datetime.h"
#include "values/spark_text.h"
#include "values/time_of_day.h"

namespace tarn::plan {

std::string ColumnNamer::Output(const sql::Expr& expr) {
  if (const auto* column = std::get_if<sql::ColumnRef>(&expr.node)) return column->parts.back();
  if (const auto* cast = std::get_if<sql::Cast>(&expr.node)) {
    if (IsColumn(*cast->value)) return std::get<sql::ColumnRef>(cast->value->node).parts.back();
  }
  if (const auto* call = std::get_if<sql::Call>(&expr.node)) {
    const bool is_cast = IsCastFunction(call->name) && call->args.size() == 1;
    if (is_cast && IsColumn(*call->args[0])) return Output(*call->args[0]);
  }
  return Print(expr);
}

// A column, not a field of one.
bool ColumnNamer::IsColumn(const sql::Expr& expr) const {
  const auto* ref = std::get_if<sql::ColumnRef>(&expr.node);
  return ref != nullptr && FindColumns(*naming_.scope, ref->parts).num_parts == ref->parts.size();
}

std::string ColumnNamer::List(const std::vector<sql::ExprPtr>& exprs, size_t first, size_t last) {
  std::string text;
  for (size_t i = first; i < std::min(last, exprs.size()); ++i) {
    text += (i == first ? "" : ", ") + Print(exprs[i]);
  }
  return text;
}

std::string ColumnNamer::PrintNode(const sql::ColumnRef& ref, const sql::Location&) {
  const bool is_parameter =
      std::any_of(parameters_.begin(), parameters_.end(),
                  [&](const std::string& name) { return SameName(name, ref.parts[0]); });
  std::string text;
  size_t first_field = 1;
  if (is_parameter) {
    text = "namedlambdavariable()";
  } else {
    const FoundColumns found = FindColumns(*naming_.scope, ref.parts);
    first_field = found.num_parts;
    text = ref.parts[first_field - 1];
    const bool is_outer = found.columns.empty() && naming_.is_outer && naming_.is_outer(ref);
    if (is_outer) return Unknown();
    if (found.columns.empty()) text = fmt::format("lateralAliasReference({})", text);
  }
  for (size_t i = first_field; i < ref.parts.size(); ++i) text += "." + ref.parts[i];
  return text;
}

std::string ColumnNamer::PrintNode(const sql::Case& node, const sql::Location&) {
  std::string text = "CASE";
  for (const sql::Case::Branch& branch : node.branches) {
    text += fmt::format(" WHEN {} THEN {}", Print(branch.condition), Print(branch.value));
  }
  if (node.otherwise != nullptr) text += " ELSE " + Print(node.otherwise);
  return text + " END";
}

std::string ColumnNamer::PrintNode(const sql::Cast& cast, const sql::Location& at) {
  const auto* literal = std::get_if<sql::Literal>(&cast.value->node);
  if (literal != nullptr && cast.type.at.begin == at.begin) {
    return PrintTypedLiteral(cast, literal->text);
  }
  const std::string value = Print(cast.value);
  const std::string& name = cast.type.name;
  if (IsOneOf(name, {"array", "map", "struct"})) return value;
  std::string type = IsOneOf(name, {"char", "varchar"}) ? "STRING" : UpperCase(name);
  if (name == "decimal") {
    const std::vector<int>& arguments = cast.type.arguments;
    constexpr int kDefaultPrecision = 10;
    type += fmt::format("({},{})", arguments.empty() ? kDefaultPrecision : arguments[0],
                        arguments.size() < 2 ? 0 : arguments[1]);
  }
  if (name == "time") {
    const std::vector<int>& arguments = cast.type.arguments;
    type += fmt::format("({})", arguments.empty() ? kTimeDigitsMax : arguments[0]);
  }
  return fmt::format("{}({} AS {})", cast.is_try ? "TRY_CAST" : "CAST", value, type);
}

std::string ColumnNamer::PrintTypedLiteral(const sql::Cast& cast, const std::string& text) {
  if (cast.type.name == "date") {
    int32_t days;
    if (!ParseSparkDate(text, &days)) return Unknown();
    return fmt::format("DATE '{}'", SparkDateText(days));
  }
  int64_t micros;
  if (cast.type.name == "time") {
    if (!ParseSparkTime(text, &micros)) return Unknown();
    return fmt::format("TIME '{}'", SparkTimeText(micros));
  }
  if (cast.type.name != "timestamp") return Unknown();
  if (!ParseSparkTimestamp(text, SparkClock{naming_.zone}, &micros)) return Unknown();
  return fmt::format("TIMESTAMP '{}'", SparkTimestampText(naming_.zone->ToLocal(micros)));
}

std::string ColumnNamer::PrintNode(const sql::Lambda& lambda, const sql::Location&) {
  const size_t num_outer = parameters_.size();
  parameters_.insert(parameters_.end(), lambda.parameters.begin(), lambda.parameters.end());
  std::string text = "lambdafunction(" + Print(lambda.body);
  parameters_.resize(num_outer);
  for (size_t i = 0; i < lambda.parameters.size(); ++i) text += ", namedlambdavariable()";
  return text + ")";
}

std::optional<std::string> ColumnNameOf(const sql::Expr& expr, const ColumnNaming& naming) {
  ColumnNamer namer(naming);
  std::string name = namer.Output(expr);
  if (!namer.is_known()) return std::nullopt;
  return name;
}

}  // namespace tarn::plan
