#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tarn {

/// \brief The offset from UTC that a named time zone had at a local time, in seconds.
///
/// Names are those of Java: regions of the tz database (`Europe/Berlin`, `CET`), with their case,
/// and its short ones (`PST` is America/Los_Angeles). A time that was skipped counts with the
/// offset before it, one that came twice is the first. The rules are the system's (docs/adr/0015).
/// \param[in] local_seconds since 1970-01-01T00:00:00 on the zone's clocks
/// \return false for a name that is none, or on a system without the tz database
bool FindZoneOffset(std::string_view name, int64_t local_seconds, int64_t* offset_seconds);

/// \brief A time zone by any of Java's names for one: a region of the tz database or a short one,
/// `Z`, `UTC`, `+2`, `+02:30`, `UTC-08:00`.
///
/// Threads: its methods may be called by any number at once.
class TimeZone {
 public:
  /// \brief The zone of the name, of the process and for as long as it lives.
  /// \return null when there is none
  static const TimeZone* Find(std::string_view name);
  static const TimeZone& Utc();

  const std::string& name() const { return name_; }
  bool is_utc() const { return region_ == nullptr && offset_seconds_ == 0; }

  /// \brief Seconds that the zone's clocks are before UTC's at a moment, in microseconds.
  int64_t OffsetAt(int64_t micros) const;

  /// \brief `CET`, `CEST`, as winter and summer are called now; the name of a fixed offset.
  std::string AbbreviationAt(int64_t micros) const;

  /// \brief What the zone's clocks show at a moment, both in microseconds since 1970.
  int64_t ToLocal(int64_t micros) const;

  /// \brief The moment at which they show it. In a gap the offset before it counts, of two the
  /// first is meant.
  int64_t ToUtc(int64_t local_micros) const;

  /// \brief ToUtc of a time that comes from a moment: of two, the one with that moment's offset.
  int64_t ToUtcNear(int64_t local_micros, int64_t moment) const;

 private:
  TimeZone(std::string name, const void* region, int64_t offset_seconds)
      : name_(std::move(name)), region_(region), offset_seconds_(offset_seconds) {}

  const std::string name_;
  const void* const region_;      // of the tz database; null: an offset that is always the same
  const int64_t offset_seconds_;  // without a region
};

/// \brief Seconds of a fixed offset: `Z`, `+2`, `+02:00`, `-0230`, `UTC+2`, `GMT`, `UT`.
/// \return false for any other text
bool ParseZoneOffset(std::string_view text, int64_t* offset_seconds);

}  // namespace tarn
