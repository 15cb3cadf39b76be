#include "rows/row_changes.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_dict.h>
#include <arrow/type_traits.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace tarn {
namespace {

using arrow::internal::checked_cast;

// \param is_same whether rows `row` and `row - 1`, which are both valid, have the same value
template <class IsSame>
void MarkWhere(const arrow::Array& values, std::vector<uint8_t>* changes, IsSame is_same) {
  uint8_t* const out = changes->data();
  if (values.null_count() == 0) {
    for (int64_t row = 1; row < values.length(); ++row) {
      out[row] = static_cast<uint8_t>(out[row] | (is_same(row) ? 0 : 1));
    }
    return;
  }
  for (int64_t row = 1; row < values.length(); ++row) {
    const bool is_null = values.IsNull(row);
    const bool changed = is_null != values.IsNull(row - 1) || (!is_null && !is_same(row));
    out[row] = static_cast<uint8_t>(out[row] | (changed ? 1 : 0));
  }
}

template <class Value>
void MarkFixed(const arrow::Array& values, std::vector<uint8_t>* changes) {
  const auto* bytes = values.data()->buffers[1]->data() + values.offset() * sizeof(Value);
  MarkWhere(values, changes, [bytes](int64_t row) {
    const uint8_t* value = bytes + row * static_cast<int64_t>(sizeof(Value));
    return std::memcmp(value - sizeof(Value), value, sizeof(Value)) == 0;
  });
}

}  // namespace

void MarkChanges(const arrow::Array& values, std::vector<uint8_t>* changes) {
  if (values.length() == 0) return;
  changes->front() = 1;
  const arrow::DataType& type = *values.type();
  if (arrow::is_binary(type.id()) || arrow::is_string(type.id())) {
    const auto& texts = checked_cast<const arrow::BinaryArray&>(values);
    return MarkWhere(values, changes,
                     [&](int64_t row) { return texts.GetView(row - 1) == texts.GetView(row); });
  }
  if (type.id() == arrow::Type::DICTIONARY) {
    return MarkChanges(*checked_cast<const arrow::DictionaryArray&>(values).indices(), changes);
  }
  const bool is_fixed = arrow::is_primitive(type.id()) || arrow::is_decimal(type.id());
  const int width = is_fixed && type.id() != arrow::Type::BOOL ? type.byte_width() : 0;
  switch (width) {
    case 1:
      return MarkFixed<uint8_t>(values, changes);
    case 2:
      return MarkFixed<uint16_t>(values, changes);
    case 4:
      return MarkFixed<uint32_t>(values, changes);
    case 8:
      return MarkFixed<uint64_t>(values, changes);
    case 16:
      return MarkFixed<std::array<uint64_t, 2>>(values, changes);
    default:
      std::fill(changes->begin(), changes->end(), uint8_t{1});
  }
}

}  // namespace tarn
