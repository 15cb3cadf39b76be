#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "local/keys/key_column.h"
#include "local/keys/packed_keys.h"

namespace tarn::local {

/// \brief The keys of rows, with their hashes, as they are compared with each other. NULL is a
/// value like any other.
///
/// Those of few, short columns are packed into words. Others have bytes, which have no order and
/// are made only for what asks. The same keys give the same words, bytes and hash on every machine,
/// with dictionaries or without.
class EncodedKeys {
 public:
  /// \param[in] columns of the keys, as NormalizeKey gives them; kept. Text may be codes into a
  ///   dictionary.
  static Result<EncodedKeys> Make(arrow::ArrayVector columns, int64_t num_rows);

  int64_t num_rows() const { return num_rows_; }
  const arrow::ArrayVector& columns() const { return columns_; }

  /// \brief All its bits depend on all of the key.
  uint64_t hash(int64_t i) const { return hashes_[i]; }

  /// \brief The keys themselves, if they are packed.
  const PackedKeys& packed() const { return packed_; }

  /// \brief Unless they are packed: whether `bytes`, which AppendBytes wrote, are those of row `i`.
  bool HasBytes(int64_t i, const char* bytes) const {
    for (const auto& part : parts_) {
      bytes = part->Match(i, bytes);
      if (bytes == nullptr) return false;
    }
    return true;
  }
  /// \brief Unless they are packed: add the bytes of row `i`.
  void AppendBytes(int64_t i, std::string* bytes) const {
    for (const auto& part : parts_) part->Append(i, bytes);
  }

 private:
  arrow::ArrayVector columns_;
  int64_t num_rows_ = 0;
  PackedKeys packed_;
  std::vector<std::unique_ptr<KeyColumn>> parts_;  // of columns_, unless they are packed
  std::unique_ptr<uint64_t[]> hashes_;
};

}  // namespace tarn::local
