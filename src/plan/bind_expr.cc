#include "plan/bind_expr.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "pipeline/pipeline.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/fold_literal.h"
#include "plan/functions.h"
#include "rows/row_key.h"
#include "sql/written_text.h"
#include "values/time_of_day.h"

namespace tarn::plan {
namespace {

std::string TypeText(const sql::TypeName& type);

std::string FieldText(const sql::TypeField& field) {
  if (field.name.empty()) return TypeText(field.type);
  return fmt::format("{}: {}{}", pipeline::DdlNameOf(field.name), TypeText(field.type),
                     field.not_null ? " NOT NULL" : "");
}

std::string TypeText(const sql::TypeName& type) {
  if (!type.fields.empty()) {
    std::vector<std::string> fields;
    for (const sql::TypeField& field : type.fields) fields.push_back(FieldText(field));
    return fmt::format("{}<{}>", type.name, fmt::join(fields, ", "));
  }
  if (type.arguments.empty()) return type.name;
  return fmt::format("{}({})", type.name, fmt::join(type.arguments, ","));
}

ExprPtr WithLocation(const ExprPtr& expr, const sql::Location& at) {
  auto copy = std::make_shared<Expr>(*expr);
  copy->at = at;
  return copy;
}

// DATE '2018-11-01', which must be one, unlike what CAST('2018-11-01' AS DATE) is computed from.
bool IsTypedLiteral(const sql::Cast& cast, const sql::Location& at) {
  const bool is_literal = std::holds_alternative<sql::Literal>(cast.value->node);
  return is_literal && cast.type.at.begin == at.begin;
}

// Spark has a type of its own for a TIME '12:30:00.1234567'.
bool HasTooManyDigits(const sql::Literal& time) {
  const size_t point = time.text.find('.');
  if (point == std::string::npos) return false;
  const auto begin = time.text.begin() + static_cast<std::ptrdiff_t>(point) + 1;
  return std::find_if_not(begin, time.text.end(), IsDigit) - begin > kTimeDigitsMax;
}

void AddNotComparable(const arrow::DataType& type, const std::string& clause,
                      const sql::Location& at, Diagnostics* diagnostics) {
  diagnostics->Add(at,
                   fmt::format("{} can't compare values of type {}", clause, pipeline::DdlOf(type)),
                   "a MAP has no order: use one of its values, or leave it out");
}

}  // namespace

bool CheckOrderable(const arrow::DataType& type, const std::string& clause, const sql::Location& at,
                    Diagnostics* diagnostics) {
  if (IsOrderable(type)) return true;
  AddNotComparable(type, clause, at, diagnostics);
  return false;
}

bool CheckGroupable(const arrow::DataType& type, const std::string& clause, const sql::Location& at,
                    Diagnostics* diagnostics) {
  if (IsGroupable(type)) return true;
  AddNotComparable(type, clause, at, diagnostics);
  return false;
}

bool CheckNamedAgain(const Expr& expr, const sql::Location& at, Diagnostics* diagnostics) {
  if (!IsRandom(expr)) return true;
  diagnostics->Add(at, "this names what is another value each time it is computed",
                   "compute it in a subquery of FROM, and use its name here");
  return false;
}

bool CollectedCalls::HasAggregate() const {
  return std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return std::holds_alternative<AggregateCall>(entry.call);
  });
}

bool CollectedCalls::HasWindow() const {
  return std::any_of(entries.begin(), entries.end(),
                     [](const Entry& entry) { return entry.is_window(); });
}

ExprPtr ExprBinder::Bind(const sql::Expr& expr) {
  return std::visit([&](const auto& node) { return BindNode(node, expr.at); }, expr.node);
}

ExprPtr ExprBinder::BindBoolean(const sql::Expr& expr, const std::string& place) {
  ExprPtr condition = Bind(expr);
  if (condition == nullptr) return nullptr;
  if (condition->type->id() == arrow::Type::NA) return CastTo(condition, arrow::boolean());
  if (condition->type->id() == arrow::Type::BOOL) return condition;
  diagnostics_->Add(
      expr.at,
      fmt::format("{} needs a BOOLEAN, this is {}", place, pipeline::DdlOf(*condition->type)),
      "compare it with something");
  return nullptr;
}

