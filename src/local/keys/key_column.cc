#include "local/keys/key_column.h"

#include <arrow/util/bit_util.h>

#include <cstring>
#include <string_view>
#include <vector>

#include "local/keys/key_hash.h"
#include "rows/row_key.h"

namespace tarn::local {
namespace {

// The first byte of a value says whether it is NULL; nothing is behind it then.
constexpr char kValue = 0;
constexpr char kNull = 1;
constexpr uint64_t kHashOfNull = 0xA0761D6478BD642F;

class Validity {
 public:
  explicit Validity(const arrow::Array& array)
      : bits_(array.null_count() > 0 ? array.null_bitmap_data() : nullptr),
        offset_(array.offset()) {}
  bool IsNull(int64_t row) const {
    return bits_ != nullptr && !arrow::bit_util::GetBit(bits_, offset_ + row);
  }

 private:
  const uint8_t* const bits_;  // null: no value is NULL
  const int64_t offset_;
};

class NullColumn : public KeyColumn {
 public:
  explicit NullColumn(int64_t num_rows) : num_rows_(num_rows) {}
  void AddHashes(uint64_t* hashes) const override {
    for (int64_t row = 0; row < num_rows_; ++row) hashes[row] = AddToHash(hashes[row], kHashOfNull);
  }
  const char* Match(int64_t, const char* bytes) const override { return bytes; }
  void Append(int64_t, std::string*) const override {}

 private:
  const int64_t num_rows_;
};

// Values of `kWidth` bytes; 0: of `width`.
template <int64_t kWidth>
class FixedColumn : public KeyColumn {
 public:
  FixedColumn(const arrow::Array& array, int64_t width)
      : num_rows_(array.length()),
        width_(kWidth == 0 ? static_cast<size_t>(width) : kWidth),
        validity_(array),
        values_(array.data()->GetValues<char>(1, /*absolute_offset=*/array.offset() * width)) {}

  void AddHashes(uint64_t* hashes) const override {
    for (int64_t row = 0; row < num_rows_; ++row) {
      hashes[row] = AddToHash(hashes[row], validity_.IsNull(row) ? kHashOfNull : HashOf(row));
    }
  }
  const char* Match(int64_t row, const char* bytes) const override {
    if (validity_.IsNull(row)) return *bytes == kNull ? bytes + 1 : nullptr;
    if (*bytes != kValue || std::memcmp(bytes + 1, At(row), width()) != 0) return nullptr;
    return bytes + 1 + width();
  }
  void Append(int64_t row, std::string* bytes) const override {
    if (validity_.IsNull(row)) {
      bytes->push_back(kNull);
    } else {
      bytes->push_back(kValue);
      bytes->append(At(row), width());
    }
  }

 private:
  // Known when this is compiled where it can be.
  size_t width() const { return kWidth == 0 ? width_ : kWidth; }
  const char* At(int64_t row) const { return values_ + static_cast<size_t>(row) * width(); }
  uint64_t HashOf(int64_t row) const {
    if constexpr (kWidth == 0 || kWidth > sizeof(uint64_t)) return HashBytes({At(row), width()});
    uint64_t word = 0;
    std::memcpy(&word, At(row), width());
    return word;
  }

  const int64_t num_rows_;
  const size_t width_;
  const Validity validity_;
  const char* const values_;
};

class BooleanColumn : public KeyColumn {
 public:
  explicit BooleanColumn(const arrow::BooleanArray& array) : array_(array), validity_(array) {}

  void AddHashes(uint64_t* hashes) const override {
    for (int64_t row = 0; row < array_.length(); ++row) {
      hashes[row] = AddToHash(hashes[row], static_cast<uint8_t>(ByteOf(row)));
    }
  }
  const char* Match(int64_t row, const char* bytes) const override {
    return *bytes == ByteOf(row) ? bytes + 1 : nullptr;
  }
  void Append(int64_t row, std::string* bytes) const override { bytes->push_back(ByteOf(row)); }

 private:
  static constexpr char kTrue = 2;

  char ByteOf(int64_t row) const {
    if (validity_.IsNull(row)) return kNull;
    return array_.Value(row) ? kTrue : kValue;
  }

  const arrow::BooleanArray& array_;
  const Validity validity_;
};

// Values of different lengths: their bytes stand behind their length. `Values` has them: a
// std::string_view by row, and the hashes of all.
template <class Values>
class VariableColumn : public KeyColumn {
 public:
  VariableColumn(const arrow::Array& array, Values values)
      : num_rows_(array.length()), validity_(array), values_(std::move(values)) {}

