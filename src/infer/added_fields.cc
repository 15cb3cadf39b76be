#include "infer/added_fields.h"

#include <arrow/type_traits.h>

#include <algorithm>

#include "base/ascii.h"
#include "json/infer_schema.h"
#include "pipeline/ddl.h"

namespace tarn::infer {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;
using Type = arrow::Type;

constexpr int kPrecisionMax = 38;
constexpr int kBigintPrecision = 20;  // as json::InferSchema has it

const std::shared_ptr<arrow::Field>* Find(const arrow::FieldVector& fields,
                                          const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return SameName(field->name(), name); });
  return found == fields.end() ? nullptr : &*found;
}

TypePtr ItemTypeOf(const arrow::DataType& map) {
  return static_cast<const arrow::MapType&>(map).item_type();
}

// The values of an object's members together, as those of a map.
std::unique_ptr<json::ValueProfile> MapValuesOf(const json::ValueProfile& object) {
  return object.map_values == nullptr ? json::Profile::MergeMembers(object) : nullptr;
}

TypePtr KnownType(const json::ValueProfile& values);

arrow::FieldVector KnownFields(const json::ValueProfile& object) {
  arrow::FieldVector fields;
  for (const auto& member : object.members) {
    if (member->key.empty() || Find(fields, member->key) != nullptr) continue;
    if (TypePtr type = KnownType(*member)) fields.push_back(arrow::field(member->key, type));
  }
  return fields;
}

// The type of what was seen; null where nothing says one.
TypePtr KnownType(const json::ValueProfile& values) {
  const int64_t count = values.num_not_null();
  if (count == 0) return nullptr;
  if (values.num_arrays == count) {
    const TypePtr inner = values.elements == nullptr ? nullptr : KnownType(*values.elements);
    return inner == nullptr ? nullptr : arrow::list(inner);
  }
  if (values.num_objects < count) return json::InferType(values);
  if (!json::IsMap(values)) {
    arrow::FieldVector fields = KnownFields(values);
    return fields.empty() ? nullptr : arrow::struct_(std::move(fields));
  }
  const auto merged = MapValuesOf(values);
  const TypePtr inner = KnownType(merged == nullptr ? *values.map_values : *merged);
  return inner == nullptr ? nullptr : arrow::map(arrow::utf8(), inner);
}

// What is seen inside values of a declared type beside it; null: nothing.
TypePtr TypeBeside(const arrow::DataType& declared, const json::ValueProfile& values) {
  switch (declared.id()) {
    case Type::LIST: {
      if (values.elements == nullptr) return nullptr;
      const TypePtr inner = TypeBeside(*declared.field(0)->type(), *values.elements);
      return inner == nullptr ? nullptr : arrow::list(inner);
    }
    case Type::MAP: {
      const auto merged = MapValuesOf(values);
      const TypePtr inner =
          TypeBeside(*ItemTypeOf(declared), merged == nullptr ? *values.map_values : *merged);
      return inner == nullptr ? nullptr : arrow::map(arrow::utf8(), inner);
    }
    case Type::STRUCT: {
      arrow::FieldVector fields = FieldsBeside(declared.fields(), values, {});
      return fields.empty() ? nullptr : arrow::struct_(std::move(fields));
    }
    default:
      return nullptr;
  }
}

// Names of elements and the like do not count.
bool IsSameType(const arrow::DataType& a, const arrow::DataType& b) {
  return pipeline::DdlOf(a) == pipeline::DdlOf(b);
}

// Inference gives BIGINT, DOUBLE and DECIMAL; others are what somebody wrote into the lock.
bool IsNumber(const arrow::DataType& type) {
  return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) ||
         type.id() == Type::DECIMAL128;
}

bool IsDay(const arrow::DataType& type) {
  return type.id() == Type::DATE32 || type.id() == Type::TIMESTAMP;
}

TypePtr WidenedNumber(const arrow::DataType& a, const arrow::DataType& b) {
  if (arrow::is_integer(a.id()) && arrow::is_integer(b.id())) return arrow::int64();
  int precision = 0, scale = 0;
  for (const arrow::DataType* type : {&a, &b}) {
    if (arrow::is_floating(type->id())) return arrow::float64();
    const bool is_decimal = type->id() == Type::DECIMAL128;
    const auto* decimal = is_decimal ? static_cast<const arrow::Decimal128Type*>(type) : nullptr;
    precision = std::max(precision, is_decimal ? decimal->precision() : kBigintPrecision);
    scale = std::max(scale, is_decimal ? decimal->scale() : 0);
  }
  // Inference gives decimals without a fraction.
  const bool has_room = scale == 0 && precision <= kPrecisionMax;
  return has_room ? arrow::decimal128(precision, 0) : arrow::float64();
}

TypePtr WidenedType(const TypePtr& a, const TypePtr& b);

// Objects of which some have keys that are names, and some that are data.
TypePtr WidenedMap(const arrow::DataType& map, const arrow::DataType& fields) {
  TypePtr item = ItemTypeOf(map);
  for (const auto& field : fields.fields()) item = WidenedType(item, field->type());
  return arrow::map(arrow::utf8(), std::move(item));
}

