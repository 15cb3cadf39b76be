#include "local/keys/encoded_keys.h"

#include <algorithm>

#include "local/keys/key_hash.h"

namespace tarn::local {
namespace {

int NumWords(const arrow::ArrayVector& columns) {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const auto& column : columns) types.push_back(column->type());
  return PackedKeys::NumWords(types);
}

}  // namespace

Result<EncodedKeys> EncodedKeys::Make(arrow::ArrayVector columns, int64_t num_rows) {
  EncodedKeys keys;
  keys.columns_ = std::move(columns);
  keys.num_rows_ = num_rows;
  keys.hashes_ = std::make_unique_for_overwrite<uint64_t[]>(num_rows);
  if (const int num_words = NumWords(keys.columns_); num_words > 0) {
    keys.packed_ = PackedKeys(keys.columns_, num_rows, num_words);
    keys.packed_.HashAll(keys.hashes_.get());
    return keys;
  }
  std::fill_n(keys.hashes_.get(), num_rows, kHashSeed);
  for (const auto& column : keys.columns_) {
    ARROW_ASSIGN_OR_RAISE(keys.parts_.emplace_back(), KeyColumn::Make(*column));
    keys.parts_.back()->AddHashes(keys.hashes_.get());
  }
  return keys;
}

}  // namespace tarn::local
