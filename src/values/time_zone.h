#pragma once

#include <cstdint>
#include <string_view>

namespace tarn {

/// \brief The offset from UTC that a named time zone had at a local time, in seconds.
///
/// Names are those of Java: regions of the tz database (`Europe/Berlin`, `CET`), with their case,
/// and its short ones (`PST` is America/Los_Angeles). A time that was skipped counts with the
/// offset before it, one that came twice is the first. The rules are the system's (docs/adr/0015).
/// \param[in] local_seconds since 1970-01-01T00:00:00 on the zone's clocks
/// \return false for a name that is none, or on a system without the tz database
bool FindZoneOffset(std::string_view name, int64_t local_seconds, int64_t* offset_seconds);

}  // namespace tarn
