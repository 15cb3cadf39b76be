#include <algorithm>

#include "base/ascii.h"
#include "json/record/document.h"
#include "json/record/number.h"
#include "pipeline/ddl.h"
#include "plan/expr.h"
#include "plan/functions/text_schema_internal.h"
#include "values/datetime_pattern.h"
#include "values/java_number.h"
#include "values/spark_datetime.h"
#include "values/time_of_day.h"

namespace tarn::plan {
namespace {

constexpr int32_t kLongPrecision = 20;  // of the DECIMAL to which Spark widens BIGINT

TypePtr AsNullable(const TypePtr& type);

arrow::FieldVector NullableFields(const arrow::FieldVector& fields) {
  arrow::FieldVector nullable;
  for (const auto& field : fields) {
    nullable.push_back(arrow::field(field->name(), AsNullable(field->type())));
  }
  return nullable;
}

TypePtr AsNullable(const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::STRUCT:
      return arrow::struct_(NullableFields(type->fields()));
    case arrow::Type::LIST:
      return arrow::list(AsNullable(type->field(0)->type()));
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(*type);
      return arrow::map(AsNullable(map.key_type()), AsNullable(map.item_type()));
    }
    default:
      return type;
  }
}

bool IsOf(const arrow::DataType& type, arrow::Type::type id) { return type.id() == id; }

TypePtr TypeOfNumber(const json::Value& number) {
  if (number.kind == json::ValueKind::kDecimal) return arrow::float64();
  int64_t integer = 0;
  if (json::ParseInteger(number, &integer)) return arrow::int64();
  const auto num_digits = static_cast<int32_t>(number.length) - (*number.begin == '-' ? 1 : 0);
  if (num_digits > json::kDecimalDigitsMax) return arrow::float64();
  return arrow::decimal128(num_digits, 0);
}

TypePtr MergeTypes(const TypePtr& left, const TypePtr& right);

// Fields are in the order of their names, in which each has its place.
TypePtr MergeStructs(const arrow::DataType& left, const arrow::DataType& right) {
  arrow::FieldVector fields;
  int i = 0;
  int j = 0;
  while (i < left.num_fields() || j < right.num_fields()) {
    const bool has_both = i < left.num_fields() && j < right.num_fields();
    const int order = has_both ? left.field(i)->name().compare(right.field(j)->name())
                               : (i < left.num_fields() ? -1 : 1);
    if (order == 0) {
      const TypePtr merged = MergeTypes(left.field(i)->type(), right.field(j)->type());
      fields.push_back(left.field(i)->WithType(merged));
    } else {
      fields.push_back(order < 0 ? left.field(i) : right.field(j));
    }
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
  return arrow::struct_(fields);
}

TypePtr MergeNumbers(const TypePtr& left, const TypePtr& right) {
  const auto is_double = [](const arrow::DataType& type) {
    return IsOf(type, arrow::Type::DOUBLE);
  };
  if (is_double(*left) || is_double(*right)) return arrow::float64();
  const auto precision_of = [](const arrow::DataType& type) {
    if (IsOf(type, arrow::Type::INT64)) return kLongPrecision;
    return static_cast<const arrow::Decimal128Type&>(type).precision();
  };
  return arrow::decimal128(std::max(precision_of(*left), precision_of(*right)), 0);
}

TypePtr MergeTypes(const TypePtr& left, const TypePtr& right) {
  if (left->Equals(*right) || IsOf(*right, arrow::Type::NA)) return left;
  if (IsOf(*left, arrow::Type::NA)) return right;
  const auto are_both = [&](arrow::Type::type id) { return IsOf(*left, id) && IsOf(*right, id); };
  if (are_both(arrow::Type::STRUCT)) return MergeStructs(*left, *right);
  if (are_both(arrow::Type::LIST)) {
    return arrow::list(MergeTypes(left->field(0)->type(), right->field(0)->type()));
  }
  const bool are_numbers = IsNumeric(*left) && IsNumeric(*right);
  return are_numbers ? MergeNumbers(left, right) : arrow::utf8();
}

TypePtr TypeOfNode(const json::Document& document, size_t node) {
  switch (document.nodes()[node].kind()) {
    case json::ValueKind::kObject: {
      arrow::FieldVector fields;
      document.ForEachChild(node, [&](size_t child) {
        fields.push_back(
            arrow::field(std::string(document.nodes()[child].key), TypeOfNode(document, child)));
      });
      std::stable_sort(fields.begin(), fields.end(),
                       [](const auto& a, const auto& b) { return a->name() < b->name(); });
      return arrow::struct_(fields);
    }
    case json::ValueKind::kArray: {
      TypePtr element = arrow::null();
      document.ForEachChild(
          node, [&](size_t child) { element = MergeTypes(element, TypeOfNode(document, child)); });
      return arrow::list(element);
    }
    case json::ValueKind::kInteger:
    case json::ValueKind::kDecimal:
      return TypeOfNumber(document.nodes()[node].value);
    case json::ValueKind::kTrue:
    case json::ValueKind::kFalse:
      return arrow::boolean();
    case json::ValueKind::kNull:
      return arrow::null();
    default:
      return arrow::utf8();
  }
}

// STRING where there are only nulls; null for what has no field.
TypePtr WithoutEmptyStructs(const TypePtr& type) {
  if (IsOf(*type, arrow::Type::NA)) return arrow::utf8();
  if (IsOf(*type, arrow::Type::LIST)) {
    const TypePtr element = WithoutEmptyStructs(type->field(0)->type());
    return element == nullptr ? nullptr : arrow::list(element);
  }
  if (!IsOf(*type, arrow::Type::STRUCT)) return type;
  arrow::FieldVector fields;
  for (const auto& field : type->fields()) {
    const TypePtr kept = field->name().empty() ? nullptr : WithoutEmptyStructs(field->type());
    if (kept != nullptr) fields.push_back(field->WithType(kept));
  }
  return fields.empty() ? nullptr : arrow::struct_(fields);
}

// Digits with a sign before them, and perhaps a point after them.
TypePtr TypeOfDigits(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), tarn::IsDigit)) return nullptr;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
  const auto precision = static_cast<int32_t>(text.size());
  return precision > json::kDecimalDigitsMax ? nullptr : arrow::decimal128(precision, 0);
}

