#include "local/keys/encoded_keys.h"

#include <arrow/util/bit_util.h>

#include <cstring>

#include "rows/row_key.h"

namespace tarn::local {
namespace {

__extension__ typedef unsigned __int128 UInt128;

// Odd, with as many ones as zeros.
constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
constexpr uint64_t kOtherFactor = 0xD6E8FEB86659FD93;

uint64_t Mix(uint64_t a, uint64_t b) {
  const UInt128 product = static_cast<UInt128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t HashOf(std::string_view bytes) {
  uint64_t hash = kFactor + bytes.size();
  while (!bytes.empty()) {
    uint64_t word = 0;
    const size_t length = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), length);
    hash = Mix(hash ^ word, kOtherFactor) + kFactor;
    bytes.remove_prefix(length);
  }
  return Mix(hash, kFactor);
}

// One column's part of the keys: a byte that says whether it is null, then the value; where the
// lengths of values differ, after its length.
class Column {
 public:
  virtual ~Column() = default;
  // Add the lengths of the rows' parts.
  virtual void AddLengths(int64_t* lengths) const = 0;
  // Write each row's part where its position says, and move this behind it.
  virtual void Write(uint8_t* bytes, int64_t* positions) const = 0;
};

class FixedColumn : public Column {
 public:
  FixedColumn(const arrow::Array& array, int64_t width) : array_(array), width_(width) {}

  void AddLengths(int64_t* lengths) const override {
    for (int64_t row = 0; row < array_.length(); ++row) lengths[row] += 1 + width_;
  }
  void Write(uint8_t* bytes, int64_t* positions) const override {
    switch (width_) {
      case 4:
        return WriteValues<4>(bytes, positions);
      case 8:
        return WriteValues<8>(bytes, positions);
      default:
        return WriteValues<0>(bytes, positions);
    }
  }

 private:
  // kWidth: known when this is compiled; 0: any.
  template <int64_t kWidth>
  void WriteValues(uint8_t* bytes, int64_t* positions) const {
    const int64_t width = kWidth == 0 ? width_ : kWidth;
    if (width == 0) return WriteNulls(bytes, positions);
    const uint8_t* values = array_.data()->buffers[1]->data() + array_.offset() * width;
    const bool has_null = array_.null_count() > 0;
    for (int64_t row = 0; row < array_.length(); ++row) {
      uint8_t* out = bytes + positions[row];
      positions[row] += 1 + width;
      *out = has_null && array_.IsNull(row) ? 1 : 0;
      if (*out == 1) {
        std::memset(out + 1, 0, static_cast<size_t>(width));
      } else {
        std::memcpy(out + 1, values + row * width, static_cast<size_t>(width));
      }
    }
  }
  void WriteNulls(uint8_t* bytes, int64_t* positions) const {
    for (int64_t row = 0; row < array_.length(); ++row) bytes[positions[row]++] = 1;
  }

  const arrow::Array& array_;
  const int64_t width_;
};

class BooleanColumn : public Column {
 public:
  explicit BooleanColumn(const arrow::BooleanArray& array) : array_(array) {}

  void AddLengths(int64_t* lengths) const override {
    for (int64_t row = 0; row < array_.length(); ++row) ++lengths[row];
  }
  void Write(uint8_t* bytes, int64_t* positions) const override {
    for (int64_t row = 0; row < array_.length(); ++row) {
      bytes[positions[row]++] = array_.IsNull(row) ? 1 : array_.Value(row) ? 2 : 0;
    }
  }

 private:
  const arrow::BooleanArray& array_;
};

// `Values` has a std::string_view for each row.
template <class Values>
class VariableColumn : public Column {
 public:
  VariableColumn(const arrow::Array& array, Values values)
      : array_(array), values_(std::move(values)) {}

  void AddLengths(int64_t* lengths) const override {
    for (int64_t row = 0; row < array_.length(); ++row) {
      ++lengths[row];
      if (array_.IsNull(row)) continue;
      lengths[row] += static_cast<int64_t>(sizeof(uint32_t) + values_(row).size());
    }
  }
  void Write(uint8_t* bytes, int64_t* positions) const override {
    for (int64_t row = 0; row < array_.length(); ++row) {
      uint8_t* out = bytes + positions[row];
      *out++ = array_.IsNull(row) ? 1 : 0;
      if (!array_.IsNull(row)) {
        const std::string_view value = values_(row);
        const auto length = static_cast<uint32_t>(value.size());
        std::memcpy(out, &length, sizeof(length));
        if (length > 0) std::memcpy(out + sizeof(length), value.data(), length);
        out += sizeof(length) + length;
      }
      positions[row] = out - bytes;
    }
  }

 private:
  const arrow::Array& array_;
  const Values values_;
};

template <class Values>
std::unique_ptr<Column> MakeVariable(const arrow::Array& array, Values values) {
  return std::make_unique<VariableColumn<Values>>(array, std::move(values));
}

Result<std::unique_ptr<Column>> MakeColumn(const std::shared_ptr<arrow::Array>& array) {
  const arrow::DataType& type = *array->type();
  if (type.id() == arrow::Type::NA) return std::make_unique<FixedColumn>(*array, 0);
  if (type.id() == arrow::Type::BOOL) {
    return std::make_unique<BooleanColumn>(static_cast<const arrow::BooleanArray&>(*array));
  }
  if (type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY) {
    const auto& values = static_cast<const arrow::BinaryArray&>(*array);
    return MakeVariable(*array, [&values](int64_t row) { return values.GetView(row); });
  }
  if (arrow::is_nested(type.id())) {
    ARROW_ASSIGN_OR_RAISE(RowKeys made, EncodeRowKeys({array}, {KeyOrder{}}, array->length()));
    const auto keys = std::make_shared<const RowKeys>(std::move(made));
    return MakeVariable(*array, [keys](int64_t row) { return keys->row(row); });
  }
  if (arrow::is_fixed_width(type.id()) && type.id() != arrow::Type::DICTIONARY) {
    return std::make_unique<FixedColumn>(*array, type.byte_width());
  }
  return Status::NotImplemented("Rows can not be grouped or joined by a column of this type: ",
                                type);
}

}  // namespace

Result<EncodedKeys> EncodedKeys::Make(arrow::ArrayVector columns, int64_t num_rows) {
  std::vector<std::unique_ptr<Column>> parts;
  for (const auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), MakeColumn(column));
  }
  EncodedKeys keys;
  keys.columns_ = std::move(columns);
  keys.num_rows_ = num_rows;
  std::vector<int64_t>& begins = keys.begins_;
  begins.assign(num_rows + 1, 0);
  for (const auto& part : parts) part->AddLengths(begins.data() + 1);
  for (int64_t row = 0; row < num_rows; ++row) begins[row + 1] += begins[row];
  keys.bytes_ = std::make_unique_for_overwrite<uint8_t[]>(begins[num_rows]);
  std::vector<int64_t> positions(begins.begin(), begins.end() - 1);
  for (const auto& part : parts) part->Write(keys.bytes_.get(), positions.data());
  keys.hashes_.resize(num_rows);
  for (int64_t row = 0; row < num_rows; ++row) keys.hashes_[row] = HashOf(keys.row(row));
  return keys;
}

}  // namespace tarn::local
