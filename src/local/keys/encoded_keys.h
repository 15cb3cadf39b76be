#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::local {

/// \brief The keys of rows as bytes that are equal where the keys are, and their hashes. NULL is a
/// value like any other.
///
/// The bytes have no order. The same keys give the same bytes and hash on every machine.
class EncodedKeys {
 public:
  /// \param[in] columns of the keys, as NormalizeKey gives them; kept
  static Result<EncodedKeys> Make(arrow::ArrayVector columns, int64_t num_rows);

  int64_t num_rows() const { return num_rows_; }
  const arrow::ArrayVector& columns() const { return columns_; }

  std::string_view row(int64_t i) const {
    return {reinterpret_cast<const char*>(bytes_.get()) + begins_[i],
            static_cast<size_t>(begins_[i + 1] - begins_[i])};
  }
  uint64_t hash(int64_t i) const { return hashes_[i]; }

 private:
  arrow::ArrayVector columns_;
  int64_t num_rows_ = 0;
  std::unique_ptr<uint8_t[]> bytes_;  // of one row after the other
  std::vector<int64_t> begins_;       // in bytes_, by row, and the end of the last
  std::vector<uint64_t> hashes_;
};

}  // namespace tarn::local
