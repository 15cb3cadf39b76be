#include "lake/plain_values.h"

#include <arrow/array/array_decimal.h>
#include <arrow/type.h>
#include <arrow/util/checked_cast.h>
#include <arrow/util/decimal.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>
#include <type_traits>

namespace tarn::lake {
namespace {

using arrow::Type;
using arrow::internal::checked_cast;

static_assert(std::endian::native == std::endian::little);

template <typename T>
std::string BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// Keeps the smallest and the greatest value.
template <typename T>
class Bounds {
 public:
  void Add(const T& value) {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value)) return;
    }
    if (!min_ || value < *min_) min_ = value;
    if (!max_ || *max_ < value) max_ = value;
  }

  template <typename ToBytes>
  void Put(PlainValues* plain, ToBytes to_bytes) {
    if (!min_) return;
    if constexpr (std::is_floating_point_v<T>) {
      // Both zeros lie between the bounds when one does.
      if (*min_ == 0) *min_ = -T(0);
      if (*max_ == 0) *max_ = T(0);
    }
    plain->min = to_bytes(*min_);
    plain->max = to_bytes(*max_);
  }

 private:
  std::optional<T> min_, max_;
};

// \param to_stored the value that is stored for the one in a row
template <typename ToStored>
PlainValues EncodeNumbers(const arrow::Array& values, ToStored to_stored) {
  PlainValues plain;
  Bounds<decltype(to_stored(0))> bounds;
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row)) continue;
    const auto stored = to_stored(row);
    plain.bytes += BytesOf(stored);
    bounds.Add(stored);
  }
  bounds.Put(&plain, [](auto value) { return BytesOf(value); });
  return plain;
}

template <typename Stored, typename ArrayType>
PlainValues EncodeAs(const arrow::Array& values) {
  const auto& typed = checked_cast<const ArrayType&>(values);
  return EncodeNumbers(values, [&](int64_t row) { return static_cast<Stored>(typed.Value(row)); });
}

PlainValues EncodeBooleans(const arrow::BooleanArray& values) {
  PlainValues plain;
  Bounds<bool> bounds;
  int bit = 0;
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row)) continue;
    if (bit == 0) plain.bytes.push_back('\0');
    if (values.Value(row)) plain.bytes.back() = static_cast<char>(plain.bytes.back() | 1 << bit);
    bit = (bit + 1) % 8;
    bounds.Add(values.Value(row));
  }
  bounds.Put(&plain, [](bool value) { return std::string(1, value ? '\1' : '\0'); });
  return plain;
}

PlainValues EncodeTexts(const arrow::BinaryArray& values) {
  PlainValues plain;
  Bounds<std::string_view> bounds;  // compares unsigned bytes
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row)) continue;
    const std::string_view value = values.GetView(row);
    plain.bytes += BytesOf(static_cast<uint32_t>(value.size()));
    plain.bytes += value;
    bounds.Add(value);
  }
  bounds.Put(&plain, [](std::string_view value) { return std::string(value); });
  return plain;
}

std::string BigEndian(const arrow::Decimal128& value, int num_bytes) {
  const auto little_endian = value.ToBytes();
  std::string bytes(little_endian.begin(), little_endian.end());
  std::reverse(bytes.begin(), bytes.end());
  return bytes.substr(bytes.size() - static_cast<size_t>(num_bytes));
}

PlainValues EncodeDecimals(const arrow::Decimal128Array& values, int num_bytes) {
  const auto value_at = [&](int64_t row) { return arrow::Decimal128(values.GetValue(row)); };
  if (num_bytes == sizeof(int32_t)) {
    return EncodeNumbers(
        values, [&](int64_t row) { return static_cast<int32_t>(value_at(row).low_bits()); });
  }
  if (num_bytes == sizeof(int64_t)) {
    return EncodeNumbers(
        values, [&](int64_t row) { return static_cast<int64_t>(value_at(row).low_bits()); });
  }
  PlainValues plain;
  Bounds<arrow::Decimal128> bounds;
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row)) continue;
    plain.bytes += BigEndian(value_at(row), num_bytes);
    bounds.Add(value_at(row));
  }
  bounds.Put(&plain, [&](const arrow::Decimal128& value) { return BigEndian(value, num_bytes); });
  return plain;
}

PlainValues EncodeValid(const arrow::Array& values, int num_bytes) {
  switch (values.type_id()) {
    case Type::BOOL:
      return EncodeBooleans(checked_cast<const arrow::BooleanArray&>(values));
    case Type::INT8:
      return EncodeAs<int32_t, arrow::Int8Array>(values);
    case Type::INT16:
      return EncodeAs<int32_t, arrow::Int16Array>(values);
    case Type::INT32:
      return EncodeAs<int32_t, arrow::Int32Array>(values);
    case Type::DATE32:
      return EncodeAs<int32_t, arrow::Date32Array>(values);
    case Type::INT64:
      return EncodeAs<int64_t, arrow::Int64Array>(values);
    case Type::TIMESTAMP:
      return EncodeAs<int64_t, arrow::TimestampArray>(values);
    case Type::FLOAT:
      return EncodeAs<float, arrow::FloatArray>(values);
    case Type::DOUBLE:
      return EncodeAs<double, arrow::DoubleArray>(values);
    case Type::DECIMAL128:
      return EncodeDecimals(checked_cast<const arrow::Decimal128Array&>(values), num_bytes);
    default:
      return EncodeTexts(checked_cast<const arrow::BinaryArray&>(values));
  }
}

}  // namespace

bool IsPlainType(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::FLOAT:
    case Type::DOUBLE:
    case Type::STRING:
    case Type::BINARY:
    case Type::DATE32:
    case Type::DECIMAL128:
      return true;
    case Type::TIMESTAMP:
      return checked_cast<const arrow::TimestampType&>(type).unit() == arrow::TimeUnit::MICRO;
    default:
      return false;
  }
}

PlainValues EncodePlain(const arrow::Array& values, int num_bytes) {
  PlainValues plain = EncodeValid(values, num_bytes);
  plain.num_nulls = values.null_count();
  return plain;
}

std::string EncodeLevels(const arrow::Array& values) {
  std::string runs;
  for (int64_t row = 0; row < values.length();) {
    const bool is_valid = values.IsValid(row);
    uint64_t length = 0;
    for (; row < values.length() && values.IsValid(row) == is_valid; ++row) ++length;
    // A run: its length, doubled to say that it is one, as a variable-length integer, and its
    // level.
    for (length <<= 1; length >= 0x80; length >>= 7) {
      runs.push_back(static_cast<char>(length | 0x80));
    }
    runs.push_back(static_cast<char>(length));
    runs.push_back(is_valid ? '\1' : '\0');
  }
  return BytesOf(static_cast<uint32_t>(runs.size())) + runs;
}

}  // namespace tarn::lake