TypePtr WidenedType(const TypePtr& a, const TypePtr& b) {
  if (IsSameType(*a, *b)) return a;
  if (IsNumber(*a) && IsNumber(*b)) return WidenedNumber(*a, *b);
  if (IsDay(*a) && IsDay(*b)) return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  if (a->id() == Type::MAP && b->id() == Type::STRUCT) return WidenedMap(*a, *b);
  if (a->id() == Type::STRUCT && b->id() == Type::MAP) return WidenedMap(*b, *a);
  if (a->id() != b->id()) return arrow::utf8();
  switch (a->id()) {
    case Type::LIST:
      return arrow::list(WidenedType(a->field(0)->type(), b->field(0)->type()));
    case Type::MAP:
      return arrow::map(arrow::utf8(), WidenedType(ItemTypeOf(*a), ItemTypeOf(*b)));
    case Type::STRUCT:
      return arrow::struct_(Widened(a->fields(), b->fields()));
    default:
      return arrow::utf8();
  }
}

Result<TypePtr> TypeWithAdded(const TypePtr& declared, const TypePtr& added,
                              const std::string& path) {
  if (declared->id() == added->id()) {
    switch (declared->id()) {
      case Type::LIST: {
        ARROW_ASSIGN_OR_RAISE(auto inner, TypeWithAdded(declared->field(0)->type(),
                                                        added->field(0)->type(), path + "[]"));
        return arrow::list(std::move(inner));
      }
      case Type::MAP: {
        ARROW_ASSIGN_OR_RAISE(
            auto inner, TypeWithAdded(ItemTypeOf(*declared), ItemTypeOf(*added), path + ".*"));
        return arrow::map(static_cast<const arrow::MapType&>(*declared).key_type(),
                          std::move(inner));
      }
      case Type::STRUCT: {
        auto fields = WithAdded(declared->fields(), added->fields());
        if (!fields.ok()) return Status::Invalid(path, ".", fields.status().message());
        return arrow::struct_(*std::move(fields));
      }
      default:
        break;
    }
  }
  if (IsSameType(*declared, *added)) return declared;
  return Status::Invalid(path);
}

void ListIn(const arrow::DataType& declared, const arrow::DataType& added, const std::string& path,
            std::vector<AddedField>* list);

void ListFields(const arrow::FieldVector& declared, const arrow::FieldVector& added,
                const std::string& prefix, std::vector<AddedField>* list) {
  for (const auto& field : added) {
    const std::string path = prefix + field->name();
    if (const auto* const known = Find(declared, field->name())) {
      ListIn(*(*known)->type(), *field->type(), path, list);
    } else {
      list->push_back({path, pipeline::DdlOf(*field->type())});
    }
  }
}

void ListIn(const arrow::DataType& declared, const arrow::DataType& added, const std::string& path,
            std::vector<AddedField>* list) {
  if (declared.id() != added.id()) return;
  if (declared.id() == Type::LIST) {
    ListIn(*declared.field(0)->type(), *added.field(0)->type(), path + "[]", list);
  } else if (declared.id() == Type::MAP) {
    ListIn(*ItemTypeOf(declared), *ItemTypeOf(added), path + ".*", list);
  } else if (declared.id() == Type::STRUCT) {
    ListFields(declared.fields(), added.fields(), path + ".", list);
  }
}

}  // namespace

arrow::FieldVector FieldsBeside(const arrow::FieldVector& declared,
                                const json::ValueProfile& record,
                                const std::vector<std::string>& reserved) {
  arrow::FieldVector found;
  for (const auto& member : record.members) {
    const std::string& key = member->key;
    const bool is_reserved = std::any_of(reserved.begin(), reserved.end(),
                                         [&](const auto& name) { return SameName(name, key); });
    if (key.empty() || is_reserved || Find(found, key) != nullptr) continue;
    const auto* const known = Find(declared, key);
    if (known != nullptr && (*known)->name() != key) continue;
    const TypePtr type =
        known == nullptr ? KnownType(*member) : TypeBeside(*(*known)->type(), *member);
    if (type != nullptr) found.push_back(arrow::field(key, type));
  }
  return found;
}

arrow::FieldVector Widened(const arrow::FieldVector& before, const arrow::FieldVector& found) {
  arrow::FieldVector fields;
  for (const auto& field : before) {
    const auto* const other = Find(found, field->name());
    // A key that is another one but for case has no column.
    const bool is_same = other != nullptr && (*other)->name() == field->name();
    fields.push_back(is_same ? field->WithType(WidenedType(field->type(), (*other)->type()))
                             : field);
  }
  for (const auto& field : found) {
    if (Find(before, field->name()) == nullptr) fields.push_back(field);
  }
  return fields;
}

Result<arrow::FieldVector> WithAdded(const arrow::FieldVector& declared,
                                     const arrow::FieldVector& added) {
  arrow::FieldVector fields = declared;
  for (const auto& field : added) {
    const auto* const known = Find(fields, field->name());
    if (known == nullptr) {
      fields.push_back(field);
      continue;
    }
    if ((*known)->name() != field->name()) return Status::Invalid(field->name());
    ARROW_ASSIGN_OR_RAISE(auto type, TypeWithAdded((*known)->type(), field->type(), field->name()));
    fields[known - fields.data()] = (*known)->WithType(std::move(type));
  }
  return fields;
}

std::vector<AddedField> ListAdded(const arrow::FieldVector& declared,
                                  const arrow::FieldVector& added) {
  std::vector<AddedField> list;
  ListFields(declared, added, "", &list);
  return list;
}

}  // namespace tarn::infer
