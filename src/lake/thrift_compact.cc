#include "lake/thrift_compact.h"

namespace tarn::lake {
namespace {

// A list of no more elements has their number in its first byte.
constexpr size_t kShortListMax = 14;

constexpr int kNestingMax = 16;

}  // namespace

void ThriftWriter::Field(int field, ThriftType type) {
  const int delta = field - last_fields_[depth_];
  last_fields_[depth_] = field;
  out_->push_back(static_cast<char>(delta << 4 | static_cast<int>(type)));
}

void ThriftWriter::Varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_->push_back(static_cast<char>(value | 0x80));
  out_->push_back(static_cast<char>(value));
}

void ThriftWriter::Integer(int64_t value) {
  // Zigzag: small numbers of either sign are short.
  Varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
}

void ThriftWriter::Bytes(std::string_view value) {
  Varint(value.size());
  out_->append(value);
}

void ThriftWriter::BeginList(int field, ThriftType type, size_t num_elements) {
  Field(field, ThriftType::kList);
  const bool is_short = num_elements <= kShortListMax;
  const size_t size_bits = is_short ? num_elements : 0xF;
  out_->push_back(static_cast<char>(size_bits << 4 | static_cast<size_t>(type)));
  if (!is_short) Varint(num_elements);
}

Result<uint8_t> ThriftReader::Byte() {
  if (rest_.empty()) return Status::Invalid("a Thrift struct is cut off");
  const auto byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

Result<uint64_t> ThriftReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    ARROW_ASSIGN_OR_RAISE(const uint8_t byte, Byte());
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return Status::Invalid("a Thrift integer has no end");
}

Status ThriftReader::SkipBytes(uint64_t num_bytes) {
  if (num_bytes > rest_.size()) return Status::Invalid("a Thrift struct is cut off");
  rest_.remove_prefix(num_bytes);
  return Status::OK();
}

Status ThriftReader::SkipList(int depth) {
  ARROW_ASSIGN_OR_RAISE(const uint8_t head, Byte());
  uint64_t num_elements = head >> 4;
  if (num_elements > kShortListMax) {
    ARROW_ASSIGN_OR_RAISE(num_elements, Varint());
  }
  auto type = static_cast<ThriftType>(head & 0xF);
  // The value of one that is no field has a byte of its own.
  if (type == ThriftType::kTrue || type == ThriftType::kFalse) type = ThriftType::kByte;
  for (uint64_t i = 0; i < num_elements; ++i) ARROW_RETURN_NOT_OK(SkipValue(type, depth));
  return Status::OK();
}

Status ThriftReader::SkipValue(ThriftType type, int depth) {
  if (depth > kNestingMax) return Status::Invalid("a Thrift struct is nested too deep");
  switch (type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse:
      return Status::OK();
    case ThriftType::kByte:
      return SkipBytes(1);
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64:
      return Varint().status();
    case ThriftType::kDouble:
      return SkipBytes(sizeof(double));
    case ThriftType::kBinary: {
      ARROW_ASSIGN_OR_RAISE(const uint64_t num_bytes, Varint());
      return SkipBytes(num_bytes);
    }
    case ThriftType::kList:
    case ThriftType::kSet:
      return SkipList(depth + 1);
    case ThriftType::kStruct:
      return SkipStruct(depth + 1);
    case ThriftType::kStop:
      break;
  }
  return Status::Invalid("no Thrift type: ", static_cast<int>(type));
}

Status ThriftReader::SkipStruct(int depth) {
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const uint8_t head, Byte());
    if (head == 0) return Status::OK();
    if (head >> 4 == 0) ARROW_RETURN_NOT_OK(Varint().status());
    ARROW_RETURN_NOT_OK(SkipValue(static_cast<ThriftType>(head & 0xF), depth));
  }
}

Result<int> ThriftReader::SkipField() {
  ARROW_ASSIGN_OR_RAISE(const uint8_t head, Byte());
  if (head == 0) return 0;
  const int delta = head >> 4;
  if (delta == 0) return Status::NotImplemented("a Thrift field far behind the one before");
  last_field_ += delta;
  ARROW_RETURN_NOT_OK(SkipValue(static_cast<ThriftType>(head & 0xF), 0));
  return last_field_;
}

}  // namespace tarn::lake
