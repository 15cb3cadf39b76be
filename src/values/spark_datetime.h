#pragma once

#include <cstdint>
#include <string_view>

namespace tarn {

/// \brief Days since 1970-01-01 of a date as Spark casts it from a string: `2018-11-02`, `2018-11`,
/// `2018`, white space around it; what follows the day after 'T' or a space is ignored.
bool ParseSparkDate(std::string_view text, int32_t* days);

/// \brief Microseconds since 1970-01-01T00:00:00Z of a timestamp as Spark casts it from a string.
///
/// A date, then 'T' or a space, `h:m:s.ffffff` (further digits are cut off) and, after the seconds,
/// a zone: `Z`, `UTC`, `GMT`, `+2`, `+02:00`, `+0200`, `UTC+2`, or a name as FindZoneOffset knows
/// it. UTC without a zone. A time without a date, which Spark takes for one of today, is none.
bool ParseSparkTimestamp(std::string_view text, int64_t* microseconds);

}  // namespace tarn
