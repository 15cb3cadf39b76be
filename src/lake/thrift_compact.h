#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

/// Thrift's compact protocol, as far as Parquet's page headers and footers need it.
/// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
namespace tarn::lake {

enum class ThriftType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kStruct = 12,
};

/// \brief Appends one struct to a text, field by field in the order of their ids.
class ThriftWriter {
 public:
  /// \param[in] out gets the text; borrowed
  explicit ThriftWriter(std::string* out) : out_(out) {}

  /// \brief The text of the first fields of a struct, up to `last_field`.
  void Continue(std::string_view text, int last_field) {
    out_->append(text);
    last_fields_[depth_] = last_field;
  }

  void Bool(int field, bool value) { Field(field, value ? ThriftType::kTrue : ThriftType::kFalse); }
  void Int32(int field, int32_t value) {
    Field(field, ThriftType::kI32);
    Integer(value);
  }
  void Int64(int field, int64_t value) {
    Field(field, ThriftType::kI64);
    Integer(value);
  }
  void Binary(int field, std::string_view value) {
    Field(field, ThriftType::kBinary);
    Bytes(value);
  }

  /// \brief Begin a list; its `num_elements` are written next, by what stands below.
  void BeginList(int field, ThriftType type, size_t num_elements);
  /// \brief An element that is an integer, or a string.
  void Integer(int64_t value);
  void Bytes(std::string_view value);
  /// \brief Begin an element that is a struct.
  void BeginElement() { last_fields_[++depth_] = 0; }

  /// \brief Begin a field that is a struct.
  void BeginStruct(int field) {
    Field(field, ThriftType::kStruct);
    BeginElement();
  }
  /// \brief End what was begun last, or the whole.
  void EndStruct() {
    out_->push_back('\0');
    --depth_;
  }

 private:
  static constexpr size_t kDepthMax = 8;

  void Field(int field, ThriftType type);
  void Varint(uint64_t value);

  std::string* const out_;
  std::array<int, kDepthMax> last_fields_ = {};
  int depth_ = 0;
};

/// \brief The text of one struct, taken apart by its outermost fields.
class ThriftReader {
 public:
  explicit ThriftReader(std::string_view text) : rest_(text), num_bytes_(text.size()) {}

  /// \brief Go behind the next field. \return its id, 0 behind the last one; Invalid for what is no
  /// struct
  Result<int> SkipField();

  /// \brief Where the next field begins.
  size_t position() const { return num_bytes_ - rest_.size(); }

 private:
  Result<uint8_t> Byte();
  Result<uint64_t> Varint();
  Status SkipBytes(uint64_t num_bytes);
  Status SkipList(int depth);
  Status SkipValue(ThriftType type, int depth);
  Status SkipStruct(int depth);

  std::string_view rest_;
  const size_t num_bytes_;
  int last_field_ = 0;
};

}  // namespace tarn::lake
