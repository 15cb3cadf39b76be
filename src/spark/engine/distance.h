#pragma once

#include <limits>

#include "engine/estimate.h"
#include "storage/storage.h"

namespace tarn::spark {

/// \brief How far from this process some files are.
struct Distance {
  double round_trip_seconds = 0;
  double bytes_per_second = std::numeric_limits<double>::infinity();  ///< of one read
};

/// \brief Measured by three reads of one of the files. On disks, or where they cannot be read:
/// none.
Distance MeasureDistance(const storage::Listing& listing);

/// \brief What the distance costs a process that reads all of them, many at once.
double SecondsOfDistance(const engine::InputSize& size, const Distance& distance);

}  // namespace tarn::spark
