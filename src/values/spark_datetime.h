#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "values/time_zone.h"

namespace tarn {

/// \brief Days since 1970-01-01 of a date as Spark casts it from a string: `2018-11-02`, `2018-11`,
/// `2018`, white space around it; what follows the day after 'T' or a space is ignored.
bool ParseSparkDate(std::string_view text, int32_t* days);

/// \brief Microseconds since 1970-01-01T00:00:00Z of a timestamp as Spark casts it from a string.
///
/// A date, then 'T' or a space, `h:m:s.ffffff` (further digits are cut off) and, after the seconds,
/// a zone: `Z`, `UTC`, `GMT`, `+2`, `+02:00`, `+0200`, `UTC+2`, or a name as FindZoneOffset knows
/// it. UTC without a zone. A time without a date is none here.
bool ParseSparkTimestamp(std::string_view text, int64_t* microseconds);

/// \brief What a text that does not say all of a moment means.
struct SparkClock {
  const TimeZone* zone = nullptr;          ///< of a text without one; null: UTC
  std::optional<int64_t> now_micros = {};  ///< whose day a time without a date is of; none: it
                                           ///< is no timestamp
};

/// \brief As above, by a clock: `12:30:00` and `T12:30` are of today.
bool ParseSparkTimestamp(std::string_view text, const SparkClock& clock, int64_t* microseconds);

/// \brief Microseconds since 1970-01-01 on a clock of no zone: what the text says, its zone left
/// out. A time without a date is none, nor is a text with a zone when `zone_allowed` is false.
bool ParseSparkTimestampNtz(std::string_view text, int64_t* microseconds, bool zone_allowed = true);

}  // namespace tarn
