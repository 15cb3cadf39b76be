#include "local/keys/packed_keys.h"

#include <arrow/util/bit_util.h>

#include <cstring>

#include "local/keys/key_hash.h"

namespace tarn::local {
namespace {

constexpr size_t kColumnsMax = 32;  // bits of `nulls`
constexpr auto kWordBytes = static_cast<int64_t>(sizeof(uint64_t));

// Bytes of a value; negative: of this type no key is packed.
int64_t WidthOf(const arrow::DataType& type) {
  if (type.id() == arrow::Type::NA) return 0;
  if (type.id() == arrow::Type::BOOL) return 1;
  if (!arrow::is_fixed_width(type.id()) || type.id() == arrow::Type::DICTIONARY) return -1;
  return type.byte_width();
}

// Write the values to `out` and each `stride` bytes on. kWidth: of a value.
template <int64_t kWidth>
void PackValues(const uint8_t* values, int64_t num_rows, uint8_t* out, int64_t stride) {
  for (int64_t row = 0; row < num_rows; ++row) {
    std::memcpy(out + row * stride, values + row * kWidth, kWidth);
  }
}

void PackBooleans(const arrow::BooleanArray& column, uint8_t* out, int64_t stride) {
  for (int64_t row = 0; row < column.length(); ++row) out[row * stride] = column.Value(row) ? 1 : 0;
}

void PackColumn(const arrow::Array& column, int64_t width, uint8_t* out, int64_t stride) {
  if (column.type_id() == arrow::Type::NA || column.length() == 0) return;
  if (column.type_id() == arrow::Type::BOOL) {
    return PackBooleans(static_cast<const arrow::BooleanArray&>(column), out, stride);
  }
  const int64_t num_rows = column.length();
  const uint8_t* values = column.data()->GetValues<uint8_t>(1, column.offset() * width);
  switch (width) {
    case 2:
      return PackValues<2>(values, num_rows, out, stride);
    case 4:
      return PackValues<4>(values, num_rows, out, stride);
    case 8:
      return PackValues<8>(values, num_rows, out, stride);
    case 16:
      return PackValues<16>(values, num_rows, out, stride);
    default:
      for (int64_t row = 0; row < num_rows; ++row) {
        std::memcpy(out + row * stride, values + row * width, static_cast<size_t>(width));
      }
  }
}

// Set `bit` of the rows where the column is NULL, and their values to 0.
void PackNulls(const arrow::Array& column, int64_t width, uint8_t* out, int64_t stride,
               uint32_t bit, std::vector<uint32_t>* nulls) {
  const bool is_all_null = column.type_id() == arrow::Type::NA;
  for (int64_t row = 0; row < column.length(); ++row) {
    if (!is_all_null && column.IsValid(row)) continue;
    (*nulls)[row] |= bit;
    std::memset(out + row * stride, 0, static_cast<size_t>(width));
  }
}

}  // namespace

int PackedKeys::NumWords(const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  if (types.empty() || types.size() > kColumnsMax) return 0;
  int64_t num_bytes = 0;
  for (const auto& type : types) {
    const int64_t width = WidthOf(*type);
    if (width < 0) return 0;
    num_bytes += width;
  }
  if (num_bytes > kWordsMax * kWordBytes) return 0;
  return num_bytes > kWordBytes ? kWordsMax : 1;
}

PackedKeys::PackedKeys(const arrow::ArrayVector& columns, int64_t num_rows, int num_words)
    : num_rows_(num_rows), num_words_(num_words) {
  const int64_t stride = num_words * kWordBytes;
  const auto all_words = static_cast<size_t>(num_rows * num_words);
  words_ = std::make_unique_for_overwrite<uint64_t[]>(all_words);
  auto* const bytes = reinterpret_cast<uint8_t*>(words_.get());
  int64_t width_of_all = 0;
  for (const auto& column : columns) width_of_all += WidthOf(*column->type());
  if (width_of_all < stride) std::memset(bytes, 0, all_words * sizeof(uint64_t));
  int64_t offset = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    const int64_t width = WidthOf(*columns[i]->type());
    PackColumn(*columns[i], width, bytes + offset, stride);
    if (columns[i]->null_count() > 0) {
      if (nulls_.empty()) nulls_.resize(num_rows, 0);
      PackNulls(*columns[i], width, bytes + offset, stride, uint32_t{1} << i, &nulls_);
    }
    offset += width;
  }
  int64_t num_repeated = 0;  // words
  for (size_t i = num_words; i < all_words; ++i) {
    num_repeated += words_[i] == words_[i - num_words] ? 1 : 0;
  }
  // Where fewer are, to look for them costs more by wrong guesses than it saves.
  has_runs_ = num_repeated > static_cast<int64_t>(all_words) / 4 * 3;
}

void PackedKeys::HashAll(uint64_t* hashes) const {
  const auto hash_all = [&]<int kNumWords>() {
    for (int64_t row = 0; row < num_rows_; ++row) {
      uint64_t hash = kHashSeed;
      for (int i = 0; i < kNumWords; ++i) hash = AddToHash(hash, words_[row * kNumWords + i]);
      hashes[row] = nulls(row) == 0 ? hash : AddToHash(hash, nulls(row));
    }
  };
  num_words_ == 1 ? hash_all.template operator()<1>() : hash_all.template operator()<kWordsMax>();
}

}  // namespace tarn::local
