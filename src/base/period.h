#pragma once

#include <cstdint>
#include <limits>

namespace tarn {

/// \brief A span of time in UTC, microseconds since the epoch: `begin_us` is in it, `end_us` not.
struct Period {
  int64_t begin_us = std::numeric_limits<int64_t>::min();
  int64_t end_us = std::numeric_limits<int64_t>::max();

  bool is_all_time() const { return *this == Period{}; }
  bool Overlaps(const Period& other) const {
    return begin_us < other.end_us && other.begin_us < end_us;
  }
  bool operator==(const Period&) const = default;
};

}  // namespace tarn
