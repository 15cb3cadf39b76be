#include "values/ddl_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "values/backticks.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn {
namespace {

std::string DdlOfStruct(const arrow::DataType& type) {
  std::string text;
  for (const auto& field : type.fields()) {
    text += text.empty() ? "" : ", ";
    text += DdlNameOf(field->name()) + ": " + DdlOf(*field->type());
    if (!field->nullable()) text += " NOT NULL";
  }
  return "STRUCT<" + text + ">";
}

}  // namespace

// As Spark, a word needs no quotes, unless it begins with a digit.
std::string DdlNameOf(const std::string& name) {
  const bool is_word =
      !name.empty() && !IsDigit(name[0]) && std::all_of(name.begin(), name.end(), IsWordByte);
  return is_word ? name : InBackticks(name);
}

std::string DdlOf(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return "STRING";
    case arrow::Type::BOOL:
      return "BOOLEAN";
    case arrow::Type::INT8:
      return "TINYINT";
    case arrow::Type::INT16:
      return "SMALLINT";
    case arrow::Type::INT32:
      return "INT";
    case arrow::Type::INT64:
      return "BIGINT";
    case arrow::Type::FLOAT:
      return "FLOAT";
    case arrow::Type::DOUBLE:
      return "DOUBLE";
    case arrow::Type::DATE32:
      return "DATE";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
      return "BINARY";
    case arrow::Type::NA:
      return "VOID";
    case arrow::Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      return timestamp.timezone().empty() ? "TIMESTAMP_NTZ" : "TIMESTAMP";
    }
    case arrow::Type::TIME64:
      return fmt::format("TIME({})", TimeDigitsOf(type));
    case arrow::Type::INTERVAL_MONTH_DAY_NANO:
      return "INTERVAL";
    case arrow::Type::INTERVAL_MONTHS:
    case arrow::Type::DURATION:
      return "INTERVAL " + IntervalRangeText(IntervalRangeOf(type));
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
      return fmt::format("DECIMAL({},{})", decimal.precision(), decimal.scale());
    }
    case arrow::Type::DICTIONARY:
      return DdlOf(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
      return "ARRAY<" + DdlOf(*type.field(0)->type()) + ">";
    case arrow::Type::STRUCT:
      return DdlOfStruct(type);
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      return "MAP<" + DdlOf(*map.key_type()) + ", " + DdlOf(*map.item_type()) + ">";
    }
    default:
      return type.ToString();
  }
}

std::string DdlOf(const arrow::Schema& schema) {
  std::string text;
  for (const auto& field : schema.fields()) {
    if (!text.empty()) text += ", ";
    text += DdlNameOf(field->name()) + " " + DdlOf(*field->type());
  }
  return text;
}

}  // namespace tarn
