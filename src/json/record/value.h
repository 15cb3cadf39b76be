#pragma once

#include <cstdint>
#include <string_view>

namespace tarn::json {

/// Bytes that may be read past the last record; vectors are loaded without looking for the end.
inline constexpr int64_t kPaddingBytes = 64;

enum class ValueKind : uint8_t {
  kMissing,  ///< the record has no such key
  kNull,
  kFalse,
  kTrue,
  kInteger,  ///< a number without fraction and exponent
  kDecimal,  ///< any other number
  kString,   ///< without escapes: its text is its value
  kEscapedString,
  kObject,
  kArray,
};

/// \brief One valid JSON value, where it lies in the block. At least kPaddingBytes after it may be
/// read.
struct Value {
  const char* begin = nullptr;  ///< strings: after the opening quote
  uint32_t length = 0;          ///< strings: without the quotes
  /// Of a kDecimal without exponent: bytes before the point. 0: look for it.
  uint16_t point = 0;
  ValueKind kind = ValueKind::kMissing;

  std::string_view text() const { return {begin, length}; }
  bool is_null() const { return kind <= ValueKind::kNull; }
  bool is_nested() const { return kind >= ValueKind::kObject; }
  bool is_string() const { return kind == ValueKind::kString || kind == ValueKind::kEscapedString; }
};

}  // namespace tarn::json
