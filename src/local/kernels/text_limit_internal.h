#pragma once

#include <cstdint>

#include "base/error.h"

namespace tarn::local {

/// Bytes of the texts that a function makes at once. An array of STRING could hold 2 GiB; this
/// leaves room for the copies that are made on the way.
constexpr int64_t kTextBytesMax = 512 << 20;

/// \return CapacityError for more text: it may do to compute fewer rows at once.
inline Status CheckTextBytes(int64_t num_bytes) {
  if (num_bytes <= kTextBytesMax) return Status::OK();
  return Status::CapacityError("more than 512 MiB of text");
}

}  // namespace tarn::local
