#include "spark/connect/data_type.h"

namespace tarn::connect {
namespace {

using proto_type = ::spark::connect::DataType;

Result<std::shared_ptr<arrow::DataType>> StructOf(const proto_type::Struct& type) {
  arrow::FieldVector fields;
  for (const auto& field : type.fields()) {
    auto field_type = ArrowTypeOf(field.data_type());
    if (!field_type.ok()) {
      return WithContext(field_type.status(), "column " + field.name());
    }
    fields.push_back(arrow::field(field.name(), *field_type, field.nullable()));
  }
  return arrow::struct_(std::move(fields));
}

Result<std::shared_ptr<arrow::DataType>> ArrayOf(const proto_type::Array& type) {
  ARROW_ASSIGN_OR_RAISE(auto element, ArrowTypeOf(type.element_type()));
  return arrow::list(arrow::field("element", std::move(element), type.contains_null()));
}

Result<std::shared_ptr<arrow::DataType>> MapOf(const proto_type::Map& type) {
  ARROW_ASSIGN_OR_RAISE(auto key, ArrowTypeOf(type.key_type()));
  ARROW_ASSIGN_OR_RAISE(auto value, ArrowTypeOf(type.value_type()));
  return arrow::map(std::move(key),
                    arrow::field("value", std::move(value), type.value_contains_null()));
}

}  // namespace

Result<std::shared_ptr<arrow::DataType>> ArrowTypeOf(const proto_type& type) {
  using arrow::TimeUnit;
  switch (type.kind_case()) {
    case proto_type::kNull:
      return arrow::null();
    case proto_type::kBinary:
      return arrow::binary();
    case proto_type::kBoolean:
      return arrow::boolean();
    case proto_type::kByte:
      return arrow::int8();
    case proto_type::kShort:
      return arrow::int16();
    case proto_type::kInteger:
      return arrow::int32();
    case proto_type::kLong:
      return arrow::int64();
    case proto_type::kFloat:
      return arrow::float32();
    case proto_type::kDouble:
      return arrow::float64();
    case proto_type::kDecimal:
      return arrow::Decimal128Type::Make(type.decimal().precision(), type.decimal().scale());
    case proto_type::kString:
    case proto_type::kChar:
    case proto_type::kVarChar:
      return arrow::utf8();
    case proto_type::kDate:
      return arrow::date32();
    case proto_type::kTimestamp:
      return arrow::timestamp(TimeUnit::MICRO, "UTC");
    case proto_type::kTimestampNtz:
      return arrow::timestamp(TimeUnit::MICRO);
    case proto_type::kTime:
      return arrow::time64(TimeUnit::NANO);
    case proto_type::kDayTimeInterval:
      return arrow::duration(TimeUnit::MICRO);
    case proto_type::kArray:
      return ArrayOf(type.array());
    case proto_type::kStruct:
      return StructOf(type.struct_());
    case proto_type::kMap:
      return MapOf(type.map());
    default:
      return Status::NotImplemented(
          "Spark's type has no counterpart in Arrow: cast it in the query");
  }
}

}  // namespace tarn::connect