ExprPtr ExprBinder::BindNode(const sql::ColumnRef& ref, const sql::Location& at) {
  bool found = false;
  ExprPtr parameter = BindParameter(ref, at, &found);
  if (found) return parameter;
  ExprPtr aliased = BindAlias(ref, at, &found);
  if (found) return aliased;
  const bool is_unknown =
      rules_.scope->complete && FindColumns(*rules_.scope, ref.parts).columns.empty();
  if (is_unknown && rules_.queries != nullptr) {
    if (ExprPtr outer = rules_.queries->FindOuter(ref, at)) return outer;
  }
  return ResolveColumn(*rules_.scope, ref, at, UnknownColumnHint(ref), diagnostics_);
}

ExprPtr ExprBinder::FindColumn(const sql::ColumnRef& ref, const sql::Location& at) {
  if (FindColumns(*rules_.scope, ref.parts).columns.empty()) return nullptr;
  Diagnostics ignored;
  return ResolveColumn(*rules_.scope, ref, at, "", &ignored);
}

ExprPtr ExprBinder::BindAlias(const sql::ColumnRef& ref, const sql::Location& at, bool* found) {
  // Arguments of an aggregate see the rows that it reads, never the select list made of it.
  bool possible = rules_.aliases != nullptr && (inside_.empty() || inside_ == "OVER");
  if (!possible || rules_.alias_rule == AliasRule::kNever) return nullptr;
  FoundColumns inputs = FindColumns(*rules_.scope, ref.parts);
  if (inputs.num_parts > 1) return nullptr;
  bool plain = ref.parts.size() == 1;
  if (rules_.alias_rule == AliasRule::kWhenNotInput && !(plain && inputs.columns.empty())) {
    return nullptr;
  }
  if (rules_.alias_rule == AliasRule::kUnlessKey && IsGroupKey(ref, at)) return nullptr;
  const SelectAlias* match = nullptr;
  const size_t num_aliases = std::min(rules_.num_aliases, rules_.aliases->size());
  for (size_t i = 0; i < num_aliases; ++i) {
    const SelectAlias& alias = (*rules_.aliases)[i];
    if (!SameName(alias.name, ref.parts[0])) continue;
    *found = true;
    if (alias.expr == nullptr) return nullptr;
    if (match != nullptr && !Equal(*match->expr, *alias.expr)) {
      diagnostics_->Add(at, "ambiguous column: " + ref.parts[0],
                        "the select list has this name twice; give them different names with AS");
      return nullptr;
    }
    match = &alias;
  }
  if (match == nullptr || !CheckNamedAgain(*match->expr, at, diagnostics_)) return nullptr;
  // A row's error is one of the expression, where that is written.
  const ExprPtr named = IsColumn(*match->expr) ? WithLocation(match->expr, at) : match->expr;
  return ResolveFields(named, ref.parts, 1, at, diagnostics_);
}

std::string ExprBinder::UnknownColumnHint(const sql::ColumnRef& ref) const {
  if (rules_.aliases == nullptr || ref.parts.size() > 1) return "";
  for (const SelectAlias& alias : *rules_.aliases) {
    if (!SameName(alias.name, ref.parts[0])) continue;
    return fmt::format(
        "a name given with AS can't be used in {} of the same query: repeat the expression, or "
        "select from a subquery",
        rules_.clause);
  }
  return "";
}

bool ExprBinder::IsGroupKey(const sql::ColumnRef& ref, const sql::Location& at) const {
  Diagnostics ignored;
  ExprPtr input = ResolveColumn(*rules_.scope, ref, at, "", &ignored);
  return input != nullptr && std::any_of(rules_.group_keys->begin(), rules_.group_keys->end(),
                                         [&](const ExprPtr& key) { return Equal(*key, *input); });
}

