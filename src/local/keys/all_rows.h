#pragma once

#include <cstddef>
#include <cstdint>

namespace tarn::local {

/// \brief The numbers of all rows of a batch, in order, for what takes those of some as well.
struct AllRows {
  int64_t num_rows = 0;

  size_t size() const { return static_cast<size_t>(num_rows); }
  int64_t operator[](int64_t i) const { return i; }
};

}  // namespace tarn::local
