#include "values/nullable.h"

namespace tarn {
namespace {

arrow::FieldVector NullableFields(arrow::FieldVector fields);

std::shared_ptr<arrow::DataType> NullableType(const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::LIST:
      return arrow::list(NullableFields(type->fields())[0]);
    case arrow::Type::STRUCT:
      return arrow::struct_(NullableFields(type->fields()));
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(*type);
      return arrow::map(NullableType(map.key_type()), NullableFields({map.item_field()})[0]);
    }
    default:
      return type;
  }
}

arrow::FieldVector NullableFields(arrow::FieldVector fields) {
  for (auto& field : fields) {
    field = field->WithType(NullableType(field->type()))->WithNullable(true);
  }
  return fields;
}

}  // namespace

std::shared_ptr<arrow::Schema> AsNullable(const arrow::Schema& schema) {
  return arrow::schema(NullableFields(schema.fields()));
}

}  // namespace tarn