bool IsCsvDouble(std::string_view text) {
  double value = 0;
  return text == "Inf" || text == "-Inf" || ParseJavaNumber(text, &value);
}

// A whole date, but not one that a cast would read.
bool IsIsoDate(const std::string& text) {
  static const DatetimePattern kPattern =
      *DatetimePattern::Make("yyyy-MM-dd", DatetimePattern::Use::kParse);
  int32_t days = 0;
  return kPattern.ParseDate(text, &days);
}

TypePtr TypeOfCsvField(const std::string& text) {
  if (ParseJavaInteger<int32_t>(text)) return arrow::int32();
  if (ParseJavaInteger<int64_t>(text)) return arrow::int64();
  if (const TypePtr decimal = TypeOfDigits(text)) return decimal;
  if (IsCsvDouble(text)) return arrow::float64();
  if (IsIsoDate(text)) return arrow::date32();
  int64_t micros = 0;
  if (ParseSparkTime(text, &micros)) return TimeType();
  // Whatever day it is, a time in a zone is a timestamp.
  if (ParseSparkTimestamp(text, {.now_micros = 0}, &micros)) return TimestampType();
  return SameName(text, "true") || SameName(text, "false") ? arrow::boolean() : arrow::utf8();
}

}  // namespace

TypePtr InferCsvSchema(const std::vector<std::optional<std::string>>& values) {
  arrow::FieldVector fields;
  for (const auto& value : values) {
    const std::string name = "_c" + std::to_string(fields.size());
    const bool is_null = !value.has_value() || value->empty();
    fields.push_back(arrow::field(name, is_null ? arrow::utf8() : TypeOfCsvField(*value)));
  }
  return arrow::struct_(fields);
}

Result<TypePtr> SchemaArgument(const Arguments& args) {
  if (!args[1].text.has_value()) {
    return WrongType(1, *args[1].type, "a schema as a constant text, such as 'a INT, b STRING'");
  }
  const auto type = pipeline::ParseDdlType(*args[1].text);
  if (type.ok()) return AsNullable(*type);
  // A comment may end the text.
  const auto columns = pipeline::ParseDdlType("STRUCT<" + *args[1].text + "\n>");
  if (columns.ok()) return AsNullable(*columns);
  return Status::Invalid("argument 2 is no schema: ", MessageOf(columns.status()));
}

bool MakesTimestamps(const Expr& call) { return HasTimestamp(*call.type); }

std::optional<std::string> InferJsonSchema(std::string_view text, json::Document::Options options) {
  json::Document document;
  const auto outcome = document.Parse(text, options);
  if (outcome == json::Document::Outcome::kEmpty) return "STRING";
  if (outcome == json::Document::Outcome::kInvalid) return std::nullopt;
  const TypePtr type = TypeOfNode(document, 0);
  const TypePtr kept = WithoutEmptyStructs(type);
  if (kept != nullptr) return pipeline::DdlOf(*kept);
  if (IsOf(*type, arrow::Type::STRUCT)) return "STRUCT<>";
  const bool has_structs = IsOf(*type->field(0)->type(), arrow::Type::STRUCT);
  return has_structs ? "ARRAY<STRUCT<>>" : "STRING";
}

}  // namespace tarn::plan