ExprPtr ExprBinder::BindNode(const sql::Star& star, const sql::Location& at) {
  diagnostics_->Add(at, "* has no meaning here", "use it in the select list or in count(*)");
  return nullptr;
}

ExprPtr ExprBinder::BindNode(const sql::Field& field, const sql::Location& at) {
  ExprPtr value = Bind(*field.value);
  return value == nullptr ? nullptr : ResolveFields(value, {field.name}, 0, at, diagnostics_);
}

ExprPtr ExprBinder::BindNode(const sql::Literal& literal, const sql::Location& at) {
  Result<std::shared_ptr<arrow::Scalar>> scalar = std::make_shared<arrow::NullScalar>();
  switch (literal.kind) {
    case sql::Literal::Kind::kNull:
      break;
    case sql::Literal::Kind::kBoolean:
      scalar = std::make_shared<arrow::BooleanScalar>(literal.text == "true");
      break;
    case sql::Literal::Kind::kString:
      scalar = std::make_shared<arrow::StringScalar>(literal.text);
      break;
    case sql::Literal::Kind::kInteger:
      scalar = ParseIntegerLiteral(literal.text);
      break;
    case sql::Literal::Kind::kDecimal:
      scalar = ParseDecimalLiteral(literal.text);
      break;
    case sql::Literal::Kind::kBinary:
      scalar = std::make_shared<arrow::BinaryScalar>(literal.text);
      break;
    case sql::Literal::Kind::kTinyInt:
      scalar = ParseLiteralOf(literal.text, arrow::int8());
      break;
    case sql::Literal::Kind::kSmallInt:
      scalar = ParseLiteralOf(literal.text, arrow::int16());
      break;
    case sql::Literal::Kind::kBigInt:
      scalar = ParseLiteralOf(literal.text, arrow::int64());
      break;
    case sql::Literal::Kind::kFloat:
      scalar = ParseLiteralOf(literal.text, arrow::float32());
      break;
    case sql::Literal::Kind::kDouble:
      scalar = ParseLiteralOf(literal.text, arrow::float64());
      break;
    case sql::Literal::Kind::kBigDecimal:
      scalar = ParseBigDecimalLiteral(literal.text);
      break;
  }
  if (scalar.ok()) return MakeLiteral(*scalar, at, Zone());
  diagnostics_->Add(at, scalar.status());
  return nullptr;
}

const TimeZone* ExprBinder::Zone() const {
  return rules_.queries != nullptr ? rules_.queries->zone() : rules_.zone;
}

ExprPtr ExprBinder::BindNode(const sql::Interval& interval, const sql::Location& at) {
  Result<std::shared_ptr<arrow::Scalar>> value = std::shared_ptr<arrow::Scalar>();
  const sql::Interval::Part& first = interval.parts[0];
  if (interval.parts.size() == 1) {
    value = ParseIntervalLiteral(first.value, first.unit, first.to_unit);
  } else {
    std::string text;
    for (const sql::Interval::Part& part : interval.parts) {
      if (!part.to_unit.empty()) {
        diagnostics_->Add(at, "an interval from one unit to another one stands alone",
                          "add two intervals with +");
        return nullptr;
      }
      text += fmt::format("{}{} {}", text.empty() ? "" : " ", part.value, part.unit);
    }
    value = ParseIntervalLiteral(text, "", "");
  }
  if (value.ok()) return MakeLiteral(*value, at);
  diagnostics_->Add(at, value.status());
  return nullptr;
}

