#include "cli/value_text.h"

#include <arrow/array/array_decimal.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/scalar.h>
#include <arrow/type_traits.h>
#include <arrow/util/base64.h>

#include <nlohmann/json.hpp>

#include "values/spark_text.h"
#include "values/time_of_day.h"

namespace tarn::cli {
namespace {

using arrow::Type;

template <class Array>
const Array& As(const arrow::Array& column) {
  return static_cast<const Array&>(column);
}

std::string ScalarText(const arrow::Array& column, int64_t row) {
  const auto scalar = column.GetScalar(row);
  return scalar.ok() ? (*scalar)->ToString() : "";
}

std::string AtomText(const arrow::Array& column, int64_t row,
                     const TimeZone& zone = TimeZone::Utc()) {
  switch (column.type_id()) {
    case Type::STRING:
      return As<arrow::StringArray>(column).GetString(row);
    case Type::BINARY:
      return As<arrow::BinaryArray>(column).GetString(row);
    case Type::FLOAT:
      return SparkFloatText(As<arrow::FloatArray>(column).Value(row));
    case Type::DOUBLE:
      return SparkDoubleText(As<arrow::DoubleArray>(column).Value(row));
    case Type::DECIMAL128:
      return As<arrow::Decimal128Array>(column).FormatValue(row);
    case Type::DATE32:
      return SparkDateText(As<arrow::Date32Array>(column).Value(row));
    case Type::TIMESTAMP: {
      const bool has_zone =
          !static_cast<const arrow::TimestampType&>(*column.type()).timezone().empty();
      const int64_t micros = As<arrow::TimestampArray>(column).Value(row);
      return SparkTimestampText(has_zone ? zone.ToLocal(micros) : micros);
    }
    case Type::TIME64:
      return SparkTimeText(As<arrow::Time64Array>(column).Value(row));
    default:
      return ScalarText(column, row);
  }
}

std::string JsonList(const arrow::Array& values, int64_t begin, int64_t end) {
  std::string text = "[";
  for (int64_t i = begin; i < end; ++i) text += (i == begin ? "" : ",") + JsonText(values, i);
  return text + "]";
}

std::string JsonMap(const arrow::MapArray& map, int64_t row) {
  std::string text = "{";
  for (int64_t i = map.value_offset(row); i < map.value_offset(row + 1); ++i) {
    text += i == map.value_offset(row) ? "" : ",";
    text += JsonString(PlainText(*map.keys(), i)) + ":" + JsonText(*map.items(), i);
  }
  return text + "}";
}

std::string JsonStruct(const arrow::StructArray& column, int64_t row) {
  std::string text = "{";
  for (int i = 0; i < column.num_fields(); ++i) {
    text += i == 0 ? "" : ",";
    text +=
        JsonString(column.struct_type()->field(i)->name()) + ":" + JsonText(*column.field(i), row);
  }
  return text + "}";
}

}  // namespace

std::string JsonString(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string PlainText(const arrow::Array& column, int64_t row, const TimeZone& zone) {
  if (column.IsNull(row)) return "";
  return arrow::is_nested(column.type_id()) ? JsonText(column, row) : AtomText(column, row, zone);
}

std::string JsonText(const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return "null";
  switch (column.type_id()) {
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::DECIMAL128:
      return AtomText(column, row);
    case Type::FLOAT:
    case Type::DOUBLE: {
      std::string text = AtomText(column, row);
      const bool is_number = text != "NaN" && text.find("Infinity") == std::string::npos;
      return is_number ? text : JsonString(text);
    }
    case Type::BINARY:
      return JsonString(arrow::util::base64_encode(As<arrow::BinaryArray>(column).GetView(row)));
    case Type::TIMESTAMP: {
      std::string text = AtomText(column, row);
      const size_t space = text.find(' ');
      if (space != std::string::npos) text[space] = 'T';
      const bool has_zone =
          !static_cast<const arrow::TimestampType&>(*column.type()).timezone().empty();
      return JsonString(has_zone ? text + "Z" : text);
    }
    case Type::LIST: {
      const auto& list = As<arrow::ListArray>(column);
      return JsonList(*list.values(), list.value_offset(row), list.value_offset(row + 1));
    }
    case Type::MAP:
      return JsonMap(As<arrow::MapArray>(column), row);
    case Type::STRUCT:
      return JsonStruct(As<arrow::StructArray>(column), row);
    default:
      return JsonString(AtomText(column, row));
  }
}

}  // namespace tarn::cli
