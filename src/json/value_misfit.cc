#include <arrow/util/decimal.h>

#include <vector>

#include "json/convert.h"
#include "json/record/valid_json.h"
#include "json/value_misfit_internal.h"

namespace tarn::json {
namespace {

template <class T>
bool FitsInteger(const Value& value) {
  T converted = 0;
  return ConvertToInteger(value, &converted);
}

bool FitsFlat(const Value& value, const arrow::DataType& type, const DatetimeFormats& formats) {
  switch (type.id()) {
    case arrow::Type::BOOL: {
      bool converted = false;
      return ConvertToBool(value, &converted);
    }
    case arrow::Type::INT8:
      return FitsInteger<int8_t>(value);
    case arrow::Type::INT16:
      return FitsInteger<int16_t>(value);
    case arrow::Type::INT32:
      return FitsInteger<int32_t>(value);
    case arrow::Type::INT64:
      return FitsInteger<int64_t>(value);
    case arrow::Type::FLOAT: {
      float converted = 0;
      return ConvertToFloat(value, &converted);
    }
    case arrow::Type::DOUBLE: {
      double converted = 0;
      return ConvertToDouble(value, &converted);
    }
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
      arrow::Decimal128 converted;
      return ConvertToDecimal(value, decimal.precision(), decimal.scale(), &converted);
    }
    case arrow::Type::DATE32: {
      int32_t converted = 0;
      return ConvertToDate(value, formats.date.get(), &converted);
    }
    case arrow::Type::TIMESTAMP: {
      int64_t converted = 0;
      return TimestampConverterOf(type)(value, formats, &converted);
    }
    case arrow::Type::TIME64: {
      int64_t converted = 0;
      return ConvertToTime(value, &converted);
    }
    case arrow::Type::BINARY: {
      std::string converted;
      return ConvertToBinary(value, &converted);
    }
    default:
      return true;
  }
}

using Found = std::optional<InnerMisfit>;

Found Describe(const std::string& path, const Value& value, const arrow::DataType& type) {
  return InnerMisfit{value.begin, DescribeMisfit(path, value, type)};
}

Found FindInList(const std::string& path, const Value& value, const arrow::DataType& type,
                 const DatetimeFormats& formats) {
  if (value.kind != ValueKind::kArray) return Describe(path, value, type);
  for (const Value& element : ElementsOf(value)) {
    Found found = FindMisfit(path + "[]", element, *type.field(0)->type(), formats);
    if (found) return found;
  }
  return std::nullopt;
}

Found FindInStruct(const std::string& path, const Value& value, const arrow::DataType& type,
                   const DatetimeFormats& formats) {
  if (value.kind != ValueKind::kObject) return Describe(path, value, type);
  const auto& fields = static_cast<const arrow::StructType&>(type);
  std::vector<std::vector<Value>> values(type.num_fields());
  for (const ObjectMember& member : MembersOf(value)) {
    const int field = fields.GetFieldIndex(member.key);
    if (field >= 0) values[field].push_back(member.value);
  }
  for (int i = 0; i < type.num_fields(); ++i) {
    const arrow::Field& field = *type.field(i);
    for (const Value& child : values[i]) {
      Found found = FindMisfit(path + "." + field.name(), child, *field.type(), formats);
      if (found) return found;
    }
  }
  return std::nullopt;
}

Found FindInMap(const std::string& path, const Value& value, const arrow::MapType& type,
                const DatetimeFormats& formats) {
  if (value.kind != ValueKind::kObject) return Describe(path, value, type);
  for (const ObjectMember& member : MembersOf(value)) {
    Found found = FindMisfit(path + "." + member.key, member.value, *type.item_type(), formats);
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<InnerMisfit> FindMisfit(const std::string& path, const Value& value,
                                      const arrow::DataType& type, const DatetimeFormats& formats) {
  if (value.is_null()) return std::nullopt;
  switch (type.id()) {
    case arrow::Type::LIST:
      return FindInList(path, value, type, formats);
    case arrow::Type::STRUCT:
      return FindInStruct(path, value, type, formats);
    case arrow::Type::MAP:
      return FindInMap(path, value, static_cast<const arrow::MapType&>(type), formats);
    default:
      if (FitsFlat(value, type, formats)) return std::nullopt;
      return Describe(path, value, type);
  }
}

}  // namespace tarn::json