  void AddHashes(uint64_t* hashes) const override {
    const auto hash_of = values_.Hashes(num_rows_);
    for (int64_t row = 0; row < num_rows_; ++row) {
      hashes[row] = AddToHash(hashes[row], validity_.IsNull(row) ? kHashOfNull : hash_of(row));
    }
  }
  const char* Match(int64_t row, const char* bytes) const override {
    if (validity_.IsNull(row)) return *bytes == kNull ? bytes + 1 : nullptr;
    if (*bytes++ != kValue) return nullptr;
    const std::string_view value = values_.At(row);
    uint32_t length;
    std::memcpy(&length, bytes, sizeof(length));
    bytes += sizeof(length);
    if (std::string_view(bytes, length) != value) return nullptr;
    return bytes + length;
  }
  void Append(int64_t row, std::string* bytes) const override {
    if (validity_.IsNull(row)) return bytes->push_back(kNull);
    const std::string_view value = values_.At(row);
    const auto length = static_cast<uint32_t>(value.size());
    bytes->push_back(kValue);
    bytes->append(reinterpret_cast<const char*>(&length), sizeof(length));
    bytes->append(value);
  }

 private:
  const int64_t num_rows_;
  const Validity validity_;
  const Values values_;
};

class TextValues {
 public:
  explicit TextValues(const arrow::BinaryArray& array) : array_(array) {}
  std::string_view At(int64_t row) const { return array_.GetView(row); }
  auto Hashes(int64_t) const {
    return [this](int64_t row) { return HashBytes(At(row)); };
  }

 private:
  const arrow::BinaryArray& array_;
};

class DictionaryValues {
 public:
  explicit DictionaryValues(const arrow::DictionaryArray& array)
      : codes_(array.data()->GetValues<int32_t>(1)),
        dictionary_(static_cast<const arrow::BinaryArray&>(*array.dictionary())) {}
  std::string_view At(int64_t row) const { return dictionary_.GetView(codes_[row]); }

  // Of each entry once, unless most of them may not be needed.
  auto Hashes(int64_t num_rows) const {
    std::vector<uint64_t> hashes(dictionary_.length() <= num_rows ? dictionary_.length() : 0);
    for (size_t code = 0; code < hashes.size(); ++code) {
      hashes[code] = HashBytes(dictionary_.GetView(static_cast<int64_t>(code)));
    }
    return [this, hashes = std::move(hashes)](int64_t row) {
      return hashes.empty() ? HashBytes(At(row)) : hashes[codes_[row]];
    };
  }

 private:
  const int32_t* const codes_;
  const arrow::BinaryArray& dictionary_;
};

// Values that have to be encoded.
class NestedValues {
 public:
  explicit NestedValues(RowKeys keys) : keys_(std::move(keys)) {}
  std::string_view At(int64_t row) const { return keys_.row(row); }
  auto Hashes(int64_t) const {
    return [this](int64_t row) { return HashBytes(At(row)); };
  }

 private:
  const RowKeys keys_;
};

template <class Values>
std::unique_ptr<KeyColumn> MakeVariable(const arrow::Array& array, Values values) {
  return std::make_unique<VariableColumn<Values>>(array, std::move(values));
}

bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY;
}

bool IsTextDictionary(const arrow::DataType& type) {
  if (type.id() != arrow::Type::DICTIONARY) return false;
  const auto& dictionary = static_cast<const arrow::DictionaryType&>(type);
  return dictionary.index_type()->id() == arrow::Type::INT32 && IsText(*dictionary.value_type());
}

std::unique_ptr<KeyColumn> MakeFixed(const arrow::Array& array, int64_t width) {
  switch (width) {
    case 4:
      return std::make_unique<FixedColumn<4>>(array, width);
    case 8:
      return std::make_unique<FixedColumn<8>>(array, width);
    default:
      return std::make_unique<FixedColumn<0>>(array, width);
  }
}

}  // namespace

Result<std::unique_ptr<KeyColumn>> KeyColumn::Make(const arrow::Array& array) {
  const arrow::DataType& type = *array.type();
  if (type.id() == arrow::Type::NA) return std::make_unique<NullColumn>(array.length());
  if (type.id() == arrow::Type::BOOL) {
    return std::make_unique<BooleanColumn>(static_cast<const arrow::BooleanArray&>(array));
  }
  if (IsText(type)) {
    return MakeVariable(array, TextValues(static_cast<const arrow::BinaryArray&>(array)));
  }
  if (IsTextDictionary(type)) {
    return MakeVariable(array, DictionaryValues(static_cast<const arrow::DictionaryArray&>(array)));
  }
  if (arrow::is_nested(type.id())) {
    ARROW_ASSIGN_OR_RAISE(RowKeys keys, EncodeRowKeys({arrow::MakeArray(array.data())},
                                                      {KeyOrder{}}, array.length()));
    return MakeVariable(array, NestedValues(std::move(keys)));
  }
  if (arrow::is_fixed_width(type.id()) && type.id() != arrow::Type::DICTIONARY) {
    return MakeFixed(array, type.byte_width());
  }
  return Status::NotImplemented("Rows can not be grouped or joined by a column of this type: ",
                                type);
}

}  // namespace tarn::local