ExprPtr ExprBinder::BindNode(const sql::Case& node, const sql::Location& at) {
  std::vector<ExprPtr> conditions, values;
  bool valid = true;
  for (const sql::Case::Branch& branch : node.branches) {
    conditions.push_back(BindBoolean(*branch.condition, "CASE WHEN"));
    values.push_back(Bind(*branch.value));
    valid = valid && conditions.back() != nullptr && values.back() != nullptr;
  }
  values.push_back(node.otherwise == nullptr
                       ? MakeLiteral(std::make_shared<arrow::NullScalar>(), at)
                       : Bind(*node.otherwise));
  if (!valid || values.back() == nullptr) return nullptr;

  std::shared_ptr<arrow::DataType> type = arrow::null();
  for (const ExprPtr& value : values) {
    std::shared_ptr<arrow::DataType> common = CommonType(type, value->type);
    if (common == nullptr) {
      diagnostics_->Add(value->at,
                        fmt::format("CASE gives both {} and {}", pipeline::DdlOf(*type),
                                    pipeline::DdlOf(*value->type)),
                        "CAST them to one type");
      return nullptr;
    }
    type = common;
  }
  return MakeCase(conditions, values, type, at);
}

ExprPtr ExprBinder::BindNode(const sql::Cast& cast, const sql::Location& at) {
  ExprPtr value = Bind(*cast.value);
  Result<std::shared_ptr<arrow::DataType>> type = pipeline::ParseDdlType(TypeText(cast.type));
  if (!type.ok()) {
    const std::vector<Diagnostic>& details = DiagnosticsOf(type.status());
    std::string message = details.empty() ? MessageOf(type.status()) : details[0].message;
    diagnostics_->Add(cast.type.at, std::move(message), details.empty() ? "" : details[0].hint);
    return nullptr;
  }
  if (value == nullptr) return nullptr;
  if (!CanCast(*value->type, **type)) {
    diagnostics_->Add(at, fmt::format("{} can't be cast to {}", pipeline::DdlOf(*value->type),
                                      pipeline::DdlOf(**type)));
    return nullptr;
  }
  auto result = std::make_shared<Expr>(*CastTo(value, *type, at));
  if (cast.is_try && result->kind == Expr::Kind::kCast && result->args[0] == value) {
    result->is_try = true;
    result->nullable = true;
  }
  if (!IsLiteral(*result) && IsTypedLiteral(cast, at)) {
    diagnostics_->Add(at, fmt::format("not a {}: {}", pipeline::DdlOf(**type), SqlText(at)),
                      "write it as DATE '2018-11-01', TIME '12:30:00' or TIMESTAMP '2018-11-01 "
                      "12:30:00'");
    return nullptr;
  }
  if (IsTypedLiteral(cast, at) && IsTime(**type) &&
      HasTooManyDigits(std::get<sql::Literal>(cast.value->node))) {
    diagnostics_->Add(at, "a TIME has up to 6 digits of a second: " + SqlText(at),
                      "leave out the digits behind the microseconds");
    return nullptr;
  }
  result->is_cast = IsLiteral(*result);
  return result;
}

bool ExprBinder::BindAll(const std::vector<sql::ExprPtr>& exprs, std::vector<ExprPtr>* bound) {
  bool valid = true;
  for (const sql::ExprPtr& expr : exprs) {
    bound->push_back(Bind(*expr));
    valid = valid && bound->back() != nullptr;
  }
  return valid;
}

bool ExprBinder::BindOrderKeys(const std::vector<sql::OrderKey>& keys,
                               std::vector<SortKey>* bound) {
  bool valid = true;
  for (const sql::OrderKey& key : keys) {
    bound->push_back({Bind(*key.expr), key.descending, key.nulls_first});
    const ExprPtr& expr = bound->back().expr;
    valid = valid && expr != nullptr &&
            CheckOrderable(*expr->type, "ORDER BY", key.expr->at, diagnostics_);
  }
  return valid;
}

std::string SqlText(const sql::Location& at) {
  std::string text;
  for (char c : sql::WrittenText(at)) {
    bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  return text;
}

std::vector<ExprPtr> CastAll(const std::vector<ExprPtr>& args,
                             const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  std::vector<ExprPtr> cast;
  for (size_t i = 0; i < args.size(); ++i) cast.push_back(CastTo(args[i], types[i]));
  return cast;
}

}  // namespace tarn::plan
