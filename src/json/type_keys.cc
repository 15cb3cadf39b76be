#include <arrow/type.h>

#include <utility>
#include <vector>

#include "json/type_keys_internal.h"

namespace tarn::json {

std::unique_ptr<KeyTree> MakeKeyTree(const std::string& path, const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::LIST: {
      auto elements = MakeKeyTree(path + "[]", *type.field(0)->type());
      return elements == nullptr ? nullptr : KeyTree::MakeList(path, std::move(elements));
    }
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      auto values = MakeKeyTree(path + ".*", *map.item_type());
      return values == nullptr ? nullptr : KeyTree::MakeMap(path, std::move(values));
    }
    case arrow::Type::STRUCT: {
      std::vector<KeyTree::Field> fields;
      for (const auto& field : type.fields()) {
        fields.push_back({field->name(), MakeKeyTree(path + "." + field->name(), *field->type())});
      }
      return KeyTree::MakeStruct(path, std::move(fields));
    }
    default:
      return nullptr;
  }
}

std::unique_ptr<ValueTree> MakeValueTree(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::LIST:
      return ValueTree::MakeList(MakeValueTree(*type.field(0)->type()));
    case arrow::Type::MAP:
      return ValueTree::MakeMap(
          MakeValueTree(*static_cast<const arrow::MapType&>(type).item_type()));
    case arrow::Type::STRUCT: {
      std::vector<std::string> names;
      std::vector<std::unique_ptr<ValueTree>> fields;
      for (const auto& field : type.fields()) {
        names.push_back(field->name());
        fields.push_back(MakeValueTree(*field->type()));
      }
      return ValueTree::MakeStruct(std::move(names), std::move(fields));
    }
    default:
      return ValueTree::MakeScalar();
  }
}

}  // namespace tarn::json
