#include "lake/readable_type.h"

#include <arrow/type_traits.h>

#include <optional>

namespace tarn::lake {
namespace {

using arrow::DataType;
using arrow::Type;

const arrow::DecimalType& AsDecimal(const DataType& type) {
  return static_cast<const arrow::DecimalType&>(type);
}

// Bytes of the signed integers that hold all of an integer type; nothing for other types.
std::optional<int> SignedBytes(const DataType& type) {
  if (!arrow::is_integer(type.id())) return std::nullopt;
  const int num_bytes = type.byte_width();
  return arrow::is_unsigned_integer(type.id()) ? 2 * num_bytes : num_bytes;
}

bool IsReadableAsDecimal(const DataType& file, const arrow::DecimalType& wanted) {
  const int num_whole = wanted.precision() - wanted.scale();
  if (arrow::is_decimal(file.id())) {
    const arrow::DecimalType& decimal = AsDecimal(file);
    return decimal.scale() <= wanted.scale() && decimal.precision() - decimal.scale() <= num_whole;
  }
  const std::optional<int> num_bytes = SignedBytes(file);
  return num_bytes && *num_bytes <= 8 && num_whole >= (*num_bytes <= 4 ? 10 : 20);
}

}  // namespace

bool IsReadableAs(const DataType& file, const DataType& wanted) {
  if (file.id() == Type::DICTIONARY) {
    const DataType& values = *static_cast<const arrow::DictionaryType&>(file).value_type();
    return IsReadableAs(values, wanted);
  }
  switch (wanted.id()) {
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
      return SignedBytes(file).value_or(wanted.byte_width() + 1) <= wanted.byte_width();
    case Type::DOUBLE:
      return file.id() == Type::DOUBLE || file.id() == Type::FLOAT ||
             SignedBytes(file).value_or(8) <= 4;
    case Type::DECIMAL128:
      return IsReadableAsDecimal(file, AsDecimal(wanted));
    case Type::TIMESTAMP: {
      const bool is_local = static_cast<const arrow::TimestampType&>(wanted).timezone().empty();
      return file.id() == Type::TIMESTAMP || (file.id() == Type::DATE32 && is_local);
    }
    case Type::STRING:
      return arrow::is_base_binary_like(file.id()) || file.id() == Type::STRING_VIEW;
    case Type::BINARY:
      return arrow::is_base_binary_like(file.id()) || file.id() == Type::BINARY_VIEW ||
             file.id() == Type::FIXED_SIZE_BINARY;
    case Type::LIST:
      return arrow::is_list_like(file.id()) && file.id() != Type::MAP &&
             IsReadableAs(*file.field(0)->type(), *wanted.field(0)->type());
    default:
      return file.id() == wanted.id();
  }
}

}  // namespace tarn::lake
