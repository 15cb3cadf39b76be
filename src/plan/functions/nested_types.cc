#include "plan/functions/nested_types.h"

#include "pipeline/ddl.h"
#include "rows/row_key.h"
#include "values/interval.h"

namespace tarn::plan {

Result<TypePtr> ArrayOf(const Arguments& args, size_t position) {
  const TypePtr& type = args[position].type;
  if (type->id() == arrow::Type::NA) return arrow::list(arrow::null());
  if (type->id() == arrow::Type::LIST) return type;
  return WrongType(position, *type, "an ARRAY");
}

Result<TypePtr> MapOf(const Arguments& args, size_t position) {
  const TypePtr& type = args[position].type;
  if (type->id() == arrow::Type::NA) return arrow::map(arrow::null(), arrow::null());
  if (type->id() == arrow::Type::MAP) return type;
  return WrongType(position, *type, "a MAP");
}

Status CheckInt(const Arguments& args, size_t position) {
  const arrow::DataType& type = *args[position].type;
  if (IsInteger(type) && type.id() != arrow::Type::INT64) return Status::OK();
  return WrongType(position, type, "INT");
}

Result<ResolvedFunction> WithElement(const Arguments& args, size_t position, Widening widening) {
  const TypePtr& array = args[0].type;
  if (array->id() != arrow::Type::LIST) return WrongType(0, *array, "an ARRAY");
  const TypePtr element = WiderType(ElementOf(*array), args[position].type, widening);
  if (element == nullptr) return NoCommonType(*ElementOf(*array), *args[position].type);
  ResolvedFunction function;
  function.type = arrow::list(element);
  function.arg_types.assign(args.size(), arrow::int32());
  function.arg_types[0] = function.type;
  function.arg_types[position] = element;
  return function;
}

Result<ResolvedFunction> WithMapKey(const Arguments& args, Widening widening) {
  ARROW_ASSIGN_OR_RAISE(const TypePtr map_type, MapOf(args, 0));
  const auto& map = static_cast<const arrow::MapType&>(*map_type);
  const TypePtr key = WiderType(map.key_type(), args[1].type, widening);
  if (key == nullptr) return NoCommonType(*map.key_type(), *args[1].type);
  ResolvedFunction function;
  function.arg_types = {arrow::map(key, map.item_type()), key};
  if (SameType(*key, *map.key_type())) function.arg_types[0] = map_type;
  function.type = map.item_type();
  return function;
}

Status NoCommonType(const arrow::DataType& left, const arrow::DataType& right) {
  return Status::Invalid("no common type of ", pipeline::DdlOf(left), " and ",
                         pipeline::DdlOf(right), "; cast one of them");
}

Status CheckMapKey(const arrow::DataType& type) {
  if (IsOrderable(type)) return Status::OK();
  return Status::Invalid("a key is or holds a MAP: ", pipeline::DdlOf(type));
}

}  // namespace tarn::plan
