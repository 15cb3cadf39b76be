#include "spark/engine/distance.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tarn::spark {
namespace {

constexpr double kReadsAtOnce = 32;     // about as many as the scan begins early
constexpr double kTransfersAtOnce = 4;  // that are faster than one
constexpr int64_t kMeasuredBytes = 1 << 20;

// Of a read from the file's beginning; nothing when it fails.
std::optional<double> SecondsOfRead(storage::Storage* storage, const storage::ObjectInfo& file,
                                    int64_t num_bytes) {
  const auto begin = std::chrono::steady_clock::now();
  if (!storage->ReadRange(file, 0, num_bytes).ok()) return std::nullopt;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

Distance MeasureDistance(const storage::Listing& listing) {
  Distance distance;
  if (listing.files.empty() || !listing.storage->is_remote()) return distance;
  const storage::ObjectInfo& file = *std::max_element(
      listing.files.begin(), listing.files.end(),
      [](const auto& left, const auto& right) { return left.size_bytes < right.size_bytes; });
  if (file.size_bytes < 2) return distance;
  const int64_t num_bytes = std::min(file.size_bytes, kMeasuredBytes);
  // The first one also opens a connection.
  if (!SecondsOfRead(listing.storage.get(), file, 1)) return distance;
  const auto round_trip = SecondsOfRead(listing.storage.get(), file, 1);
  const auto whole = SecondsOfRead(listing.storage.get(), file, num_bytes);
  if (!round_trip || !whole) return distance;
  distance.round_trip_seconds = std::min(*round_trip, *whole);
  const double transfer = *whole - distance.round_trip_seconds;
  if (transfer > 0) distance.bytes_per_second = static_cast<double>(num_bytes) / transfer;
  return distance;
}

double SecondsOfDistance(const engine::InputSize& size, const Distance& distance) {
  return static_cast<double>(size.num_files) * distance.round_trip_seconds / kReadsAtOnce +
         static_cast<double>(size.num_bytes) / distance.bytes_per_second / kTransfersAtOnce;
}

}  // namespace tarn::spark
